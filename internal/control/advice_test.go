package control

import (
	"slices"
	"strings"
	"testing"

	"crieur/internal/article"
	"crieur/internal/dispatch"
)

// TestMoreHashtagsThanXAdvisesAreAWarning, on X alone.
func TestMoreHashtagsThanXAdvisesAreAWarning(t *testing.T) {
	for text, want := range map[string]int{"Un #a #b": 0, "Un #a #b #c": 1} {
		for platform, most := range map[string]int{"x": want, "mastodon": 0} {
			p := PreviewPost{Platform: platform, Text: text}
			if tellHashtags(&p); len(p.Warnings) != most {
				t.Errorf("%s, %q: %q", platform, text, p.Warnings)
			}
		}
	}
}

// TestALinkThatSomebodyWantsIsToldToBeDearer, but not one that costs nothing more, and
// not an accidental one, which has a warning of its own.
func TestALinkThatSomebodyWantsIsToldToBeDearer(t *testing.T) {
	const page = "https://news.example.org/a"
	cost := func(text string) float64 {
		if strings.Contains(text, "://") || strings.Contains(text, "README.md") {
			return 0.2
		}
		return 0.015
	}
	same := func(string) float64 { return 0.015 }
	for _, c := range []struct {
		text string
		acc  dispatch.Account
		want string
	}{
		{"Un " + page, dispatch.Account{Platform: "x", Link: true, Cost: cost}, "link = false in the account"},
		{"Un https://example.org/b", dispatch.Account{Platform: "x", Cost: cost}, "it stands in the text"},
		{"Un README.md", dispatch.Account{Platform: "x", Cost: cost}, ""},
		{"Un " + page, dispatch.Account{Platform: "x", Link: true, Cost: same}, ""},
		{"Un " + page, dispatch.Account{Platform: "mastodon", Link: true, Cost: cost}, ""},
		{"Un", dispatch.Account{Platform: "x", Link: true, Cost: cost}, ""},
	} {
		p := PreviewPost{Platform: c.acc.Platform, Text: c.text, CostUSD: c.acc.Cost(c.text)}
		tellDearer(&p, c.acc, page)
		if got := strings.Join(p.Warnings, "|"); (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
		}
	}
}

// TestWhatKeepsPeopleOutWhoDoNotSeeIsAWarning: once for all accounts.
func TestWhatKeepsPeopleOutWhoDoNotSeeIsAWarning(t *testing.T) {
	a := article.Article{Title: "L’intelligence artificielle", Image: "https://example.org/a.png"}
	p := Preview{Posts: []PreviewPost{{Text: "Un #intelligenceartificielle"}, {Text: "Un #intelligenceartificielle #Politique"}}}
	tellReaders(&p, a)
	want := []string{
		"the image has no alt text: who does not see it learns nothing of it: say in image_alt what it shows",
		"screen readers read #intelligenceartificielle as one word: write #IntelligenceArtificielle",
	}
	if !slices.Equal(p.Article.Warnings, want) {
		t.Errorf("%q", p.Article.Warnings)
	}
	a.ImageAlt = "Un port"
	p = Preview{Posts: []PreviewPost{{Text: "Un #changementclimatique"}}}
	if tellReaders(&p, a); len(p.Article.Warnings) != 1 || !strings.Contains(p.Article.Warnings[0], "if it is several") {
		t.Errorf("%q", p.Article.Warnings)
	}
}
