package teaser

import (
	"strings"
	"testing"

	"crieur/internal/article"
	"crieur/internal/textlen"
)

func FuzzRender(f *testing.F) {
	f.Add("OpenAI signe « un contrat » 🎯 Et l’IA ? https://exemple.fr/a #IA", "Titre", "IA,Go-Lang", "", 90, "a")
	f.Add("👩‍👩‍👧‍👦🇫🇷\u0600 (#IA)@a@b.c", "", "2026", "{emoji}{text}{link}{{", 40, "x")
	f.Add("米国は「公開」した。中国は", "題", "東京", "{title} {hashtags}", 60, "東京")
	f.Fuzz(func(t *testing.T, teaser, title, tags, template string, limit int, link string) {
		a := article.Article{Teaser: teaser, Title: title, Tags: strings.Split(tags, ","), Language: "fr"}
		for _, measure := range []func(string) int{textlen.X, mastodon, weigh} {
			checkPost(t, a, Options{Template: template, Limit: limit % 1000, Measure: measure, Link: "https://news.example/" + link})
		}
	})
}

func mastodon(text string) int { return textlen.Mastodon(text, "", textlen.Instance{}) }

func FuzzCheckTemplate(f *testing.F) {
	f.Add(DefaultTemplate)
	f.Add("{text} {{not a placeholder}} {link}")
	f.Add("{tex} }{")
	f.Fuzz(func(t *testing.T, s string) {
		err := CheckTemplate(s)
		_, errRender := Render(article.Article{Teaser: "a", Title: "b"}, Options{Template: s, Limit: 1 << 30, Measure: weigh})
		if err != nil && errRender == nil {
			t.Fatalf("%q is refused with %v, but renders", s, err)
		}
	})
}
