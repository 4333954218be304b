package sandbox

import (
	"net/http"
	"strings"
	"testing"
)

func TestMastodonWantsATokenWithTheRightScope(t *testing.T) {
	m := start(t, Options{Scopes: "read:statuses"}).Mastodon
	list := m.URL + "/api/v1/accounts/" + m.Credentials().AccountID + "/statuses"
	self := m.URL + "/api/v1/accounts/verify_credentials"
	for _, c := range []struct {
		r      *http.Request
		status int
		want   string
	}{
		{tootRequest(t, m, "x"), 403, `{"error":"This action is outside the authorized scopes"}`},
		{bearer(tootRequest(t, m, "x"), "nobody"), 401, `{"error":"The access token is invalid"}`},
		{request(t, "POST", m.URL+"/api/v1/statuses", ""), 401, `The access token is invalid`},
		{bearer(request(t, "GET", self, ""), m.Token()), 403, `outside the authorized scopes`},
		{bearer(request(t, "GET", list, ""), m.Token()), 200, `[]`},
		{request(t, "GET", list, ""), 200, `[]`},
		{bearer(request(t, "GET", list, ""), "nobody"), 401, `invalid`},
	} {
		if a := send(t, freshClient(t), c.r); a.Status != c.status || !strings.Contains(a.Body, c.want) {
			t.Errorf("%s %s: got %d %s, want %d %s", c.r.Method, c.r.URL, a.Status, a.Body, c.status, c.want)
		}
	}
	equal(t, 0, len(m.Posts()))
}

func TestScopesCoverTheirChildren(t *testing.T) {
	for _, c := range []struct {
		have, want string
		ok         bool
	}{
		{"read", "read:statuses", true}, {"read:statuses", "read:statuses", true}, {"read:accounts", "read:statuses", false},
		{"write", "write:statuses", true}, {"profile", "read:accounts", true}, {"profile", "read:statuses", false}, {"", "read", false},
	} {
		equal(t, c.ok, covers(c.have, c.want))
	}
}

func TestGoToSocialWantsATokenForListsAndAUserAgent(t *testing.T) {
	m := start(t, Options{Flavour: GoToSocial}).Mastodon
	r := request(t, "GET", m.URL+"/api/v1/accounts/"+m.Credentials().AccountID+"/statuses", "")
	equal(t, 401, send(t, freshClient(t), r).Status)
	equal(t, 200, send(t, freshClient(t), bearer(r, m.Token())).Status)
	r.Header["User-Agent"] = nil
	a := send(t, freshClient(t), r)
	equal(t, http.StatusTeapot, a.Status)
	equal(t, MastodonErrors()["teapot"].Body, a.Body)
}
