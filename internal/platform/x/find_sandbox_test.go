package x

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

func mustPost(t *testing.T, p platform.Platform, text string) delivery.Receipt {
	t.Helper()
	receipt, err := p.Post(t.Context(), platform.Post{Text: text})
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

func TestFindSeesByLinkWhatTheTimelineShows(t *testing.T) {
	t.Parallel()
	server := startSandbox(t, sandbox.Options{})
	c := sandboxClient(t, server, "v2")
	texts := map[string]string{ // link -> text
		"https://pages.example.org/article?a=1&b=2": "Été & <b> https://pages.example.org/article?a=1&b=2 #IA",
		"https://Pages.Example.org/other/":          "an other one https://pages.example.org/other",
		"http://127.0.0.1:8080/slug":                "on loopback http://127.0.0.1:8080/slug, no link for X",
		"https://pages.example.org/slug":            "@somebody https://pages.example.org/slug",
	}
	ids := map[string]string{}
	for link, text := range texts {
		ids[link] = mustPost(t, c, text).PostID
	}
	for link, id := range ids {
		checkFound(t, c, during(link, texts[link]), id, true)
	}
	for _, link := range []string{"https://pages.example.org/slu", "https://pages.example.org/slug-2", "http://127.0.0.1:8080/slug/more", "https://pages.example.org"} {
		checkFound(t, c, during(link, "unlike"), "", true)
	}
	asked := 0
	for _, r := range server.Requests() {
		if r.Op == sandbox.OpMe {
			asked++
		}
	}
	if asked != 1 {
		t.Errorf("asked %d times who we are, and paid for it", asked)
	}
	found, err := c.Find(t.Context(), during("https://pages.example.org/slug", ""))
	if err != nil || found.Receipt == nil || time.Since(found.Receipt.PostedAt) > time.Minute ||
		found.Receipt.URL != server.URL+"/crieur_demo/status/"+found.Receipt.PostID {
		t.Errorf("receipt %+v, %v", found.Receipt, err)
	}
}

func TestFindSeesByTextWhatCarriesNoLink(t *testing.T) {
	t.Parallel()
	c := sandboxClient(t, startSandbox(t, sandbox.Options{}), "v2")
	const text = "De\u0301fense & <b>  🇹🇳\nREADME.md, fly.io et https://news.example/a?b=1&c=2 #IA"
	id := mustPost(t, c, text).PostID
	checkFound(t, c, during("", text), id, true)
	checkFound(t, c, during("", "D\u00e9fense & <b> 🇹🇳 README.md, fly.io et https://news.example/a?b=1&c=2 #IA "), id, true)
	checkFound(t, c, during("", "Something else"), "", true)
	checkFound(t, c, during("", "Défense & b  README.md, fly.io et https://news.example/a?b=1&c=2 IA"), "", false)
	checkFound(t, c, during("", ""), "", false)
	late := during("", text)
	late.Since, late.Until = late.Since.Add(-time.Hour), late.Until.Add(-time.Hour)
	checkFound(t, c, late, "", true)
}

func TestFindPagesBackToTheAttempt(t *testing.T) {
	t.Parallel()
	c := sandboxClient(t, startSandbox(t, sandbox.Options{XCreates: 2000}), "v2")
	var ids []string
	for i := range 230 {
		ids = append(ids, mustPost(t, c, fmt.Sprintf("https://pages.example.org/%d-a", i)).PostID)
	}
	for _, i := range []int{0, 129, 229} {
		checkFound(t, c, during(fmt.Sprintf("https://pages.example.org/%d-a", i), ""), ids[i], true)
	}
	checkFound(t, c, during("https://pages.example.org/none", ""), "", true)
}

func TestFindDoesNotSeeWhatLagsOrWasDeleted(t *testing.T) {
	t.Parallel()
	server := startSandbox(t, sandbox.Options{TimelineLag: 300 * time.Millisecond})
	c := sandboxClient(t, server, "v2")
	id := mustPost(t, c, "https://pages.example.org/a").PostID
	checkFound(t, c, during("https://pages.example.org/a", ""), "", true)
	time.Sleep(350 * time.Millisecond)
	checkFound(t, c, during("https://pages.example.org/a", ""), id, true)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodDelete, server.URL+"/2/tweets/"+id, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	call := c.wire.Call(platform.OpOther)
	if err := exchange(platform.NewHTTPClient(c.authorize(call)), req); err != nil {
		t.Fatal(err)
	}
	checkFound(t, c, during("https://pages.example.org/a", ""), "", true)
}

func TestFindFailsAsReadsFail(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]delivery.Class{
		"unauthorized": auth, "credits-depleted": noQuota, "too-many-requests": throttle, "unavailable": refused, "server-error": refused, "invalid-request": refused,
	} {
		for _, op := range []sandbox.Op{sandbox.OpMe, sandbox.OpTimeline} {
			server := startSandbox(t, sandbox.Options{})
			if err := server.Script(sandbox.Fault{Kind: sandbox.Documented, Name: name, On: op}); err != nil {
				t.Fatal(err)
			}
			found, err := sandboxClient(t, server, "v2").Find(t.Context(), during("https://pages.example.org/a", ""))
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
		_, err := sandboxClient(t, server, "v2").Find(t.Context(), during("https://pages.example.org/a", ""))
		if e := platform.AsError(err); e == nil || e.Class != refused {
			t.Errorf("%s: %v, want refused", kind, err)
		}
	}
}

// X bills each post that a page shows: twelve looks for twelve posts would pay for 144.
func TestManyPostsAreFoundForThePriceOfEachOnce(t *testing.T) {
	t.Parallel()
	server := startSandbox(t, sandbox.Options{})
	c := sandboxClient(t, server, "v2")
	var qs []platform.Query
	var ids []string
	for i := range 12 {
		link := fmt.Sprintf("https://pages.example.org/%d", i)
		ids = append(ids, mustPost(t, c, "text "+link).PostID)
		qs = append(qs, during(link, "text "+link))
	}
	found, err := c.FindEach(t.Context(), qs)
	if err != nil || len(found) != len(ids) {
		t.Fatalf("%v, %v", found, err)
	}
	for i, f := range found {
		if f.Receipt == nil || f.Receipt.PostID != ids[i] {
			t.Errorf("%d: %+v", i, f)
		}
	}
	reads := 0
	for _, r := range server.Requests() {
		if r.Op == sandbox.OpTimeline {
			reads++
		}
	}
	if reads != 1 {
		t.Errorf("the timeline was read %d times", reads)
	}
}
