package teaser

import (
	"fmt"
	"strings"
	"testing"

	"crieur/internal/article"
	"crieur/internal/textlen"

	"github.com/google/go-cmp/cmp"
)

// sample is the project's own sample, as repaired.
var sample = article.Article{
	Teaser: "OpenAI signe un contrat de 200M$ avec la Défense US 🎯 Ironiquement, pendant que l Amérique ferme ses modèles IA, " +
		"la Chine domine l open-source avec DeepSeek et Qwen 🇹🇳 L avenir de l IA se joue-t-il entre géants?",
	Tags:     []string{"IA", "OpenSource", "Géopolitique"},
	Language: "fr",
}

const sampleLink = "https://news.example.com/openai-signe-un-contrat" // X counts 23 only for a TLD it knows

func TestTheSampleFitsXWholeAndLosesHashtagsLastFirst(t *testing.T) {
	for _, c := range []struct {
		limit   int
		tags    string
		dropped []string
	}{
		{280, "#IA #OpenSource #Géopolitique", nil},
		{270, "#IA #OpenSource #Géopolitique", nil},
		{264, "#IA #OpenSource", []string{"#Géopolitique"}},
		{245, "#IA", []string{"#Géopolitique", "#OpenSource"}},
	} {
		got, err := Render(sample, Options{Limit: c.limit, Measure: textlen.X, Link: sampleLink})
		if err != nil {
			t.Fatalf("limit %d: %v", c.limit, err)
		}
		text := sample.Teaser + "\n\n" + c.tags + "\n" + sampleLink
		want := Post{Text: text, Length: textlen.X(text), Limit: c.limit, Dropped: c.dropped}
		for range c.dropped {
			want.Why = append(want.Why, fmt.Sprintf("no room within %d", c.limit))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("limit %d (-want +got):\n%s", c.limit, diff)
		}
	}
}

func TestPostsAreWithinTheLimitsThatThePlatformsCount(t *testing.T) {
	for _, measure := range []func(string) int{textlen.X, mastodon} {
		for limit := 40; limit <= 300; limit += 4 {
			checkPost(t, sample, Options{Limit: limit, Measure: measure, Link: sampleLink})
		}
	}
}

func TestAnArticleOrOptionsThatCannotBeRenderedAreRefusedWithAWayOut(t *testing.T) {
	text := article.Article{Teaser: "Un contrat est signé aujourd’hui."}
	for _, c := range []struct {
		name string
		art  article.Article
		opt  Options
		want string
	}{
		{"no limit", text, Options{Measure: weigh}, `the limit is 0 characters: set "limit" above 0`},
		{"negative limit", text, Options{Limit: -5, Measure: weigh}, `the limit is -5 characters: set "limit" above 0`},
		{"no measure", text, Options{Limit: 9}, "no way to measure a post was given (Options.Measure is nil)"},
		{"link with a space", text, Options{Limit: 99, Measure: weigh, Link: "https://a.example/b c"},
			`the link "https://a.example/b c" has white space or control characters in it: escape them`},
		{"link too long", text, Options{Limit: 40, Measure: func(s string) int { return len(s) }, Link: "https://a.example/" + strings.Repeat("x", 43)},
			`the link alone is 61 of 40 characters: raise "limit" or shorten site.base_url`},
		{"link and template too long", text, Options{Limit: 40, Measure: weigh, Link: sampleLink, Template: "Notre revue de presse du jour : {link}"},
			`what never gives way is 55 of 40 characters: raise "limit" or shorten the link (site.base_url) or the template`},
		{"content warning too long", text, Options{Limit: 40, Measure: func(s string) int { return 50 + len(s) }},
			`the content warning alone is 50 of 40 characters: shorten it or raise "limit"`},
		{"nothing left", text, Options{Limit: 30, Measure: weigh, Link: sampleLink},
			`nothing of the text would be left: all else takes 23 of 30 characters: raise "limit" or shorten the link (site.base_url)`},
		{"no teaser", article.Article{Title: "Titre"}, Options{Limit: 99, Measure: weigh, Link: sampleLink},
			"nothing to post: the article has no teaser text; write one"},
		{"no title", text, Options{Limit: 99, Measure: weigh, Link: sampleLink, Template: "{title} {link}"},
			"the article has no title, which is all the template asks of it: give it one or use {text}"},
	} {
		p, err := Render(c.art, c.opt)
		if err == nil || err.Error() != c.want {
			t.Errorf("%s: got %q, error %v\nwant %s", c.name, p.Text, err, c.want)
		}
	}
}

func TestTemplatesAreCheckedAndTheErrorNamesThePlaceholder(t *testing.T) {
	for template, want := range map[string]string{
		"":                      "",
		DefaultTemplate:         "",
		"{{{text}}} {{}}":       "",
		"📰 {title} – {emoji}":   "",
		"{text} {tags}":         `the template has the unknown placeholder {tags}: known are {text} {title} {emoji} {hashtags} {link} ("{{" writes a brace)`,
		"{Text}":                `the template has the unknown placeholder {Text}: known are {text} {title} {emoji} {hashtags} {link} ("{{" writes a brace)`,
		"{}":                    `the template has the unknown placeholder {}: known are {text} {title} {emoji} {hashtags} {link} ("{{" writes a brace)`,
		"{text":                 `the template does not close the "{" before "text": write "{{" for a brace`,
		"{te{xt}":               `the template does not close the "{" before "te{xt}": write "{{" for a brace`,
		"{text} } {link}":       `the template has a "}" without a "{" before " {link}": write "}}" for a brace`,
		"{text}\xff":            "the template is not valid UTF-8: save the configuration file as UTF-8",
		"a } b, and a long end": `the template has a "}" without a "{" before " b, and a long end": write "}}" for a brace`,
	} {
		got := ""
		if err := CheckTemplate(template); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("template %q: got %q, want %q", template, got, want)
		}
	}
}

func TestAPostIsMeasuredOnceMoreAtTheEnd(t *testing.T) {
	calls := 0
	unstable := func(string) int { calls++; return calls }
	_, err := Render(article.Article{Teaser: "Bonjour à tous."}, Options{Limit: 2, Measure: unstable, Link: sampleLink})
	want := "the composed post is 3 of 2 characters although it was fitted: the measure is not stable"
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestTheLinkCountsOnlyWhereItStandsAlone(t *testing.T) {
	for text, want := range map[string]bool{
		"https://a.fr": true, "x https://a.fr\ny": true, "https://a.fr/b": false, "(https://a.fr)": false,
		"https://a.fr/b https://a.fr": true, "": false,
	} {
		if got := standsAlone(text, "https://a.fr"); got != want {
			t.Errorf("%q: got %v, want %v", text, got, want)
		}
	}
}
