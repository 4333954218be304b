package mastodon

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"crieur/internal/platform"
)

const (
	ours = "https://pages.example/slug"
	at   = `"created_at":"2024-03-01T11:59:30.000Z",`
)

// tried is when the attempt ended that the queries ask for: long ago, whatever the clock says.
var tried = time.Date(2024, 3, 1, 12, 0, 0, 0, time.UTC)

// atNoon is the query for an attempt of a minute.
func atNoon(link, text string) platform.Query {
	return platform.Query{Link: link, Text: text, Since: tried.Add(-time.Minute), Until: tried}
}

// listing serves the pages in turn, the last one for ever, with these headers.
func listing(t testing.TB, h header, pages ...string) (*httptest.Server, *atomic.Int64) {
	t.Helper()
	var asked atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/verify_credentials") {
			_, _ = io.WriteString(w, `{"id":"7","username":"crier"}`)
			return
		}
		for k, v := range h {
			w.Header().Set(k, v)
		}
		n := min(int(asked.Add(1)), len(pages))
		_, _ = io.WriteString(w, pages[n-1])
	}))
	t.Cleanup(server.Close)
	return server, &asked
}

func TestFindReadsStatusesWithCare(t *testing.T) {
	t.Parallel()
	content := func(html string) string {
		quoted, _ := json.Marshal(html)
		return `[{"id":"5",` + at + `"content":` + string(quoted) + `}]`
	}
	for name, c := range map[string]struct {
		page         string
		q            platform.Query
		found, whole bool
	}{
		"hidden parts":         {content(`<p>a <a href="https://pages.example/slug"><span class="invisible">https://</span><span class="ellipsis">pages.exam</span><span class="invisible">ple/slug</span></a></p>`), atNoon(ours, ""), true, true},
		"text alone":           {content(`<p>a https:&#47;&#47;pages.example/slug&nbsp;b</p>`), atNoon(ours, ""), true, true},
		"an escaped address":   {content(`<a href="https://pages.example/?a=1&amp;b=2">x</a>`), atNoon("https://pages.example/?a=1&b=2", ""), true, true},
		"snac escapes nothing": {content(`<a href="https://pages.example/?a=1&b=2">x</a>`), atNoon("https://pages.example/?a=1&b=2", ""), true, true},
		"a longer slug":        {content(`<p><a href="https://pages.example/slug-2">x</a> https://pages.example/slug.json https://evil.example/?u=https://pages.example/slug</p>`), atNoon(ours, ""), false, true},
		"by text":              {content(`<p>one &amp; <b>two</b></p><p>three<br />four @<span>bob</span></p>`), atNoon("", "one & two\n\nthree\nfour @bob@far.example"), true, true},
		"by text as sent":      {`[{"id":"5",` + at + `"content":"<i>odd</i> <b>","text":"*odd* <b> 🙂"}]`, atNoon("", "*odd* <b> 🙂"), true, true},
		"rendered by Markdown": {content(`<i>odd</i> thing`), atNoon("", "*odd* thing"), false, false},
		"a boost of ours":      {`[{"id":"5",` + at + `"content":"","reblog":{"id":"4","content":"https://pages.example/slug"}}]`, atNoon(ours, ""), false, true},
		"long before":          {strings.Replace(content(ours), "2024-03-01", "2024-02-01", 1), atNoon(ours, ""), false, false},
		"without a date":       {`[{"id":"5","content":"https://pages.example/slug"}]`, atNoon(ours, ""), true, true},
		"without an ID":        {`[{"content":"https://pages.example/slug"}]`, atNoon(ours, ""), false, false},
		"an ID as a number":    {`[{"id":5,` + at + `"content":"https://pages.example/slug"}]`, atNoon(ours, ""), true, true},
		"content of no type":   {`[{"id":"5",` + at + `"content":5}]`, atNoon(ours, ""), false, false},
		"nothing":              {`[]`, atNoon(ours, ""), false, true},
		"not closed":           {content(`<a href="https://pages.example/slug`), atNoon(ours, ""), false, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, _ := listing(t, nil, c.page, `[]`)
			id := ""
			if c.found {
				id = "5"
			}
			checkFound(t, client(t, Options{Server: server.URL}), c.q, id, c.whole)
		})
	}
	for _, body := range []string{`{"error":"no"}`, `null`, `<html>`, ``, `"x"`} {
		server, _ := listing(t, nil, body)
		_, err := client(t, Options{Server: server.URL}).Find(t.Context(), atNoon(ours, ""))
		if e := platform.AsError(err); e == nil || e.Class != refused {
			t.Errorf("%q: %v, want refused", body, err)
		}
	}
}

// page lists n statuses, one a second, the first at noon.
func page(n int) string {
	var entries []string
	for i := range n {
		entries = append(entries, fmt.Sprintf(`{"id":"%06d","created_at":%q,"content":"x"}`, 900000-i, tried.Add(-time.Duration(i)*time.Second).Format(time.RFC3339)))
	}
	return "[" + strings.Join(entries, ",") + "]"
}

func TestAListThatTurnsNoPagesIsWholeOnlyAsFarAsItReaches(t *testing.T) {
	t.Parallel()
	snac := header{"X-Creator": "snac/2.75"}
	for name, c := range map[string]struct {
		header header
		posts  int
		whole  bool
	}{
		"snac shows all":                   {snac, 50, true},
		"snac shows its most":              {snac, 256, false},
		"back to before the attempt":       {snac, 400, true}, // six minutes and more
		"any server, before the attempt":   {nil, 400, true},
		"any server, the same page again":  {nil, 50, false},
		"a link to elsewhere, not obeyed":  {header{"Link": `<https://evil.example/?max_id=3>; rel="next"`}, 50, false},
		"a link header of nonsense, again": {header{"Link": `<<>;,rel=next<`}, 50, false},
	} {
		server, asked := listing(t, c.header, page(c.posts))
		checkFound(t, client(t, Options{Server: server.URL}), atNoon(ours, ""), "", c.whole)
		if asked.Load() > 2 {
			t.Errorf("%s: asked %d times", name, asked.Load())
		}
	}
}

func FuzzStatuses(f *testing.F) {
	f.Add([]byte(`[{"id":"5",`+at+`"content":"<p>a <a href=\"https://pages.example/slug\">x</a><br>b</p>"}]`), `<https://e.org/?max_id=5>; rel="next"`, ours, "a")
	f.Add([]byte(page(3)), `<x>; rel=prev, <https://e.org/?max_id=>; rel="next"`, "", "x")
	f.Fuzz(func(t *testing.T, body []byte, link, want, text string) {
		a := platform.Answer{Status: 200, Body: body, At: answered, Header: http.Header{"Link": {link}}}
		window := func() platform.Window { return platform.Window{From: tried.Add(-time.Hour), Until: tried, Sure: true} }
		found, err := platform.Search(atNoon(want, text), maxPages, window, func(string) (platform.Page, error) { return judgeStatuses(a) })
		if err != nil && found != (platform.Found{}) {
			t.Errorf("%s: %+v and %v", body, found, err)
		}
		if r := found.Receipt; r != nil && (r.PostID == "" || r.PostedAt.IsZero() || r.URL != "" && !strings.HasPrefix(r.URL, "http")) {
			t.Errorf("%s: found %+v", body, r)
		}
	})
}
