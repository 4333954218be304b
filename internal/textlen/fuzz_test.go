package textlen

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func FuzzX(f *testing.F) {
	f.Add(strings.Join(parts, ""))
	for _, seed := range []string{"", "a.com", "https://a.kids/(x(y))?z=1", "🤪.com", "a.com日本.みんな/path", "e\u0301.fr", "xn--a.xn--b", "t.co/a?b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		n := X(text)
		if (n == 0) != (text == "") {
			t.Errorf("X(%q) = %d", text, n)
		}
		spans := XURLs(text)
		checkSpans(t, text, spans)
		if n < len(spans)*urlLength {
			t.Errorf("X(%q) = %d with %d links", text, n, len(spans))
		}
		if err := CheckX(text); err == nil && !utf8.ValidString(text) {
			t.Errorf("CheckX(%q) lets invalid UTF-8 pass", text)
		}
	})
}

func FuzzMastodon(f *testing.F) {
	f.Add(strings.Join(parts, ""), "warning", 0)
	for _, seed := range []string{"", "https://a.com/(x(y))?z=1", "@a@b.c", "https://例え.jp", "https://t.co/abc"} {
		f.Add(seed, "", 23)
	}
	f.Fuzz(func(t *testing.T, text, warning string, length int) {
		checkSpans(t, text, MastodonURLs(text))
		i := Instance{URLLength: length % 1000}
		n := Mastodon(text, warning, i)
		i.CodePoints = true
		if both := Mastodon(text, warning, i); n < 0 || both < n || both < utf8.RuneCountInString(text) {
			t.Errorf("Mastodon(%q, %q) = %d, with code points %d", text, warning, n, both)
		}
	})
}
