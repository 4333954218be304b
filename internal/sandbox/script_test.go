package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestFaultsAreMetInOrderByTheirOperationAndThenAllIsNormal(t *testing.T) {
	s := start(t, Options{})
	c := signer(t, s.X)
	must(t, s.X.Script(
		Fault{Kind: Answer, Status: 500, Times: 2},
		Fault{Kind: Answer, Status: 503, On: OpMe},
		Fault{Kind: Answer, Status: 502, On: OpAny},
		Fault{Kind: Answer, Status: 504, On: OpMe, Times: -1},
	))
	me := func() int { return send(t, c, request(t, "GET", s.X.URL+"/2/users/me", "")).Status }
	post := func(n int) int { return send(t, c, tweet(t, s.X, fmt.Sprint("post ", n))).Status }
	equal(t, []int{503, 500, 500, 502, 201, 504, 504, 201}, []int{me(), post(1), post(1), post(1), post(1), me(), me(), post(2)})
	equal(t, 1, len(s.X.Pending()))
	must(t, s.X.Clear())
	equal(t, 200, me())
	equal(t, map[string]int{"post 1": 4, "post 2": 1}, s.X.Creates())
}

func TestARefusalClosesThePortAndItsIdleConnectionsUntilReopen(t *testing.T) {
	s := start(t, Options{})
	c := signer(t, s.X)
	equal(t, 201, send(t, c, tweet(t, s.X, "before")).Status) // leaves a kept-alive connection
	must(t, s.X.Script(Fault{Kind: RefuseConnection}, Fault{Kind: Answer, Status: 500}))
	if a, err := try(c, tweet(t, s.X, "during")); err == nil { // on the kept-alive connection, if the client has not seen its end
		t.Errorf("got %v, want no answer", a)
	}
	for range 3 {
		if a, err := try(c, tweet(t, s.X, "during")); !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("got %v %v, want a refusal", a, err)
		}
	}
	equal(t, true, s.X.State().Refusing)
	must(t, s.X.Reopen())
	must(t, s.X.Reopen())
	equal(t, 500, send(t, c, tweet(t, s.X, "after")).Status)
	equal(t, 201, send(t, c, tweet(t, s.X, "after")).Status)
	equal(t, map[string]int{"before": 1, "after": 2}, s.X.Creates())
	equal(t, "", s.X.State().Error)
}

func TestARefusalBeginsAfterTheFaultsBeforeItAndEndsByItself(t *testing.T) {
	s := start(t, Options{})
	c := freshClient(t)
	must(t, s.Mastodon.Script(Fault{Kind: ResetAfter}, Fault{Kind: RefuseConnection, For: 600 * time.Millisecond}, Fault{Kind: Answer, Status: 502}))
	if _, err := try(c, tootRequest(t, s.Mastodon, "one")); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("got %v, want a reset", err)
	}
	if _, err := try(c, tootRequest(t, s.Mastodon, "one")); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("got %v, want a refusal", err)
	}
	for deadline := time.Now().Add(5 * time.Second); s.Mastodon.State().Refusing; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("it never opened again")
		}
	}
	equal(t, 502, send(t, c, tootRequest(t, s.Mastodon, "two")).Status)
	equal(t, 200, send(t, c, tootRequest(t, s.Mastodon, "two")).Status)
	equal(t, []string{"one", "two"}, texts(s.Mastodon.Posts()))
}

func TestAnOldTimerDoesNotEndANewRefusal(t *testing.T) {
	s := start(t, Options{})
	must(t, s.X.Script(Fault{Kind: RefuseConnection, For: 50 * time.Millisecond}))
	must(t, s.X.Clear())
	must(t, s.X.Script(Fault{Kind: RefuseConnection}))
	time.Sleep(120 * time.Millisecond)
	equal(t, true, s.X.State().Refusing)
	must(t, s.X.Clear())
	equal(t, 201, send(t, signer(t, s.X), tweet(t, s.X, "again")).Status)
}

func TestScriptRefusesFaultsThatMakeNoSense(t *testing.T) {
	s := start(t, Options{})
	for _, c := range []struct {
		f    Fault
		want string
	}{
		{Fault{}, `kind "" is unknown`},
		{Fault{Kind: "explode"}, `"explode" is unknown`},
		{Fault{Kind: ResetBefore, On: "lunch"}, `on "lunch" is unknown`},
		{Fault{Kind: Answer}, "status 0"},
		{Fault{Kind: Slow, For: -time.Second}, "positive duration"},
		{Fault{Kind: Drop, On: OpMe}, "only a create"},
		{Fault{Kind: Documented, Name: "sunspots"}, `called "sunspots"`},
	} {
		err := s.X.Script(Fault{Kind: ResetBefore}, c.f)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: got %v, want …%s…", c.f, err, c.want)
		}
	}
	equal(t, 0, len(s.X.Pending()))
}

func TestFaultsSurviveJSON(t *testing.T) {
	want := []Fault{
		{Kind: Answer, On: OpMe, Times: 3, Status: 500, Body: "b", Header: map[string]string{"A": "b"}},
		{Kind: Slow, For: 1500 * time.Millisecond}, {Kind: Documented, Name: "n"},
	}
	b, err := json.Marshal(want)
	must(t, err)
	if !strings.Contains(string(b), `"for":"1.5s"`) {
		t.Errorf("%s has no readable duration", b)
	}
	var got []Fault
	must(t, json.Unmarshal(b, &got))
	equal(t, want, got)
	for _, bad := range []string{`{"kind":"slow","for":"soon"}`, `{"kind":"slow","for":3}`, `{"kind":7}`, `{"kind":"slow","fro":"1s"}`} {
		if err := json.Unmarshal([]byte(bad), &Fault{}); err == nil {
			t.Errorf("%s was read", bad)
		}
	}
}
