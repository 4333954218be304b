package sandbox

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestXCountsCreatesAndTellsWhereTheClientStands(t *testing.T) {
	s := start(t, Options{XCreates: 3})
	c := signer(t, s.X)
	for i, want := range []int{201, 403, 201, 429, 429} { // a refused create counts too
		a := send(t, c, tweet(t, s.X, fmt.Sprint("post ", i/2)))
		equal(t, want, a.Status)
		equal(t, "3", a.Header.Get("x-rate-limit-limit"))
		equal(t, fmt.Sprint(max(0, 2-i)), a.Header.Get("x-rate-limit-remaining"))
		near(t, time.Now().Add(15*time.Minute), unix(t, a.Header.Get("x-rate-limit-reset")))
		equal(t, "", a.Header.Get("x-user-limit-24hour-limit"))
		if want == 429 {
			equal(t, XErrors()["too-many-requests"].Body, a.Body)
		}
	}
	equal(t, 2, len(s.X.Posts()))
	a := send(t, c, request(t, "GET", s.X.URL+"/2/users/me", ""))
	equal(t, []string{"75", "74"}, []string{a.Header.Get("x-rate-limit-limit"), a.Header.Get("x-rate-limit-remaining")})
	equal(t, s.X.Credentials().UserID, a.field(t, "data", "id"))
	equal(t, "crieur_demo", a.field(t, "data", "username"))
}

func TestXCountsADayIfToldTo(t *testing.T) {
	s := start(t, Options{XDaily: 1})
	c := signer(t, s.X)
	equal(t, 201, send(t, c, tweet(t, s.X, "one")).Status)
	a := send(t, c, tweet(t, s.X, "two"))
	equal(t, 429, a.Status)
	equal(t, []string{"1", "0"}, []string{a.Header.Get("x-user-limit-24hour-limit"), a.Header.Get("x-user-limit-24hour-remaining")})
	near(t, time.Now().Add(24*time.Hour), unix(t, a.Header.Get("x-user-limit-24hour-reset")))
	equal(t, "98", a.Header.Get("x-rate-limit-remaining"))
}

func TestXCountsTheAppsDayOnPostsAlone(t *testing.T) {
	s := start(t, Options{XDaily: 7, XAppDaily: 9})
	c := signer(t, s.X)
	a := send(t, c, tweet(t, s.X, "one"))
	equal(t, []string{"9", "8"}, []string{a.Header.Get("x-app-limit-24hour-limit"), a.Header.Get("x-app-limit-24hour-remaining")})
	equal(t, "6", a.Header.Get("x-user-limit-24hour-remaining"))
	near(t, time.Now().Add(24*time.Hour), unix(t, a.Header.Get("x-app-limit-24hour-reset")))
	a = send(t, c, request(t, "GET", s.X.URL+"/2/users/"+s.X.Credentials().UserID+"/tweets", ""))
	equal(t, []string{"900", "899"}, []string{a.Header.Get("x-rate-limit-limit"), a.Header.Get("x-rate-limit-remaining")})
	equal(t, "", a.Header.Get("x-app-limit-24hour-remaining")+a.Header.Get("x-user-limit-24hour-remaining"))
}

func TestAWindowEndsAndBeginsAnew(t *testing.T) {
	t0 := time.Unix(1_000_000, 0)
	w := window{limit: 2, span: time.Minute}
	equal(t, []bool{true, true, false}, []bool{w.take(t0), w.take(t0.Add(30 * time.Second)), w.take(t0.Add(59 * time.Second))})
	equal(t, true, w.rate(t0.Add(59*time.Second)) == rate{2, 0, t0.Add(time.Minute)})
	equal(t, true, w.take(t0.Add(time.Minute)))
	equal(t, true, w.rate(t0.Add(time.Minute)) == rate{2, 1, t0.Add(2 * time.Minute)})
}

func TestEveryDocumentedErrorIsAnsweredWordForWord(t *testing.T) {
	s := start(t, Options{XCreates: 1000})
	for name, want := range XErrors() {
		must(t, s.X.Script(Fault{Kind: Documented, Name: name}))
		a := send(t, signer(t, s.X), tweet(t, s.X, name))
		equal(t, want, ErrorBody{Status: a.Status, Body: a.Body})
	}
	for name, want := range MastodonErrors() {
		must(t, s.Mastodon.Script(Fault{Kind: Documented, Name: name}))
		a := send(t, freshClient(t), tootRequest(t, s.Mastodon, name))
		equal(t, want, ErrorBody{Status: a.Status, Body: a.Body})
	}
	equal(t, 0, len(s.X.Posts())+len(s.Mastodon.Posts()))
}

func TestWhatIsNotServedGetsThePlatforms404(t *testing.T) {
	s := start(t, Options{})
	for address, want := range map[string]string{
		s.X.URL + "/2/lists": `"title":"Not Found"`, s.X.URL + "/1.1/nothing.json": `"code":34`, s.Mastodon.URL + "/api/v9/x": `"error":"Record not found"`,
	} {
		if a := send(t, freshClient(t), request(t, "GET", address, "")); a.Status != 404 || !strings.Contains(a.Body, want) {
			t.Errorf("%s: got %d %s", address, a.Status, a.Body)
		}
	}
	equal(t, OpOther, s.X.Requests()[0].Op)
}
