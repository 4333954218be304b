package preflight

import (
	"net/http"
	"strings"
	"testing"
)

func TestEachFaultOfAPageIsFoundAlone(t *testing.T) {
	const own = `<meta property="og:title" content="Un titre">`
	for _, c := range []struct {
		name, from, to string
		want           []string
	}{
		{"no title", own, "", []string{"og:title is missing", "(X, Mastodon)"}},
		{"empty title", "Un titre", "  ", []string{"og:title is missing"}},
		{"title in a comment", own, "<!--" + own + "-->", []string{"og:title is missing"}},
		{"title in a script", own, "<script>" + own + "</script>", []string{"og:title is missing"}},
		{"title in the body", own + `<meta`, `</head><body>` + own + `<meta`, nil},
		{"no card", "twitter:card", "twitter:cart", []string{"twitter:card is missing", "(X)"}},
		{"unknown card", "summary_large_image", "huge", []string{`twitter:card is "huge"`, "(X)"}},
		{"meta charset", `charset="utf-8"`, `charset="windows-1252"`, []string{"charset in meta", "windows-1252"}},
		{"old meta charset", `charset="utf-8"`, `http-equiv="Content-Type" content="text/html; charset=ISO-8859-1"`, []string{"charset in meta", "iso-8859-1"}},
		{"not UTF-8", "Un titre", "Un \xe9t\xe9", []string{"not valid UTF-8"}},
		{"no canonical", `rel="canonical"`, `rel="alternate"`, []string{"canonical is missing", "lead to crieur's pages"}},
		{"no image", "og:image", "og:picture", []string{"og:image is missing"}},
		{"image of another scheme", `og:image" content="http`, `og:image" content="ftp`, []string{"og:image", "ftp://"}},
		{"image inline", `og:image" content="http`, `og:image" content="data`, []string{"og:image", "data:"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newSite(t)
			s.change(t, c.from, c.to)
			err := s.check(t, nil)
			if c.want == nil {
				if got := findings(t, err); !strings.Contains(strings.Join(got, "\n"), "og:title is missing") {
					t.Errorf("findings %q", got)
				}
				return
			}
			wantOne(t, err, c.want...)
		})
	}
}

func TestThePageMustBeTheArticles(t *testing.T) {
	for _, c := range []struct{ name, canonical, ogURL, want string }{
		{"another host", "https://elsewhere.example/a", "", "canonical is \"https://elsewhere.example/a\", another host"},
		{"another path", "/b", "", "another page answers here"},
		{"the home page", "/", "", "another page answers here"},
		{"og:url elsewhere", "/a", "https://elsewhere.example/a", "og:url is"},
		{"og:url of another page", "/a", "/b", "og:url is"},
		{"no web address", "mailto:a@example.org", "", "canonical is"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newSite(t)
			s.page = func(w http.ResponseWriter, _ *http.Request) {
				text := strings.ReplaceAll(s.html(), `canonical" href="`+s.URL+"/a", `canonical" href="`+c.canonical)
				serveHTML(w, strings.ReplaceAll(text, `og:url" content="`+s.URL+"/a", `og:url" content="`+c.ogURL))
			}
			wantOne(t, s.check(t, nil), c.want)
		})
	}
}

func TestTheSameAddressInOtherWordsIsTheSame(t *testing.T) {
	for _, c := range [][2]string{
		{"https://Example.ORG/a", "https://example.org:443/a"},
		{"http://example.org", "http://example.org:80/"},
		{"https://example.org/a#x", "https://example.org/a"},
	} {
		a, b := parse(t, c[0]), parse(t, c[1])
		if plainForm(a) != plainForm(b) {
			t.Errorf("%s and %s differ: %s, %s", a, b, plainForm(a), plainForm(b))
		}
	}
	for _, c := range [][2]string{
		{"https://example.org/a", "https://example.org/A"}, {"https://example.org/a", "http://example.org/a"},
		{"https://example.org/a", "https://example.org/a/"}, {"https://example.org:8443/a", "https://example.org/a"},
	} {
		if plainForm(parse(t, c[0])) == plainForm(parse(t, c[1])) {
			t.Errorf("%s and %s are not the same", c[0], c[1])
		}
	}
}

func TestContentTypeAndCharsetOfTheHeader(t *testing.T) {
	for kind, want := range map[string]string{
		"text/plain; charset=utf-8":    "page Content-Type",
		"application/xhtml+xml":        "page Content-Type",
		"text/html; charset=Shift_JIS": `charset in Content-Type is "shift_jis"`,
	} {
		s := newSite(t)
		s.page = func(w http.ResponseWriter, _ *http.Request) { serve(w, kind, []byte(s.html())) }
		wantOne(t, s.check(t, nil), want)
	}
	s := newSite(t)
	s.page = func(w http.ResponseWriter, _ *http.Request) {
		serve(w, "text/html", []byte(strings.Replace(s.html(), `<meta charset="utf-8">`, "", 1)))
	}
	wantOne(t, s.check(t, nil), "page charset is not declared")
	s.page = func(w http.ResponseWriter, _ *http.Request) { serve(w, "text/html; charset=UTF-8", []byte(s.html())) }
	if err := s.check(t, nil); err != nil {
		t.Error(err)
	}
}

func TestSearchEnginesMayBeShutOut(t *testing.T) {
	s := newSite(t)
	s.page = func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Robots-Tag", "none")
		serveHTML(w, strings.Replace(s.html(), "<title>", `<meta name="robots" content="noindex,nofollow"><title>`, 1))
	}
	if err := s.check(t, nil); err != nil {
		t.Error(err)
	}
}

func TestTheHeadMustEndWithinTheFirstMebibyte(t *testing.T) {
	s := newSite(t)
	// A body of any length is fine, the limit in the middle of a character included.
	s.page = func(w http.ResponseWriter, _ *http.Request) { serveHTML(w, s.html()+strings.Repeat("é", 1<<20)) }
	if err := s.check(t, nil); err != nil {
		t.Error(err)
	}
	s.page = func(w http.ResponseWriter, _ *http.Request) { serveHTML(w, " "+s.html()+strings.Repeat("é", 1<<20)) }
	if err := s.check(t, nil); err != nil {
		t.Error(err)
	}
	s.page = func(w http.ResponseWriter, _ *http.Request) {
		serveHTML(w, strings.Replace(s.html(), "</head>", "<style>"+strings.Repeat("a", 1<<20)+"</style></head>", 1))
	}
	wantOne(t, s.check(t, nil), "page head is longer than 1 MiB")
}
