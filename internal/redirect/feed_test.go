package redirect

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"crieur/internal/article"
)

func TestTheFeedReadsAsItShould(t *testing.T) {
	body, err := renderFeed(Feed{Title: "Le crieur", URL: "https://crieur.example.org", Language: "fr", Pages: []Page{frenchPage(), englishPage()}})
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "feed.xml", body)
	empty, err := renderFeed(Feed{URL: "https://crieur.example.org/blog"})
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "feed-empty.xml", empty)
}

func TestTheFeedIsServedAndFoundFromThePage(t *testing.T) {
	h := only(frenchPage())
	rec := ask(h, "GET", "/feed.xml")
	if rec.Code != 200 || rec.Header().Get("Content-Type") != "application/atom+xml; charset=utf-8" {
		t.Errorf("status %d, type %q", rec.Code, rec.Header().Get("Content-Type"))
	}
	page := ask(h, "GET", "/"+frenchPage().Slug).Body.String()
	if !strings.Contains(page, `<link rel="alternate" type="application/atom+xml" href="feed.xml">`) {
		t.Errorf("no link to the feed:\n%s", page)
	}
}

// Whatever an article holds: well-formed, with the elements that RFC 4287 asks for
// and no address but http(s).
func TestNothingInAnArticleBreaksTheFeed(t *testing.T) {
	for _, attack := range attacks() {
		p := frenchPage()
		p.Article = article.Article{Title: attack, Teaser: attack, Tags: []string{attack}, Language: attack, Source: attack, Body: attack}
		body, err := renderFeed(Feed{Title: attack, URL: "https://crieur.example.org", Language: attack, Pages: []Page{p}})
		if err != nil {
			t.Fatal(err)
		}
		count := map[string]int{}
		for d := xml.NewDecoder(strings.NewReader(string(body))); ; {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%q: %v:\n%s", attack, err, body)
			}
			start, ok := token.(xml.StartElement)
			if !ok {
				continue
			}
			count[start.Name.Local]++
			for _, a := range start.Attr {
				if a.Name.Local == "href" && !safeAddress(a.Value) {
					t.Errorf("%q: link to %q", attack, a.Value)
				}
			}
		}
		if count["feed"] != 1 || count["entry"] != 1 || count["id"] != 2 || count["updated"] != 2 || count["title"] != 2 || count["author"] != 1 || count["script"] != 0 {
			t.Errorf("%q: elements %v", attack, count)
		}
	}
}

func TestAFeedWithoutAnAddressIsRefused(t *testing.T) {
	for _, f := range []Feed{{}, {URL: "javascript:alert(1)"}, {URL: "https://crieur.example.org", Pages: []Page{{Slug: "s"}}}} {
		if _, err := renderFeed(f); err == nil {
			t.Errorf("%+v: no error", f)
		}
	}
}
