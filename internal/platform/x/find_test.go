package x

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"crieur/internal/platform"
)

// timeline serves the pages in turn, the last one for ever.
func timeline(t testing.TB, pages ...string) (*httptest.Server, *atomic.Int64) {
	t.Helper()
	var asked atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/2/users/me" {
			_, _ = io.WriteString(w, `{"data":{"id":"7","username":"crier"}}`)
			return
		}
		n := min(int(asked.Add(1)), len(pages))
		_, _ = io.WriteString(w, pages[n-1])
	}))
	t.Cleanup(server.Close)
	return server, &asked
}

// tried is when the attempt ended that the queries ask for: long ago, whatever the clock says.
var tried = time.Date(2024, 3, 1, 12, 0, 0, 0, time.UTC)

// atNoon is the query for an attempt of a minute.
func atNoon(link, text string) platform.Query {
	return platform.Query{Link: link, Text: text, Since: tried.Add(-time.Minute), Until: tried}
}

const (
	ours     = "https://pages.example/slug"
	posted   = `"created_at":"2024-03-01T11:59:30.000Z"`
	before1h = `"created_at":"2024-03-01T10:00:00.000Z"`
	linked   = `"text":"a https://t.co/1","entities":{"urls":[{"url":"https://t.co/1","expanded_url":"https://pages.example/slug"}]}`
)

func TestFindReadsTheTimelineOfV2WithCare(t *testing.T) {
	t.Parallel()
	one := func(members string) string {
		return `{"data":[{"id":"5",` + members + `}],"meta":{"result_count":1}}`
	}
	for name, c := range map[string]struct {
		page  string
		q     platform.Query
		found bool
		whole bool
	}{
		"ours":                    {one(posted + "," + linked), atNoon(ours, ""), true, true},
		"without a date":          {one(linked), atNoon(ours, ""), true, true},
		"unwound":                 {one(posted + `,"text":"x","entities":{"urls":[{"expanded_url":"https://bit.example/1","unwound_url":"http://pages.example/slug/"}]}`), atNoon(ours, ""), true, true},
		"escaped address":         {one(posted + `,"text":"x","entities":{"urls":[{"expanded_url":"https://pages.example/?a=1&amp;b=2"}]}`), atNoon("https://pages.example/?a=1&b=2", ""), true, true},
		"plain in the text":       {one(posted + `,"text":"a http://127.0.0.1/s?a&amp;b b"`), atNoon("http://127.0.0.1/s?a&b", ""), true, true},
		"older than the attempt":  {one(before1h + "," + linked), atNoon(ours, ""), false, false},
		"in the note":             {one(posted + `,"text":"` + strings.Repeat("long ", 56) + `…","note_tweet":{"text":"whole https://t.co/1","entities":{"urls":[{"url":"https://t.co/1","expanded_url":"https://pages.example/slug"}]}}`), atNoon(ours, strings.Repeat("long ", 70)), true, true},
		"a note in text":          {one(posted + `,"text":"cut …","note_tweet":{"text":"the &lt;whole&gt; text"}`), atNoon("", "the <whole> text"), true, true},
		"cut without a note":      {one(posted + `,"text":"` + strings.Repeat("long ", 56) + `… https://t.co/9"`), atNoon(ours, strings.Repeat("long ", 70)), false, false},
		"cut, ours is short":      {one(posted + `,"text":"` + strings.Repeat("long ", 56) + `… https://t.co/9"`), atNoon(ours, "short"), false, true},
		"same text without date":  {one(`"text":"hello"`), atNoon("", "hello"), false, false},
		"earliest of two":         {`{"data":[{"id":"6",` + strings.Replace(posted, "30.", "45.", 1) + "," + linked + `},{"id":"5",` + posted + "," + linked + `}],"meta":{"result_count":2}}`, atNoon(ours, ""), true, true},
		"empty":                   {`{"meta":{"result_count":0}}`, atNoon(ours, ""), false, true},
		"count disagrees":         {`{"data":[],"meta":{"result_count":3}}`, atNoon(ours, ""), false, false},
		"no count":                {`{"data":[],"meta":{}}`, atNoon(ours, ""), false, false},
		"errors beside":           {`{"data":[{"id":"5",` + posted + "," + linked + `}],"errors":[{"title":"Not Found Error"}],"meta":{"result_count":1}}`, atNoon(ours, ""), true, false},
		"errors beside nothing":   {`{"errors":[{"title":"x"}],"meta":{"result_count":0}}`, atNoon(ours, ""), false, false},
		"an entry of odd type":    {`{"data":[5,{"id":"5",` + posted + "," + linked + `}],"meta":{"result_count":2}}`, atNoon(ours, ""), true, false},
		"an ID as a number":       {`{"data":[{"id":5,` + linked + `}],"meta":{"result_count":1}}`, atNoon(ours, ""), false, false},
		"a next token of no type": {`{"data":[],"meta":{"result_count":0,"next_token":5}}`, atNoon(ours, ""), false, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, _ := timeline(t, c.page)
			id := ""
			if c.found {
				id = "5"
			}
			checkFound(t, client(t, Options{BaseURL: server.URL}), c.q, id, c.whole)
		})
	}
}

