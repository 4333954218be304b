package sandbox

import (
	"fmt"
	"strings"
	"testing"
	"time"

	mastodon "github.com/mattn/go-mastodon"
)

func goMastodon(t *testing.T, m *Mastodon) *mastodon.Client {
	t.Helper()
	c := mastodon.NewClient(&mastodon.Config{Server: m.URL, AccessToken: m.Token()})
	c.Client = *freshClient(t)
	c.UserAgent = "crieur-test"
	return c
}

func TestAStatusIsPostedByGoMastodon(t *testing.T) {
	for _, f := range []Flavour{Mastodon45, Mastodon46, GoToSocial} {
		m := start(t, Options{Flavour: f}).Mastodon
		st, err := goMastodon(t, m).PostStatus(t.Context(), &mastodon.Toot{
			Status: " \nÉté 100% & <1>\n", SpoilerText: "cw", Visibility: "private", Language: "fr", Sensitive: true,
		})
		must(t, err)
		p := m.Posts()[0]
		equal(t, Post{ID: p.ID, Text: "Été 100% & <1>", At: p.At, URL: p.URL, Visibility: "private", Language: "fr", ContentWarning: "cw", Sensitive: true}, p)
		equal(t, []string{p.ID, p.URL, "<p>Été 100% &amp; &lt;1&gt;</p>", "private", "fr", "cw"},
			[]string{string(st.ID), st.URL, st.Content, st.Visibility, st.Language, st.SpoilerText})
		equal(t, p.At.Truncate(time.Millisecond).UTC(), st.CreatedAt)
		equal(t, m.Credentials().AccountID, string(st.Account.ID))
		form := map[Flavour]int{Mastodon45: 18, Mastodon46: 18, GoToSocial: 26}[f]
		equal(t, form, len(p.ID))
		equal(t, 200, send(t, freshClient(t), request(t, "GET", p.URL, "")).Status)
	}
}

func TestAStatusIsCheckedAsTheFlavourDoes(t *testing.T) {
	for _, c := range []struct {
		flavour Flavour
		text    string
		pairs   []string
		status  int
		want    string
	}{
		{Mastodon45, "", nil, 422, `{"error":"Validation failed: Text can't be blank"}`},
		{Mastodon45, " \r\n\t", nil, 422, `Text can't be blank`},
		{Mastodon45, strings.Repeat("a", 501), nil, 422, `{"error":"Validation failed: Text character limit of 500 exceeded"}`},
		{Mastodon45, strings.Repeat("a", 500), nil, 200, `"id":`},
		{Mastodon45, strings.Repeat("a", 498), []string{"spoiler_text", "abc"}, 422, `character limit of 500`},
		{Mastodon45, "https://example.com/" + strings.Repeat("a", 600), nil, 200, `"id":`},
		{Mastodon45, "x", []string{"visibility", "secret"}, 422, `Visibility is not included in the list`},
		{Mastodon45, "x", []string{"language", "xx"}, 200, `"language":"en"`},
		{Mastodon45, "x", []string{"language", "fr-CA"}, 200, `"language":"fr-CA"`},
		{Mastodon45, "x", []string{"media_ids[]", "1"}, 422, `not found or already attached`},
		{Mastodon45, "x", []string{"media_ids[]", "1", "media_ids[]", "2", "media_ids[]", "3", "media_ids[]", "4", "media_ids[]", "5"}, 422, `more than 4`},
		{Mastodon45, "x", []string{"scheduled_at", "2030-01-01T00:00:00Z"}, 422, `Scheduled at`},
		{Mastodon45, "x", []string{"in_reply_to_id", "1"}, 404, `reply`},
		{GoToSocial, "", nil, 400, `Text can't be blank`},
		{GoToSocial, strings.Repeat("a", 5001), nil, 400, `{"error":"Bad Request: status too long, 5001 characters provided but limit is 5000"}`},
		{GoToSocial, "https://example.com/" + strings.Repeat("a", 5000), nil, 400, `5020 characters`},
		{GoToSocial, "x", []string{"language", "xx"}, 400, `language tag xx could not be parsed`},
		{GoToSocial, "x", nil, 200, `"language":"en"`},
	} {
		m := start(t, Options{Flavour: c.flavour}).Mastodon
		a := send(t, freshClient(t), tootRequest(t, m, c.text, c.pairs...))
		if a.Status != c.status || !strings.Contains(a.Body, c.want) {
			t.Errorf("%s %.20q %v: got %d %s, want %d %s", c.flavour, c.text, c.pairs, a.Status, a.Body, c.status, c.want)
		}
		equal(t, c.status == 200, len(m.Posts()) == 1)
	}
}

