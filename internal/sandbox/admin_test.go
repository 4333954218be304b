package sandbox

import (
	"encoding/json"
	"errors"
	"strings"
	"syscall"
	"testing"
)

func TestAnotherProcessCanScriptAndInspectOverHTTP(t *testing.T) {
	s := start(t, Options{})
	c := freshClient(t)
	do := func(method, path, body string) answer {
		return send(t, c, request(t, method, s.X.URL+"/_sandbox/"+path, body, "Content-Type", "application/json"))
	}
	equal(t, 200, do("POST", "script", `[{"kind":"answer-after","status":502},{"kind":"documented","name":"duplicate"}]`).Status)
	equal(t, 200, do("POST", "script", `{"kind":"slow","for":"10ms"}`).Status)
	hc := signer(t, s.X)
	equal(t, 502, send(t, hc, tweet(t, s.X, "hello")).Status)
	equal(t, 403, send(t, hc, tweet(t, s.X, "hello")).Status)
	var st State
	must(t, json.Unmarshal([]byte(do("GET", "state", "").Body), &st))
	equal(t, map[string]int{"hello": 2}, st.Creates)
	equal(t, []Fault{{Kind: Slow, On: OpCreate, Times: 1, For: 10e6}}, st.Script)
	equal(t, "x", st.Platform)
	equal(t, s.X.URL, st.URL)
	equal(t, 1, len(st.Posts))
	equal(t, []int{502, 403}, []int{st.Requests[0].Status, st.Requests[1].Status})
	equal(t, 200, do("POST", "reset", "").Status)
	st = State{}
	must(t, json.Unmarshal([]byte(do("GET", "state", "").Body), &st))
	equal(t, State{Platform: "x", URL: s.X.URL, Posts: []Post{}, Requests: []Request{}, Creates: map[string]int{}}, st)
	var cred XCredentials
	must(t, json.Unmarshal([]byte(do("GET", "credentials", "").Body), &cred))
	cred.ExpiresAt = s.X.Credentials().ExpiresAt
	equal(t, s.X.Credentials(), cred)
	var errs map[string]ErrorBody
	must(t, json.Unmarshal([]byte(do("GET", "errors?server=mastodon", "").Body), &errs))
	equal(t, MastodonErrors(), errs)
}

func TestOneServerReopensTheOther(t *testing.T) {
	s := start(t, Options{})
	c := freshClient(t)
	at := func(method, path string) answer {
		return send(t, c, request(t, method, s.Mastodon.URL+"/_sandbox/"+path, `{"kind":"refuse-connection"}`, "Content-Type", "application/json"))
	}
	me := func() error { _, err := try(c, request(t, "GET", s.X.URL+"/2/users/me", "")); return err }
	equal(t, 200, at("POST", "script?server=x").Status)
	if err := me(); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("got %v, want a refusal", err)
	}
	equal(t, 200, at("POST", "reopen?server=x").Status)
	must(t, me())
	equal(t, 200, at("POST", "script?server=x").Status)
	equal(t, 200, at("DELETE", "script?server=x").Status)
	must(t, me())
}

func TestTheAdminSaysWhatIsWrong(t *testing.T) {
	s := start(t, Options{})
	for _, c := range []struct{ path, kind, body, want string }{
		{"script", "text/plain", `{"kind":"slow"}`, "want Content-Type: application/json"},
		{"script", "application/json", `{"kind":`, "script: "},
		{"script", "application/json", `[{"kind":5}]`, "script: "},
		{"script", "application/json", `null`, "is unknown"},
		{"script", "application/json", `{"kind":"boom"}`, `\"boom\" is unknown`},
		{"script?server=z", "application/json", `{"kind":"slow"}`, `server \"z\" is unknown`},
	} {
		a := send(t, freshClient(t), request(t, "POST", s.X.URL+"/_sandbox/"+c.path, c.body, "Content-Type", c.kind))
		if a.Status != 400 || !strings.Contains(a.Body, c.want) {
			t.Errorf("%s %s: got %d %s, want %s", c.path, c.body, a.Status, a.Body, c.want)
		}
	}
}
