package x

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/platform"
)

func TestFindReadsTheTimelineOfV11WithCare(t *testing.T) {
	t.Parallel()
	const at = `"created_at":"Fri Mar 01 11:59:30 +0000 2024"`
	for name, c := range map[string]struct {
		page         string
		q            platform.Query
		found, whole bool
	}{
		"ours":                {`[{"id":5,"id_str":"5",` + at + `,"full_text":"a https://t.co/1","entities":{"urls":[{"url":"https://t.co/1","expanded_url":"https://pages.example/slug"}]},"user":{"screen_name":"crier"}}]`, atNoon(ours, ""), true, true},
		"GNU social":          {`[{"id":5,` + at + `,"text":"plain https://pages.example/slug &amp; more"}]`, atNoon(ours, ""), true, true},
		"by text":             {`[{"id":5,` + at + `,"text":"this &amp; that"}]`, atNoon("", "this & that"), true, true},
		"truncated":           {`[{"id":5,` + at + `,"text":"cut","truncated":true}]`, atNoon(ours, ""), false, false},
		"a repeat of ours":    {`[{"id":5,` + at + `,"text":"RT https://pages.example/slug","retweeted_status":{"id":4}}]`, atNoon(ours, ""), false, true},
		"none":                {`[]`, atNoon(ours, ""), false, true},
		"an entry of no type": {`[7]`, atNoon(ours, ""), false, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, _ := timeline(t, c.page, `[]`)
			id := ""
			if c.found {
				id = "5"
			}
			checkFound(t, client(t, Options{BaseURL: server.URL, API: "v1.1"}), c.q, id, c.whole)
		})
	}
	for _, body := range []string{`{"error":"no"}`, `null`, `<html>`, ``, `{"errors":[{"code":88,"message":"Rate limit exceeded"}]}`} {
		server, _ := timeline(t, body)
		_, err := client(t, Options{BaseURL: server.URL, API: "v1.1"}).Find(t.Context(), atNoon(ours, ""))
		if e := platform.AsError(err); e == nil || e.Class != delivery.Refused {
			t.Errorf("%q: %v, want refused", body, err)
		}
	}
}

// archive is a v1.1 timeline of posts 1..posts, a second apart, the last one at noon;
// paged tells whether it heeds max_id.
func archive(t *testing.T, posts int, paged bool) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		top := posts
		if n, err := strconv.Atoi(r.URL.Query().Get("max_id")); err == nil && paged {
			top = n
		}
		page := []map[string]any{}
		for id := top; id > 0 && len(page) < 200; id-- {
			page = append(page, map[string]any{
				"id": id, "text": fmt.Sprintf("https://pages.example/%d", id),
				"created_at": tried.Add(time.Duration(id-posts) * time.Second).Format(time.RubyDate),
			})
		}
		body, _ := json.Marshal(page)
		_, _ = w.Write(body)
	}))
	t.Cleanup(server.Close)
	return server
}

func TestFindPagesV11BackToTheAttempt(t *testing.T) {
	t.Parallel()
	find := func(server *httptest.Server, post int, since time.Duration, id string, whole bool) {
		q := atNoon(fmt.Sprintf("https://pages.example/%d", post), "")
		q.Since = tried.Add(-since)
		checkFound(t, client(t, Options{BaseURL: server.URL, API: "v1.1"}), q, id, whole)
	}
	turns := archive(t, 450, true)
	find(turns, 450, time.Minute, "450", true)
	find(turns, 100, time.Minute, "100", true) // 350 s ago, within the margin
	find(turns, 1, time.Hour, "1", true)
	find(turns, 999, time.Hour, "", true)
	find(turns, 60, time.Minute, "", false) // its link, long before the attempt: nobody can tell
	find(archive(t, 450, false), 1, time.Hour, "", false)
	find(archive(t, 3000, true), 1, 2*time.Hour, "", false) // more than ten pages
}
