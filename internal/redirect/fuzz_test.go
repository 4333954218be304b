package redirect

import (
	"strings"
	"testing"
)

// Whatever is in an article: a page of known elements, links and forwards.
func FuzzPage(f *testing.F) {
	for i, attack := range attacks() {
		f.Add(attack, attack, i%2 == 0)
	}
	f.Add(englishPage().Article.Body, englishPage().Article.Source, true)
	f.Fuzz(func(t *testing.T, text, address string, markdown bool) {
		p := frenchPage()
		p.Article.Sections = nil
		p.Article.Title, p.Article.Teaser, p.Article.Body, p.Article.Tags = text, text, text, []string{text}
		if markdown {
			p.Article.Format = "markdown"
		}
		p.Article.Source, p.Forward, p.URL, p.Posts[0].URL = address, address, address, address
		wantNoMarkup(t, text, mustRender(t, p))
		record, err := renderRecord(p)
		if err != nil {
			t.Fatal(err)
		}
		if strings.ContainsAny(string(record), "<>&") {
			t.Errorf("markup in the record: %s", record)
		}
	})
}

func BenchmarkPage(b *testing.B) {
	for name, p := range map[string]Page{"text": frenchPage(), "markdown": englishPage()} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := renderPage(p); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
