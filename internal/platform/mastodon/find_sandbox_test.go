package mastodon

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/platform"
	"crieur/internal/sandbox"
)

// during is the query for a post of the last moment.
func during(link, text string) platform.Query {
	now := time.Now()
	return platform.Query{Link: link, Text: text, Since: now.Add(-time.Second), Until: now.Add(time.Second)}
}

func mustPost(t *testing.T, p platform.Platform, post platform.Post) delivery.Receipt {
	t.Helper()
	receipt, err := p.Post(t.Context(), post)
	if err != nil {
		t.Fatal(err)
	}
	return receipt
}

// checkFound compares the ID that was found, "" for none, and whether all was read.
func checkFound(t *testing.T, p platform.Platform, q platform.Query, id string, whole bool) {
	t.Helper()
	found, err := p.Find(t.Context(), q)
	got := ""
	if found.Receipt != nil {
		got = found.Receipt.PostID
	}
	if err != nil || got != id || found.Whole != whole {
		t.Errorf("%q %q: found %q, whole %v, %v; want %q, %v", q.Link, q.Text, got, found.Whole, err, id, whole)
	}
}

func flavours() []sandbox.Flavour {
	return []sandbox.Flavour{sandbox.Mastodon45, sandbox.Mastodon46, sandbox.GoToSocial}
}

func TestFindSeesWhatTheServerShows(t *testing.T) {
	t.Parallel()
	for _, flavour := range flavours() {
		server := startSandbox(t, sandbox.Options{Flavour: flavour})
		c := sandboxClient(t, server)
		texts := map[string]string{ // link -> text
			"https://pages.example.org/an-article-of-a-long-name?a=1&b=2": "Été & <b> https://pages.example.org/an-article-of-a-long-name?a=1&b=2 #IA",
			"https://www.example.org/other/":                              "https://www.example.org/other",
			"http://127.0.0.1:8080/slug":                                  "on loopback\n\nhttp://127.0.0.1:8080/slug\n#IA",
		}
		for link, text := range texts {
			made := mustPost(t, c, platform.Post{Text: text, ContentWarning: "Guerre"})
			checkFound(t, c, during(link, text), made.PostID, true)
			found, err := c.Find(t.Context(), during("", text))
			if err != nil || found.Receipt == nil || found.Receipt.URL != made.URL || !found.Receipt.PostedAt.Equal(made.PostedAt) {
				t.Errorf("%s: by text %+v, %v; want %+v", flavour, found.Receipt, err, made)
			}
		}
		for _, link := range []string{"http://127.0.0.1:8080/slu", "http://127.0.0.1:8080/slug-2", "https://pages.example.org/an-article"} {
			checkFound(t, c, during(link, "unlike"), "", true)
		}
		checkFound(t, c, during("", "on loopback http://127.0.0.1:8080/slug IA"), "", false)
		asked := 0
		for _, r := range server.Requests() {
			if r.Op == sandbox.OpMe {
				asked++
			}
		}
		if asked != 1 {
			t.Errorf("%s: asked %d times who we are", flavour, asked)
		}
	}
}

func TestFindPagesBackToTheAttempt(t *testing.T) {
	t.Parallel()
	for _, flavour := range flavours() {
		c := sandboxClient(t, startSandbox(t, sandbox.Options{Flavour: flavour, Statuses: 2000, Requests: 2000}))
		var ids []string
		for i := range 120 {
			ids = append(ids, mustPost(t, c, platform.Post{Text: fmt.Sprintf("https://pages.example.org/%d-a", i)}).PostID)
		}
		for _, i := range []int{0, 79, 80, 119} {
			checkFound(t, c, during(fmt.Sprintf("https://pages.example.org/%d-a", i), ""), ids[i], true)
		}
		checkFound(t, c, during("https://pages.example.org/none", ""), "", true)
	}
}

func TestFindDoesNotSeeWhatLagsOrWasDeleted(t *testing.T) {
	t.Parallel()
	server := startSandbox(t, sandbox.Options{TimelineLag: 300 * time.Millisecond})
	c := sandboxClient(t, server)
	id := mustPost(t, c, platform.Post{Text: "https://pages.example.org/a"}).PostID
	checkFound(t, c, during("https://pages.example.org/a", ""), "", true)
	time.Sleep(350 * time.Millisecond)
	checkFound(t, c, during("https://pages.example.org/a", ""), id, true)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodDelete, server.URL+"/api/v1/statuses/"+id, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+server.Token())
	resp, err := http.DefaultClient.Do(req)
	if err != nil || resp.Body.Close() != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("delete: %v", err)
	}
	checkFound(t, c, during("https://pages.example.org/a", ""), "", true)
}

func TestPrivatePostsAreMissedOnlyWhereTheListShowsSuch(t *testing.T) {
	t.Parallel()
	c := sandboxClient(t, startSandbox(t, sandbox.Options{}))
	mustPost(t, c, platform.Post{Text: "one"})
	q := during("", "two")
	q.Visibility = "private"
	checkFound(t, c, q, "", false)
	mustPost(t, c, platform.Post{Text: "three", Visibility: "private"})
	checkFound(t, c, q, "", true)
}

func TestFindFailsAsReadsFail(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]delivery.Class{
		"token-revoked": auth, "outside-scopes": auth, "too-many-requests": throttle, "unavailable": refused, "server-error": refused, "snac-unauthorized": auth,
		"success-without-id": refused,
	} {
		for _, op := range []sandbox.Op{sandbox.OpMe, sandbox.OpTimeline} {
			server := startSandbox(t, sandbox.Options{})
			if err := server.Script(sandbox.Fault{Kind: sandbox.Documented, Name: name, On: op}); err != nil {
				t.Fatal(err)
			}
			found, err := sandboxClient(t, server).Find(t.Context(), during("https://pages.example.org/a", ""))
			if e := platform.AsError(err); e == nil || e.Class != want || found != (platform.Found{}) {
				t.Errorf("%s on %s: %+v, %v; want %s", name, op, found, err, want)
			}
		}
	}
	for _, kind := range []sandbox.Kind{sandbox.Garbage, sandbox.Cut, sandbox.ResetAfter, sandbox.ResetBefore} {
		server := startSandbox(t, sandbox.Options{})
		if err := server.Script(sandbox.Fault{Kind: kind, On: sandbox.OpTimeline}); err != nil {
			t.Fatal(err)
		}
		_, err := sandboxClient(t, server).Find(t.Context(), during("https://pages.example.org/a", ""))
		if e := platform.AsError(err); e == nil || e.Class != refused {
			t.Errorf("%s: %v, want refused", kind, err)
		}
	}
}