func TestAStatusMayComeAsJSON(t *testing.T) {
	m := start(t, Options{}).Mastodon
	post := func(body string) answer {
		return send(t, freshClient(t), bearer(request(t, "POST", m.URL+"/api/v1/statuses", body, "Content-Type", "application/json"), m.Token()))
	}
	equal(t, 200, post(`{"status":"hello","visibility":"unlisted"}`).Status)
	equal(t, "unlisted", m.Posts()[0].Visibility)
	equal(t, 400, post(`{"status":`).Status)
	equal(t, 400, post(`{"status":["a"]}`).Status)
	equal(t, 422, send(t, freshClient(t), bearer(request(t, "POST", m.URL+"/api/v1/statuses", "hello"), m.Token())).Status)
	equal(t, 1, m.Creates()["hello"])
}

func TestALimitedAccountPostsUnlistedWithoutAWord(t *testing.T) {
	m := start(t, Options{Limited: true}).Mastodon
	equal(t, "unlisted", send(t, freshClient(t), tootRequest(t, m, "x")).field(t, "visibility"))
	equal(t, "direct", send(t, freshClient(t), tootRequest(t, m, "y", "visibility", "direct")).field(t, "visibility"))
}

func TestASilentDropIsFoundOutByReadingBack(t *testing.T) {
	m := start(t, Options{}).Mastodon
	must(t, m.Script(Fault{Kind: Drop}))
	a := send(t, freshClient(t), tootRequest(t, m, "spam @you"))
	equal(t, 200, a.Status)
	equal(t, 404, send(t, freshClient(t), request(t, "GET", m.URL+"/api/v1/statuses/"+a.field(t, "id"), "")).Status)
}

func TestADeletedStatusIsGone(t *testing.T) {
	m := start(t, Options{}).Mastodon
	id := send(t, freshClient(t), tootRequest(t, m, "a & b")).field(t, "id")
	address := m.URL + "/api/v1/statuses/" + id
	equal(t, id, send(t, freshClient(t), request(t, "GET", address, "")).field(t, "id"))
	del := func() answer { return send(t, freshClient(t), bearer(request(t, "DELETE", address, ""), m.Token())) }
	a := del()
	equal(t, 200, a.Status)
	equal(t, "a & b", a.field(t, "text"))
	equal(t, "29", a.Header.Get("X-RateLimit-Remaining"))
	equal(t, 404, del().Status)
	a = send(t, freshClient(t), request(t, "GET", address, ""))
	equal(t, `{"error":"Record not found"}`, strings.TrimSpace(a.Body))
}

func TestMastodonCountsStatusesPerAccount(t *testing.T) {
	m := start(t, Options{Statuses: 2}).Mastodon
	for i, want := range []int{200, 200, 429} {
		a := send(t, freshClient(t), tootRequest(t, m, fmt.Sprint("post ", i)))
		equal(t, want, a.Status)
		equal(t, []string{"2", fmt.Sprint(max(0, 1-i))}, []string{a.Header.Get("X-RateLimit-Limit"), a.Header.Get("X-RateLimit-Remaining")})
		reset, err := time.Parse("2006-01-02T15:04:05.000000Z", a.Header.Get("X-RateLimit-Reset"))
		must(t, err)
		near(t, time.Now().Add(3*time.Hour), reset)
	}
	equal(t, 2, len(m.Posts()))
	a := send(t, freshClient(t), request(t, "GET", m.URL+"/api/v1/instance", ""))
	equal(t, []string{"300", "296"}, []string{a.Header.Get("X-RateLimit-Limit"), a.Header.Get("X-RateLimit-Remaining")})
}

// As its RateLimitHeaders concern does.
func TestMastodonTellsTheWindowWithLessRemaining(t *testing.T) {
	m := start(t, Options{Requests: 3}).Mastodon
	c := freshClient(t)
	a := send(t, c, tootRequest(t, m, "one"))
	equal(t, []string{"3", "2"}, []string{a.Header.Get("X-RateLimit-Limit"), a.Header.Get("X-RateLimit-Remaining")})
	address := m.URL + "/api/v1/accounts/" + m.Credentials().AccountID + "/statuses"
	a = send(t, c, bearer(request(t, "GET", address, ""), m.Token()))
	equal(t, []string{"3", "1"}, []string{a.Header.Get("X-RateLimit-Limit"), a.Header.Get("X-RateLimit-Remaining")})
	reset, err := time.Parse("2006-01-02T15:04:05.000000Z", a.Header.Get("X-RateLimit-Reset"))
	must(t, err)
	near(t, time.Now().Add(5*time.Minute), reset)
}

func TestMastodonCountsAllRequests(t *testing.T) {
	m := start(t, Options{Requests: 5}).Mastodon
	c := freshClient(t)
	for range 5 {
		equal(t, 200, send(t, c, request(t, "GET", m.URL+"/api/v1/instance", "")).Status)
	}
	a := send(t, c, tootRequest(t, m, "too much"))
	equal(t, 429, a.Status)
	equal(t, `{"error":"Too many requests"}`, strings.TrimSpace(a.Body))
	equal(t, 0, len(m.Posts()))
}