func TestFindIsNotLedInCircles(t *testing.T) {
	t.Parallel()
	empty := `{"data":[],"meta":{"result_count":0,"next_token":"again"}}`
	same := `{"data":[{"id":"9",` + posted + `,"text":"x"}],"meta":{"result_count":1,"next_token":"t"}}`
	for name, c := range map[string]struct {
		page string
		most int64
	}{"the same token": {empty, 2}, "the same posts": {same, 2}} {
		server, asked := timeline(t, c.page)
		checkFound(t, client(t, Options{BaseURL: server.URL}), atNoon(ours, ""), "", false)
		if asked.Load() > c.most {
			t.Errorf("%s: asked %d times", name, asked.Load())
		}
	}
	var n atomic.Int64
	endless := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/2/users/me" {
			_, _ = io.WriteString(w, `{"data":{"id":"7","username":"crier"}}`)
			return
		}
		_, _ = io.WriteString(w, strings.ReplaceAll(empty, "again", strings.Repeat("x", int(n.Add(1)))))
	}))
	t.Cleanup(endless.Close)
	checkFound(t, client(t, Options{BaseURL: endless.URL}), atNoon(ours, ""), "", false)
	if n.Load() != 10 {
		t.Errorf("asked %d times, want 10", n.Load())
	}
}

func TestFindKeepsWhatItFoundWhenALaterPageFails(t *testing.T) {
	t.Parallel()
	server, _ := timeline(t, `{"data":[{"id":"5",`+posted+","+linked+`}],"meta":{"result_count":1,"next_token":"2"}}`, `<html>`)
	checkFound(t, client(t, Options{BaseURL: server.URL}), atNoon(ours, ""), "5", false)
}

func FuzzTimelines(f *testing.F) {
	f.Add([]byte(`{"data":[{"id":"5",`+posted+","+linked+`}],"meta":{"result_count":1,"next_token":"t"}}`), "https://pages.example/slug", "a")
	f.Add([]byte(`[{"id":5,"id_str":"5","full_text":"a https://t.co/1","created_at":"Fri Mar 01 11:59:30 +0000 2024"}]`), "", "hello")
	c := client(f, Options{})
	f.Fuzz(func(t *testing.T, body []byte, link, text string) {
		a := platform.Answer{Status: 200, Body: body, At: answered, Header: http.Header{}}
		for _, judge := range []func(platform.Answer) (platform.Page, error){c.judgeTimeline, c.judgeUserTimeline} {
			window := func() platform.Window {
				return platform.Window{From: tried.Add(-time.Hour), Until: tried, Sure: true}
			}
			found, err := platform.Search(atNoon(link, plainLinks(text)), maxPages, window, func(string) (platform.Page, error) { return judge(a) })
			if err != nil && found != (platform.Found{}) {
				t.Errorf("%s: %+v and %v", body, found, err)
			}
			if r := found.Receipt; r != nil && (!decimal(r.PostID) || !strings.HasPrefix(r.URL, "http") || r.PostedAt.IsZero()) {
				t.Errorf("%s: found %+v", body, r)
			}
		}
	})
}
