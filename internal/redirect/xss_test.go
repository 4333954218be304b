package redirect

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"crieur/internal/article"
)

func attacks() []string {
	return []string{
		`<script>alert(1)</script>`, `"><script>alert(1)</script>`, `'><script>alert(1)</script>`, `</title><script>alert(1)</script>`,
		`</style><script>alert(1)</script>`, `--><script>alert(1)</script>`, `]]><script>alert(1)</script>`, `<ScRiPt>alert(1)</sCrIpT>`,
		`<script/src=//evil.example>`, `<script >alert(1)</script >`, `<<script>alert(1)//<</script>`, `<script` + "\x00" + `>alert(1)</script>`,
		`<img src=x onerror=alert(1)>`, `<img src="javascript:alert(1)">`, `<svg onload=alert(1)>`, `<svg><script>alert(1)</script></svg>`,
		`<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>`, `<math><mi xlink:href="javascript:alert(1)">x</mi></math>`,
		`<iframe src=javascript:alert(1)>`, `<iframe srcdoc="<script>alert(1)</script>">`, `<object data=javascript:alert(1)>`, `<embed src=javascript:alert(1)>`,
		`<base href=//evil.example>`, `<link rel=stylesheet href=//evil.example>`, `<meta http-equiv=refresh content="0;url=//evil.example">`,
		`<form action=//evil.example><input name=q><button>x</button></form>`, `<body onload=alert(1)>`, `<input autofocus onfocus=alert(1)>`,
		`<details open ontoggle=alert(1)>`, `<video><source onerror=alert(1)></video>`, `<marquee onstart=alert(1)>`, `<style>@import '//evil.example'</style>`,
		`<p style="background:url(javascript:alert(1))">`, `<noscript><p title="</noscript><img src=x onerror=alert(1)>">`, `<template><script>alert(1)</script></template>`,
		`<a href="javascript:alert(1)">x</a>`, `" onmouseover="alert(1)`, `' onmouseover='alert(1)`, `" autofocus onfocus=alert(1) x="`, "` onmouseover=alert(1) ",
		`javascript:alert(1)`, `JaVaScRiPt:alert(1)`, ` javascript:alert(1)`, "java\tscript:alert(1)", "java\nscript:alert(1)", "\x01javascript:alert(1)",
		`javascript://example.org/%0aalert(1)`, `vbscript:msgbox(1)`, `data:text/html,<script>alert(1)</script>`, `data:text/html;base64,PHNjcmlwdD4=`,
		`//evil.example/x`, `\\evil.example\x`, `https:evil.example`, `https:/\evil.example`, `https://`, `https://good.example@evil.example/`,
		`https://good.example"onclick="alert(1)/`, `https://good.example/"><script>alert(1)</script>`, `https://good.example/'onclick='alert(1)`,
		"https://good.example/\r\nSet-Cookie: a=b", `https://good.example/; url=javascript:alert(1)`, `0; url=javascript:alert(1)`, "https://good.example/\u202egro.elpmaxe",
		`[x](javascript:alert(1))`, `[x](JAVASCRIPT&colon;alert(1))`, `[x](&#106;avascript:alert(1))`, `![x](javascript:alert(1))`, `<javascript:alert(1)>`,
		`[x]( java` + "\t" + `script:alert(1))`, `[x](data:text/html;base64,PHNjcmlwdD4=)`, `[x](https://e.example "onclick=alert(1)")`, `[x](https://e.example/"onclick="alert(1))`,
		"[x]: javascript:alert(1)\n\n[x]", "```\"onload=alert(1)\n<script>\n```", "`<script>alert(1)</script>`", `{{.Style}}{{template "own" .}}`, `${alert(1)}`,
		"<a\x00b href=javascript:alert(1)>", "+ADw-script+AD4-alert(1)+ADw-/script+AD4-", "\xff\xfe<script>\xc0\xbc", "&lt;script&gt;alert(1)&lt;/script&gt;", "%3Cscript%3Ealert(1)%3C/script%3E",
		"\r\nSet-Cookie: a=b\r\n\r\n<script>alert(1)</script>", "HTTP/1.1 200 OK\r\nX-Evil: 1",
	}
}

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
			p.Article.Format, p.Article.Body = "markdown", "- a\n\n  > b "+s+"\n\n| c |\n|---|\n| "+s+" |"
		},
		"heading": func(p *Page, s string) { p.Article.Sections = []article.Section{{Heading: s}} },
		"paragraph": func(p *Page, s string) {
			p.Article.Sections = []article.Section{{Paragraphs: []string{s, "- a\n- " + s}}}
		},
		"image":           func(p *Page, s string) { p.Article.Image, p.Article.ImageAlt = s, s },
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
	if len(attacks()) < 60 {
		t.Fatalf("only %d attacks", len(attacks()))
	}
	for name, set := range fields() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, attack := range attacks() {
				p := frenchPage()
				set(&p, attack)
				h := uncompressed(p)
				page, record := ask(h, "GET", "/s"), ask(h, "GET", "/s.json")
				if page.Code != 200 || record.Code != 200 {
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
		contentType, body, err := s.render(key{kind: kind, slug: "s"})
		if err != nil {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		s.send(w, r, entry{doc: plainDocument(contentType, body)})
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
	if got := strings.Join(names, " "); got != want {
		t.Errorf("%s: headers %s", what, got)
	}
}

// allowed are the elements of a page, with their attributes.
func allowed() map[string]string {
	return map[string]string{
		"html": "lang dir", "head": "", "meta": "charset name content property http-equiv", "title": "", "link": "rel href type", "style": "",
		"body": "", "main": "", "article": "", "header": "", "footer": "", "nav": "aria-labelledby lang dir", "div": "class", "span": "lang dir",
		"p": "class lang dir", "h1": "", "h2": "id", "h3": "", "h4": "", "h5": "", "h6": "", "a": "href", "time": "datetime", "br": "", "hr": "",
		"ul": "class", "ol": "", "li": "", "em": "", "strong": "", "del": "", "code": "", "pre": "", "blockquote": "",
		"table": "", "thead": "", "tbody": "", "tr": "", "th": "", "td": "",
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
		if attr(n, "http-equiv") == "refresh" {
			_, to, ok := strings.Cut(attr(n, "content"), "; url=")
			if !ok || !safeAddress(to) {
				t.Errorf("%s: forward %q", what, attr(n, "content"))
			}
		}
	}
	for _, once := range []string{"html", "head", "body", "title", "style", "main"} {
		if count[once] != 1 {
			t.Errorf("%s: %d elements %s", what, count[once], once)
		}
	}
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
