package article

import (
	"strings"
	"testing"

	"crieur/internal/mojibake"
)

func replace(s, from, to string) string { return strings.ReplaceAll(s, from, to) }

func TestCleanTakesOutOnlyWhatMisleads(t *testing.T) {
	for name, c := range map[string]struct {
		in, out  string
		warnings []string
	}{
		"text":            {"a\tb\nc", "a\tb\nc", nil},
		"controls":        {"a\x07b\x7fc\u0090d", "abcd", []string{removedControls}},
		"separators":      {"a\u2028b\u2029c\u0085d\fe\vf", "a\nb\nc\nd\ne\nf", nil},
		"zero width":      {"a\uFEFFb\u200Bc\uFFFFd", "abcd", []string{removedHidden}},
		"joiners":         {"👩\u200D🚀 می\u200Cخواهم", "👩\u200D🚀 می\u200Cخواهم", nil},
		"tag characters":  {"🏴\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F", "🏴\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F", nil},
		"override":        {"a\u202Egnp.exe\u202Cb", "agnp.exeb", []string{removedBidi}},
		"unclosed":        {"a\u2067b\nc", "ab\nc", []string{removedBidi}},
		"unopened":        {"a\u202Cb", "ab", []string{removedBidi}},
		"crossed":         {"\u202Aa\u2066b\u202Cc\u2069", "abc", []string{removedBidi}},
		"closed isolates": {"א\u2066abc\u2069ב \u202Bאב\u202C", "א\u2066abc\u2069ב \u202Bאב\u202C", nil},
		"marks":           {"א\u200Fב\u200E\u061C", "א\u200Fב\u200E\u061C", nil},
		"replacement":     {"caf\uFFFD", "caf\uFFFD", nil},
		"no-break spaces": {"Quoi\u202F?\u00a0!", "Quoi\u202F?\u00a0!", nil},
	} {
		t.Run(name, func(t *testing.T) {
			got, warnings := clean(c.in)
			same(t, c.out, got)
			same(t, c.warnings, warnings)
		})
	}
}

func TestWhatIsCleanedIsAWarningThatNamesThePart(t *testing.T) {
	res := read(t, "-", "{\"title\": \"a\\u0007b\", \"teaser\": \"c\\u202ed\", \"source\": \"https://e.org/\", \"body\": \"e\\u200bf\"}", Options{})
	same(t, [3]string{"ab", "cd", "ef"}, [3]string{res.Article.Title, res.Article.Teaser, res.Article.Body})
	same(t, []string{"line 1: title: " + removedControls, "line 1: teaser: " + removedBidi, "line 1: body: " + removedHidden}, res.Warnings)
}

func TestSpacesBecomeSingleButNoBreakSpacesStay(t *testing.T) {
	a := read(t, "-", "  Quoi\u202F?\u00a0  Qui\t va   là\u00a0!  \n\nSource: https://e.org/", Options{}).Article
	same(t, "Quoi\u202F?\u00a0 Qui va là\u00a0!", a.Teaser)
}

func TestEntitiesAreDecodedExactlyOnce(t *testing.T) {
	for in, want := range map[string]string{
		"&#x1f3a5; &#127909; &eacute;&nbsp;!":       "🎥 🎥 é\u00a0!",
		"&amp;lt;b&amp;gt; &amp;amp;":               "&lt;b&gt; &amp;",
		"R&D, AT&T, a&b; &copy 2026, &unknown;, &;": "R&D, AT&T, a&b; &copy 2026, &unknown;, &;",
		"https://e.org/?a=1&amp;b=&lt; &lt;":        "https://e.org/?a=1&amp;b=&lt; <",
		"a&#10;b&#13;c&#9;d":                        "a b c d",
		"&#0; &#xD800; &#1114112;":                  "\uFFFD \uFFFD \uFFFD",
		"plain":                                     "plain",
	} {
		got, _ := decodeEntities(in)
		same(t, want, got)
	}
}

func TestEntitiesInTitleTeaserAndBodyAreRepairs(t *testing.T) {
	res := read(t, "-", "&#x1f3a5; Un film &amp;amp; un &eacute;t&eacute; 🎬\n\nSource: https://e.org/?a=1&amp;b=2\n\n&#x202e;Un &amp;lt; deux.", Options{})
	same(t, "🎥 Un film &amp; un été 🎬", res.Article.Teaser)
	same(t, "Un film &amp; un été", res.Article.Title)
	same(t, "Un &lt; deux.", res.Article.Body)
	same(t, "https://e.org/?a=1&amp;b=2", res.Article.Source)
	same(t, []mojibake.Repair{
		{Before: "&#x1f3a5;", After: "🎥", Rule: ruleEntity, Count: 1}, {Before: "&amp;", After: "&", Rule: ruleEntity, Count: 2},
		{Before: "&eacute;", After: "é", Rule: ruleEntity, Count: 2}, {Before: "&#x202e;", After: "\u202e", Rule: ruleEntity, Count: 1},
	}, res.Repairs)
	same(t, []string{"line 5: body: " + removedBidi, `line 3: source contains "&amp;", as an address copied out of HTML does: "&" is probably meant`}, res.Warnings)
}
