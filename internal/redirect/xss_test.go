package redirect

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"crieur/internal/article"
)

func fields() map[string]func(p *Page, s string) {
	return map[string]func(p *Page, s string){
		"title":         func(p *Page, s string) { p.Article.Title = s },
		"teaser":        func(p *Page, s string) { p.Article.Teaser = s },
		"tags":          func(p *Page, s string) { p.Article.Tags = []string{s, "#" + s} },
		"source":        func(p *Page, s string) { p.Article.Source = s },
		"link":          func(p *Page, s string) { p.Article.Link = s },
		"language":      func(p *Page, s string) { p.Article.Language = s },
		"format":        func(p *Page, s string) { p.Article.Format, p.Article.Body = s, s },
		"text body":     func(p *Page, s string) { p.Article.Body = s },
		"Markdown body": func(p *Page, s string) { p.Article.Format, p.Article.Body = "markdown", s },
		"Markdown inside": func(p *Page, s string) {
			p.Article.Format, p.Article.Body = "markdown", "- a\n\n  > b "+s+"\n\n| c |\n|--:|\n| "+s+" |\n\nd[^e]\n\n[^e]: "+s
		},
		"heading": func(p *Page, s string) { p.Article.Sections = []article.Section{{Heading: s}} },
		"paragraph": func(p *Page, s string) {
			p.Article.Sections = []article.Section{{Paragraphs: []string{s, "- a\n- " + s}}}
		},
		"image":           func(p *Page, s string) { p.Article.Image, p.Article.ImageAlt = s, s },
		"image alt":       func(p *Page, s string) { p.Article.Image, p.Article.ImageAlt = "https://img.example/i.png", s },
		"creator":         func(p *Page, s string) { p.Creator = s },
		"source gone":     func(p *Page, s string) { p.Article.Source, p.Forward, p.SourceGone = s, s, true },
		"post digest":     func(p *Page, s string) { p.Posts[0].SHA256 = s },
		"words":           func(p *Page, s string) { p.Words = sayingOnly(s, "fr") },
		"words withdrawn": func(p *Page, s string) { p.Words, p.Withdrawn = sayingOnly(s, "fr"), true },
		"words of another language": func(p *Page, s string) {
			p.Words, p.Article.Language = sayingOnly(s, "ar"), "ar-EG"
		},
		"content warning": func(p *Page, s string) { p.Article.ContentWarning = s },
		"slug":            func(p *Page, s string) { p.Slug, p.Article.Title = s, "" },
		"URL":             func(p *Page, s string) { p.URL = s },
		"site title":      func(p *Page, s string) { p.SiteTitle = s },
		"forward":         func(p *Page, s string) { p.Forward = s },
		"post platform":   func(p *Page, s string) { p.Posts[0].Platform, p.Posts[1].Platform = s, s },
		"post account":    func(p *Page, s string) { p.Posts[0].Account, p.Posts[1].Platform = s, "x" },
		"post ID":         func(p *Page, s string) { p.Posts[0].ID = s },
		"post URL":        func(p *Page, s string) { p.Posts[0].URL = s },
	}
}

func TestNoFieldBecomesMarkupScriptOrHeader(t *testing.T) {
	if n := len(slices.Compact(slices.Sorted(slices.Values(attacks())))); n < 200 {
		t.Fatalf("only %d attacks", n)
	}
	for name, set := range fields() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, attack := range attacks() {
				p := frenchPage()
				set(&p, attack)
				h := uncompressed(p)
				page, record := ask(h, "GET", "/s"), ask(h, "GET", "/s.json")
				if want := map[bool]int{false: 200, true: 410}[p.Withdrawn]; page.Code != want || record.Code != want {
					t.Fatalf("%q: status %d and %d", attack, page.Code, record.Code)
				}
				wantNoMarkup(t, attack, page.Body.String())
				wantPlainHeaders(t, attack, page)
				wantPlainHeaders(t, attack, record)
				if strings.ContainsAny(record.Body.String(), "<>&") {
					t.Errorf("%q: markup in the record: %s", attack, record.Body)
				}
			}
		})
	}
}

// uncompressed answers as Handler does, but spares the compression of ten thousand pages.
func uncompressed(p Page) http.Handler {
	s := newSite(Source{Page: func(string) (Page, bool, error) { return p, true, nil }})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		kind := forwarding
		if strings.HasSuffix(r.URL.Path, ".json") {
			kind = asRecord
		}
		m, err := s.render(key{kind: kind, slug: "s"}, entry{})
		if err != nil {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		s.send(w, r, entry{doc: plainDocument(m.contentType, m.body), gone: m.gone})
	})
}

// wantPlainHeaders: the names are the same whatever the page, and no value was the page's.
func wantPlainHeaders(t *testing.T, what string, rec *httptest.ResponseRecorder) {
	t.Helper()
	var names []string
	for name, values := range rec.Header() {
		names = append(names, name)
		if joined := strings.Join(values, ""); strings.ContainsAny(joined, "\r\n<>") || strings.Contains(joined, "evil") {
			t.Errorf("%s: header %s: %q", what, name, values)
		}
	}
	slices.Sort(names)
	want := "Accept-Ranges Cache-Control Content-Length Content-Security-Policy Content-Type Cross-Origin-Opener-Policy Etag Referrer-Policy Vary X-Content-Type-Options X-Frame-Options"
	if rec.Code == http.StatusGone { // it has no parts and no tag
		want = "Cache-Control Content-Length Content-Security-Policy Content-Type Cross-Origin-Opener-Policy Referrer-Policy Vary X-Content-Type-Options X-Frame-Options"
	}
	if got := strings.Join(names, " "); got != want {
		t.Errorf("%s: headers %s", what, got)
	}
}

