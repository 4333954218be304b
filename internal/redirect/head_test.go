package redirect

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"crieur/internal/article"
)

func TestAnArticlesOwnImageIsNamedAsItIs(t *testing.T) {
	p := englishPage()
	page := mustRender(t, p)
	for _, want := range []string{
		`<meta property="og:image" content="https://img.example.org/crier.jpg?w=1200&amp;h=630">`, `<meta property="og:image:alt" content="A crier with a &#34;bell&#34;">`,
		`<meta name="twitter:card" content="summary_large_image">`, `"url":"https://img.example.org/crier.jpg?w=1200\u0026h=630"`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("page lacks %s", want)
		}
	}
	if strings.Contains(page, "og:image:width") || strings.Contains(page, "og:image:type") {
		t.Error("the page tells what is not known of the image")
	}
	p.Article.Image = "javascript:alert(1)"
	if page := mustRender(t, p); !strings.Contains(page, `<meta property="og:image" content="https://crieur.example.org/town-crier.png">`) {
		t.Error("a page whose image is none has no image")
	}
}

func TestTheLocaleHasARegion(t *testing.T) {
	for tag, want := range map[string]string{"fr": "fr_FR", "fr-CA": "fr_CA", "en": "en_US", "en-GB": "en_GB", "de": "de_DE", "zh-Hant": "zh_TW", "ar": "ar_EG", "": "", "xx-nonsense!": ""} {
		if got := locale(tag); got != want {
			t.Errorf("%q: %q, want %q", tag, got, want)
		}
	}
}

func TestWhatIsShortenedIsShortAndWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := strings.Join(rapid.SliceOf(rapid.SampledFrom([]string{"a", "mot", " ", "👨‍👩‍👧", "🇨🇳", "é", "e\u0301", "longlonglonglong", ","})).Draw(t, "s"), "")
		limit := rapid.IntRange(1, 40).Draw(t, "limit")
		got := shorten(s, limit)
		if n := utf8.RuneCountInString(got); n > limit {
			t.Fatalf("%d characters of %d: %q", n, limit, got)
		}
		if got == s {
			return
		}
		kept, ok := strings.CutSuffix(got, "…")
		if !ok || !strings.HasPrefix(s, kept) || strings.HasPrefix(s[len(kept):], "\u200d") || strings.HasPrefix(s[len(kept):], "\u0301") {
			t.Fatalf("%q of %q", got, s)
		}
	})
}

func TestACorrectionIsTold(t *testing.T) {
	p := frenchPage()
	p.ModifiedAt = p.PublishedAt.Add(time.Hour)
	page := mustRender(t, p)
	for _, want := range []string{`"datePublished":"2026-07-01T07:30:00Z","dateModified":"2026-07-01T08:30:00Z"`, `article:modified_time" content="2026-07-01T08:30:00Z"`} {
		if !strings.Contains(page, want) {
			t.Errorf("page lacks %s", want)
		}
	}
}

func TestAWithdrawnArticleIsGoneAndTellsNothing(t *testing.T) {
	p := frenchPage()
	p.Withdrawn = true
	w := newWorld(frenchPage())
	h := w.handler()
	tag := ask(h, "GET", "/"+p.Slug).Header().Get("ETag")
	w.change(func() { w.pages[p.Slug] = p })
	for _, path := range []string{"/" + p.Slug, "/" + p.Slug + "?stay", "/" + p.Slug + ".json", "/" + p.Slug + ".png"} {
		rec := ask(h, "GET", path, "If-None-Match", tag)
		body := rec.Body.String()
		if rec.Code != http.StatusGone || rec.Header().Get("ETag") != "" || rec.Header().Get("Last-Modified") != "" {
			t.Errorf("%s: status %d, %v", path, rec.Code, rec.Header())
		}
		for _, told := range []string{"OpenAI", "reddit", "refresh", "IA", "x.com", "og:", "ld+json"} {
			if strings.Contains(body, told) {
				t.Errorf("%s tells %q:\n%s", path, told, body)
			}
		}
		if head := ask(h, "HEAD", path); head.Code != http.StatusGone || head.Body.Len() != 0 {
			t.Errorf("HEAD %s: status %d", path, head.Code)
		}
		if strings.HasSuffix(path, ".json") {
			var rec struct{ Withdrawn bool }
			if err := json.Unmarshal([]byte(body), &rec); err != nil || !rec.Withdrawn {
				t.Errorf("record %s: %v", body, err)
			}
			continue
		}
		if !strings.Contains(body, `<html lang="fr" dir="ltr">`) || !strings.Contains(body, "<h1>Article retiré</h1>") || !strings.Contains(body, "noindex") {
			t.Errorf("%s: no notice in the article's language:\n%s", path, body)
		}
	}
	if feed := ask(h, "GET", "/feed.xml").Body.String(); strings.Contains(feed, p.Slug) {
		t.Errorf("the feed lists it:\n%s", feed)
	}
	w.change(func() { w.pages[p.Slug] = frenchPage() })
	if rec := ask(h, "GET", "/"+p.Slug); rec.Code != 200 {
		t.Errorf("taken back: status %d", rec.Code)
	}
}

func TestAPageWhoseSourceIsGoneStaysAndSaysSo(t *testing.T) {
	p := frenchPage()
	p.SourceGone = true
	page := mustRender(t, p)
	if strings.Contains(page, "refresh") || strings.Contains(page, `href="`+p.Article.Source) || strings.Contains(page, "isBasedOn") || strings.Contains(page, "?stay") {
		t.Errorf("it leads to the source:\n%s", page)
	}
	for _, want := range []string{"> " + p.Article.Source + "<br>", "<strong>Cette source n’existe plus.</strong>", "<h2>Récapitulatif factuel</h2>", "x.com/crieur/status"} {
		if !strings.Contains(page, want) {
			t.Errorf("page lacks %s:\n%s", want, page)
		}
	}
	p.Forward = "https://blog.example.org/elsewhere"
	if page := mustRender(t, p); !strings.Contains(page, "url="+p.Forward) {
		t.Error("what leads elsewhere leads there no more")
	}
	p = Page{Slug: "s", SourceGone: true, Article: article.Article{Title: "T"}}
	if page := mustRender(t, p); strings.Contains(page, "no longer there") {
		t.Error("an article without a source has lost it")
	}
}
