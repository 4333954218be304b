package teaser

import (
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"crieur/internal/article"
	"crieur/internal/textlen"

	"github.com/clipperhouse/uax29/v2/graphemes"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

// morsels are what random teasers are made of: scripts, sequences and marks that
// have been cut wrongly somewhere.
var morsels = []string{
	"OpenAI", "signe", "un", "contrat", "l’", "d'", "qu’", "« ", " »", "«\u00A0", "\u00A0»", "“", "”", "„", "‘", "’", "\"", "(", ")", "[", "]",
	"e\u0301", "a\u0308\u0323", "👩‍👩‍👧‍👦", "👩🏽‍🚀", "🇫🇷", "🇨🇳", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "❤️", "5️⃣", "🎯", "☀", "\u200D", "\uFE0F", "\u0600", "\u0903",
	"https://exemple.fr/a/b?c=d#e", "http://例え.jp/東京", "HTTPS://X.example", "https://", "#IA", "#GoLang", "#2026", "#", "＃東京", "@jean", "@jean@mastodon.social", "@",
	".", "!", "?", "…", ",", ";", ":", "–", "—", "-", "\u00A0!", "\u202F?", "\u00A0:", "¿", "¡", "。", "、", "「", "」",
	"M.", "p.", "ex.", "etc.", "U.S.", "3.5", "node.js", "README.md", "200", "000", "$", "10\u00A0M€", "%", "&amp;", "<b>",
	"米国", "モデル", "の", "ください", "한국어", "กระทรวง", "العربية", "हिन्दी", "Défense", "la", "the", "of", "Anticonstitutionnellement",
	" ", " ", " ", " ", " ", "\n", "\n\n", "\t", "\r\n", "\u3000", "\x00", "\x01", "\u200B", "\u2028", "\uFEFF", "\xff",
}

var tagMorsels = []string{"IA", "ia", "OpenSource", "Go-Lang", "2026", "C++", "#x", "東京", "", "#", "l’IA", "GPT-4.5", "🎯", "e\u0301te\u0301", "a b c", "_", "·", "\x01"}

func drawText(t *rapid.T, name string, most int) string {
	return strings.Join(rapid.SliceOfN(rapid.SampledFrom(morsels), 0, most).Draw(t, name), "")
}

func drawArticle(t *rapid.T) article.Article {
	words := strings.Join(rapid.SliceOfN(rapid.SampledFrom(morsels), 30, 90).Draw(t, "words"), " ")
	return article.Article{
		Teaser:   rapid.SampledFrom([]string{words, drawText(t, "glued", 60), clean(words)}).Draw(t, "teaser"),
		Title:    drawText(t, "title", 8),
		Tags:     rapid.SliceOfN(rapid.SampledFrom(tagMorsels), 0, 6).Draw(t, "tags"),
		Language: rapid.SampledFrom([]string{"", "fr", "en-GB", "de", "ja"}).Draw(t, "language"),
	}
}

func drawOptions(t *rapid.T) Options {
	pieces := []string{"{text}", "{title}", "{emoji}", "{hashtags}", "{link}", "\n", " ", "\n\n", "👉", "Lire : ", "(", ")", "{{", "}}", "#fixe", ".", "\u0301"}
	template := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 9).Draw(t, "template"), "")
	if rapid.Bool().Draw(t, "plain") {
		template = ""
	}
	measures := []func(string) int{weigh, clusters, utf8.RuneCountInString, textlen.X, mastodon, withWarning, func(s string) int { return len(s) }}
	return Options{
		Template:    template,
		MaxHashtags: rapid.IntRange(0, 4).Draw(t, "most"),
		Limit:       rapid.SampledFrom([]int{1, 23, 30, 60, 70, 80, 90, 100, 110, 120, 150, 200, 280}).Draw(t, "limit") + rapid.IntRange(0, 9).Draw(t, "more"),
		Measure:     rapid.SampledFrom(measures).Draw(t, "measure"),
		Link:        rapid.SampledFrom([]string{"", "https://news.example/openai-contrat", "https://例え.jp/東京🎯(x)!", "http://a.b"}).Draw(t, "link"),
	}
}

func TestEveryPostIsWithinTheLimitValidAndCarriesTheLink(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, opt := drawArticle(t), drawOptions(t)
		checkPost(t, a, opt)
	})
}

type reporter interface {
	Helper()
	Fatalf(format string, args ...any)
}