// allowed are the elements of a page, with their attributes.
func allowed() map[string]string {
	return map[string]string{
		"html": "lang dir", "head": "", "meta": "charset name content property http-equiv", "title": "", "link": "rel href type", "style": "", "script": "type",
		"body": "", "main": "", "article": "", "header": "class", "footer": "", "nav": "aria-labelledby lang dir", "div": "class", "span": "lang dir",
		"p": "class lang dir", "h1": "", "h2": "id", "h3": "", "h4": "", "h5": "", "h6": "", "a": "href class", "time": "datetime", "br": "", "hr": "",
		"ul": "class", "ol": "", "li": "", "em": "", "strong": "lang dir", "del": "", "code": "", "pre": "", "blockquote": "",
		"sup": "", "table": "tabindex", "thead": "", "tbody": "", "tr": "", "th": "align", "td": "align", "bdi": "",
	}
}

// wantNoMarkup reads the page as a browser does and knows every element and attribute.
func wantNoMarkup(t *testing.T, what, page string) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for n := range root.Descendants() {
		if n.Type == html.CommentNode {
			t.Errorf("%s: comment %q", what, n.Data)
		}
		if n.Type != html.ElementNode {
			continue
		}
		count[n.Data]++
		attributes, known := allowed()[n.Data]
		if !known {
			t.Errorf("%s: element %s", what, n.Data)
		}
		for _, a := range n.Attr {
			if !slices.Contains(strings.Fields(attributes), a.Key) {
				t.Errorf("%s: attribute %s of %s", what, a.Key, n.Data)
			}
			if a.Key == "href" && a.Val != "?stay" && a.Val != "feed.xml" && !safeAddress(a.Val) {
				t.Errorf("%s: link to %q", what, a.Val)
			}
		}
		if n.Data == "script" {
			wantPlainData(t, what, n)
		}
		if name := attr(n, "property") + attr(n, "name"); slices.Contains([]string{"og:url", "og:image", "twitter:image"}, name) && !safeAddress(attr(n, "content")) {
			t.Errorf("%s: %s is %q", what, name, attr(n, "content"))
		}
		if attr(n, "http-equiv") == "refresh" {
			_, to, ok := strings.Cut(attr(n, "content"), "; url=")
			if !ok || !safeAddress(to) {
				t.Errorf("%s: forward %q", what, attr(n, "content"))
			}
		}
	}
	if count["script"] > 1 {
		t.Errorf("%s: %d scripts", what, count["script"])
	}
	for _, once := range []string{"html", "head", "body", "title", "style", "main"} {
		if count[once] != 1 {
			t.Errorf("%s: %d elements %s", what, count[once], once)
		}
	}
}

// wantPlainData: the only script is data, of one JSON value, that no parser of HTML or
// JavaScript would read as anything else, and its addresses are good ones.
func wantPlainData(t *testing.T, what string, n *html.Node) {
	t.Helper()
	if len(n.Attr) != 1 || attr(n, "type") != "application/ld+json" || n.FirstChild == nil || n.FirstChild != n.LastChild {
		t.Fatalf("%s: a script that is no data: %v", what, n.Attr)
	}
	data := n.FirstChild.Data
	if strings.ContainsAny(data, "<>&\u2028\u2029") {
		t.Errorf("%s: markup in the data: %s", what, data)
	}
	var thing map[string]any
	if err := json.Unmarshal([]byte(data), &thing); err != nil {
		t.Fatalf("%s: %v: %s", what, err, data)
	}
	if thing["@context"] != "https://schema.org" || thing["@type"] != "NewsArticle" {
		t.Errorf("%s: data of another kind: %s", what, data)
	}
	var addresses func(v any)
	addresses = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, of := range v {
				addresses(of)
			}
		case map[string]any:
			for key, of := range v {
				if s, ok := of.(string); ok && (key == "url" || key == "@id" || key == "isBasedOn") && !safeAddress(s) {
					t.Errorf("%s: %s is %q", what, key, s)
				}
				addresses(of)
			}
		}
	}
	addresses(thing)
}

// sayingOnly is a language whose every word is s.
func sayingOnly(s, tag string) *Words {
	w := words{
		lang: tag, forwarding: s, wait: s, stay: s, source: s, link: s, sourceGone: s, discuss: s, discussion: s,
		withdrawn: s, withdrawnText: s, dateForm: s + "{month}", firstOfMonth: s,
	}
	for i := range w.months {
		w.months[i] = s
	}
	return &Words{map[string]words{tag: w}}
}

func safeAddress(s string) bool {
	host, ok := strings.CutPrefix(s, "https://")
	if !ok {
		host, ok = strings.CutPrefix(s, "http://")
	}
	host, _, _ = strings.Cut(host, "/")
	return ok && host != "" && !strings.ContainsAny(s, " \"<>\\\r\n\t") && !strings.Contains(host, "@")
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}
