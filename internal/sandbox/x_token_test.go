package sandbox

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"
)

func refresh(t *testing.T, x *X, token string) (tokenPair, answer) {
	t.Helper()
	form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token}, "client_id": {x.Credentials().ClientID}}
	a := send(t, freshClient(t), request(t, "POST", x.URL+"/2/oauth2/token", form.Encode(), "Content-Type", "application/x-www-form-urlencoded"))
	var p tokenPair
	must(t, json.Unmarshal([]byte(a.Body), &p))
	return p, a
}

func me(t *testing.T, x *X, token string) int {
	t.Helper()
	return send(t, freshClient(t), bearer(request(t, "GET", x.URL+"/2/users/me", ""), token)).Status
}

func TestARefreshTokenServesOnceAndItsSecondUseKillsTheFamily(t *testing.T) {
	s := start(t, Options{})
	c := s.X.Credentials()
	equal(t, 200, me(t, s.X, c.Bearer))
	one, a := refresh(t, s.X, c.Refresh)
	equal(t, 200, a.Status)
	equal(t, []string{"bearer", "7200", "tweet.read tweet.write users.read offline.access"}, []string{a.field(t, "token_type"), a.field(t, "expires_in"), a.field(t, "scope")})
	two, _ := refresh(t, s.X, one.RefreshToken)
	equal(t, 200, me(t, s.X, two.AccessToken))
	_, again := refresh(t, s.X, one.RefreshToken)
	equal(t, 400, again.Status)
	equal(t, `{"error":"invalid_request","error_description":"Value passed for the token was invalid."}`, strings.TrimSpace(again.Body))
	equal(t, 401, me(t, s.X, two.AccessToken))
	_, dead := refresh(t, s.X, two.RefreshToken)
	equal(t, 400, dead.Status)
	_, a = refresh(t, s.X, "made-up")
	equal(t, 400, a.Status)
}

func TestALostRefreshAnswerLosesTheLogin(t *testing.T) {
	s := start(t, Options{})
	must(t, s.X.Script(Fault{Kind: ResetAfter, On: OpToken}))
	form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {s.X.Credentials().Refresh}, "client_id": {s.X.Credentials().ClientID}}
	if a, err := try(freshClient(t), request(t, "POST", s.X.URL+"/2/oauth2/token", form.Encode(), "Content-Type", "application/x-www-form-urlencoded")); err == nil {
		t.Errorf("answered %v", a)
	}
	_, a := refresh(t, s.X, s.X.Credentials().Refresh)
	equal(t, 400, a.Status)
}

func TestAnAccessTokenExpires(t *testing.T) {
	s := start(t, Options{TokenLife: time.Nanosecond})
	equal(t, 401, me(t, s.X, s.X.Credentials().Bearer))
}

func TestTheTokenEndpointWantsTheRightClient(t *testing.T) {
	s := start(t, Options{})
	c := s.X.Credentials()
	post := func(form url.Values, user, password string) answer {
		r := request(t, "POST", s.X.URL+"/2/oauth2/token", form.Encode(), "Content-Type", "application/x-www-form-urlencoded")
		if user != "" {
			r.SetBasicAuth(user, password)
		}
		return send(t, freshClient(t), r)
	}
	form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {c.Refresh}}
	equal(t, 401, post(form, "", "").Status)
	equal(t, 401, post(form, c.ClientID, "wrong").Status)
	equal(t, 400, post(url.Values{"grant_type": {"password"}}, c.ClientID, c.ClientSecret).Status)
	equal(t, 200, post(form, c.ClientID, c.ClientSecret).Status) // nothing above has used it up
}

func TestAppOnlyReadsButNeverPosts(t *testing.T) {
	s := start(t, Options{})
	c := s.X.Credentials()
	a := send(t, freshClient(t), bearer(tweet(t, s.X, "x"), c.AppBearer))
	equal(t, 403, a.Status)
	equal(t, "https://api.twitter.com/2/problems/unsupported-authentication", a.field(t, "type"))
	equal(t, 403, me(t, s.X, c.AppBearer))
	equal(t, 200, send(t, freshClient(t), bearer(request(t, "GET", s.X.URL+"/2/users/"+c.UserID+"/tweets", ""), c.AppBearer)).Status)
	equal(t, 401, me(t, s.X, "nobody"))
	equal(t, 0, len(s.X.Posts()))
}

func TestALoginWithPKCEWorksWithTheRealLibrary(t *testing.T) {
	s := start(t, Options{})
	c := s.X.Credentials()
	conf := oauth2.Config{
		ClientID: c.ClientID, ClientSecret: c.ClientSecret, RedirectURL: "http://127.0.0.1:1/back", Scopes: []string{"tweet.write"},
		Endpoint: oauth2.Endpoint{AuthURL: s.X.URL + "/i/oauth2/authorize", TokenURL: s.X.URL + "/2/oauth2/token"},
	}
	code := func(verifier string) string {
		hc := freshClient(t)
		hc.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		a := send(t, hc, request(t, "GET", conf.AuthCodeURL("st", oauth2.S256ChallengeOption(verifier)), ""))
		equal(t, http.StatusFound, a.Status)
		back, err := url.Parse(a.Header.Get("Location"))
		must(t, err)
		equal(t, "st", back.Query().Get("state"))
		return back.Query().Get("code")
	}
	v := oauth2.GenerateVerifier()
	if _, err := conf.Exchange(t.Context(), code(v), oauth2.VerifierOption(oauth2.GenerateVerifier())); err == nil {
		t.Error("a wrong verifier was accepted")
	}
	once := code(v)
	tok, err := conf.Exchange(t.Context(), once, oauth2.VerifierOption(v))
	must(t, err)
	equal(t, 200, me(t, s.X, tok.AccessToken))
	if _, err := conf.Exchange(t.Context(), once, oauth2.VerifierOption(v)); err == nil {
		t.Error("a code served twice")
	}
	a := send(t, freshClient(t), request(t, "GET", s.X.URL+"/i/oauth2/authorize?client_id=nobody", ""))
	equal(t, 400, a.Status)
}