// checkPost holds a post against every rule that needs no knowledge of the text.
func checkPost(t reporter, a article.Article, opt Options) {
	t.Helper()
	p, err := Render(a, opt)
	again, errAgain := Render(a, opt)
	if (err == nil) != (errAgain == nil) || p.Text != again.Text || !slices.Equal(p.Dropped, again.Dropped) {
		t.Fatalf("the same article gave %q and %q", p.Text, again.Text)
	}
	if err != nil {
		if strings.Contains(err.Error(), "the composed post") {
			t.Fatalf("%v", err)
		}
		return
	}
	if n := opt.Measure(p.Text); n > opt.Limit || n != p.Length || p.Limit != opt.Limit {
		t.Fatalf("%q measures %d, Length %d, limit %d of %d", p.Text, n, p.Length, p.Limit, opt.Limit)
	}
	if !utf8.ValidString(p.Text) || !norm.NFC.IsNormalString(p.Text) {
		t.Fatalf("%q is not valid NFC", p.Text)
	}
	if opt.Link != "" && !slices.Contains(strings.Fields(p.Text), opt.Link) {
		t.Fatalf("%q does not carry %s as a word", p.Text, opt.Link)
	}
	if strings.ContainsFunc(p.Text, func(r rune) bool { return r != '\n' && unicode.IsControl(r) }) {
		t.Fatalf("%q has control characters", p.Text)
	}
	if p.Text != tidy(p.Text) || strings.Contains(p.Text, "  ") || strings.Contains(p.Text, "\n\n\n") {
		t.Fatalf("%q is untidy", p.Text)
	}
	if opt.Link != "" {
		p.Text = strings.ReplaceAll(p.Text, opt.Link, string(linkMark))
	}
	checkTagsStandApart(t, p.Text)
}

func checkTagsStandApart(t reporter, text string) {
	t.Helper()
	scan := atomScanner{text: text}
	for at, ok := scan.next(); ok; at, ok = scan.next() {
		before, _ := utf8.DecodeLastRuneInString(text[:at.Start])
		if at.Start > 0 && (unicode.IsLetter(before) || isEmojiRune(before) || unicode.IsDigit(before)) && at.kind != atomMention {
			t.Fatalf("%q: nothing stands between %q and %q", text, before, text[at.Start:at.End])
		}
		after, _ := utf8.DecodeRuneInString(text[at.End:])
		if at.kind == atomURL && at.End < len(text) && (isCJK(after) || isEmojiRune(after)) {
			t.Fatalf("%q: nothing stands between %q and %q", text, text[at.Start:at.End], after)
		}
	}
}

func TestACutNeverGoesThroughAClusterALinkOrATag(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := clean(drawArticle(t).Teaser)
		an := dissect(text, rapid.SampledFrom([]string{"fr", "en", "de", ""}).Draw(t, "language"))
		for _, c := range an.cuts {
			e := an.finish(c)
			if e.kept > c.at {
				t.Fatalf("%q: the cut at %d keeps %d", text, c.at, e.kept)
			}
			if !clusterEndsAt(text, e.kept) {
				t.Fatalf("%q: cut through a cluster: %q", text, text[:e.kept])
			}
			for _, s := range an.atoms {
				if s.Start < e.kept && e.kept < s.End {
					t.Fatalf("%q: cut through %q", text, text[s.Start:s.End])
				}
			}
			checkNothingHangs(t, an, e)
		}
	})
}

func clusterEndsAt(text string, p int) bool {
	for it := graphemes.FromString(text); it.Next(); {
		if it.Start() >= p {
			return it.Start() == p
		}
	}
	return p == len(text)
}

// checkNothingHangs wants no opening mark, elision, comma or dash at the end.
func checkNothingHangs(t reporter, an *anatomy, e ended) {
	t.Helper()
	if e.kept == 0 || an.kindAt(e.kept) == sentenceBreak {
		return
	}
	kept := an.text[:e.kept]
	r, _ := utf8.DecodeLastRuneInString(kept)
	if strings.ContainsRune(",;:–—", r) && !an.atomEndsAt(e.kept) {
		t.Fatalf("%q hangs on %q", kept, r)
	}
	if an.opensAt(e.kept - utf8.RuneLen(r)) {
		t.Fatalf("%q ends in an opening mark", kept)
	}
	for _, elision := range []string{" l’", " d'", " qu’"} {
		if strings.HasSuffix(kept, elision) {
			t.Fatalf("%q ends in an elision", kept)
		}
	}
}

func TestCleanChangesNothingTwice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		once := clean(drawArticle(t).Teaser)
		if twice := clean(once); twice != once {
			t.Fatalf("%q became %q", once, twice)
		}
	})
}

func TestALargerLimitNeverKeepsLessOfTheTextAsAWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, opt := drawArticle(t), drawOptions(t)
		p, err := Render(a, opt)
		if err != nil {
			return
		}
		opt.Limit += 10_000
		whole, err := Render(a, opt)
		if err != nil {
			t.Fatalf("fits in %d, but not in %d: %v", p.Limit, opt.Limit, err)
		}
		if slices.ContainsFunc(whole.Dropped, func(d string) bool { return strings.HasPrefix(d, "text: ") }) {
			t.Fatalf("a limit of %d cuts the text: %q", opt.Limit, whole.Dropped)
		}
	})
}
