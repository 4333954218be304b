package textlen

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

// parts are what the rules turn on; texts of them reach more branches than random runes.
var parts = []string{
	"http://", "https://", "gemini://", "a", "example", ".com", ".jp", ".みんな", ".kids", ".ישראל", ".", "/", "/p", "/(x)", "(", ")", "?a=b",
	"#tag", "@user", "@user@host.org", "$", "-", "_", " ", "\n", "\r\n", "é", "e\u0301", "日本", "。", ".xn--p1ai", "t.co/abc", ":80", "\"", "…",
	"\u202A", "\u2069", "\uFEFF", "🤪", "👨‍👩‍👧‍👦", "1️⃣", "©️", "☺︎", "👍🏽", "🇫🇷", "🇫", "🐦‍🔥", "\u200D", "\uFE0F", "ι", "Ж", "\xff",
}

func textGenerator() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(rapid.SampledFrom(parts), 0, 12).Draw(t, "parts"), "")
	})
}

func TestXOfTheNormalFormsIsTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := textGenerator().Draw(t, "text")
		if a, b := X(norm.NFC.String(text)), X(norm.NFD.String(text)); a != b {
			t.Fatalf("%q: %d in NFC, %d in NFD", text, a, b)
		}
	})
}

func TestAddingASpaceAndTextNeverShortens(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := textGenerator().Draw(t, "a"), textGenerator().Draw(t, "b")
		both := a + " " + b
		if n, m := X(both), max(X(a), X(b)); n < m {
			t.Fatalf("X(%q) = %d, a part of it %d", both, n, m)
		}
		if n, m := Mastodon(both, "", Instance{}), max(Mastodon(a, "", Instance{}), Mastodon(b, "", Instance{})); n < m {
			t.Fatalf("Mastodon(%q) = %d, a part of it %d", both, n, m)
		}
	})
}

func TestXIsNeverLessThanItsLinks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := textGenerator().Draw(t, "text")
		if n, links := X(text), len(XURLs(text)); n < links*urlLength {
			t.Fatalf("X(%q) = %d with %d links", text, n, links)
		}
	})
}

func TestCodePointsNeverCountLess(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text, warning := textGenerator().Draw(t, "text"), textGenerator().Draw(t, "warning")
		plain, both := Mastodon(text, warning, Instance{}), Mastodon(text, warning, Instance{CodePoints: true})
		if want := max(plain, utf8.RuneCountInString(text+warning)); both < plain || both != want {
			t.Fatalf("Mastodon(%q, %q) = %d with code points, want %d", text, warning, both, want)
		}
	})
}

// checkSpans holds what callers rely on when they index with spans.
func checkSpans(t interface{ Fatalf(string, ...any) }, text string, spans []Span) {
	end := 0
	for _, s := range spans {
		if s.Start < end || s.End <= s.Start || s.End > len(text) {
			t.Fatalf("%q: span %v is empty, out of order or outside", text, s)
		}
		end = s.End
		if !utf8.RuneStart(text[s.Start]) && utf8.ValidString(text) || s.End < len(text) && !utf8.RuneStart(text[s.End]) && utf8.ValidString(text) {
			t.Fatalf("%q: span %v cuts a character", text, s)
		}
	}
}

func TestSpansAreInOrderAndWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := textGenerator().Draw(t, "text")
		checkSpans(t, text, XURLs(text))
		checkSpans(t, text, MastodonURLs(text))
	})
}
