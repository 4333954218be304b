package sandbox

import (
	"regexp"
	"testing"

	"github.com/dghubble/oauth1"
)

func TestThePINFlowWorksWithTheRealLibrary(t *testing.T) {
	s := start(t, Options{})
	c := s.X.Credentials()
	conf := oauth1.Config{
		ConsumerKey: c.ConsumerKey, ConsumerSecret: c.ConsumerSecret, CallbackURL: "oob", HTTPClient: freshClient(t),
		Endpoint: oauth1.Endpoint{RequestTokenURL: s.X.URL + "/oauth/request_token", AuthorizeURL: s.X.URL + "/oauth/authorize", AccessTokenURL: s.X.URL + "/oauth/access_token"},
	}
	token, key, err := conf.RequestToken()
	must(t, err)
	if _, _, err := conf.AccessToken(token, key, ""); err == nil {
		t.Error("a login that nobody agreed to was finished")
	}
	page, err := conf.AuthorizationURL(token)
	must(t, err)
	a := send(t, freshClient(t), request(t, "GET", page.String(), ""))
	shown := regexp.MustCompile(`<code>(\d{7})</code>`).FindStringSubmatch(a.Body)
	if shown == nil {
		t.Fatalf("no PIN in %s", a.Body)
	}
	if _, _, err := conf.AccessToken(token, key, "x"+shown[1]); err == nil {
		t.Error("a wrong PIN was accepted")
	}
	access, secret, err := conf.AccessToken(token, key, shown[1])
	must(t, err)
	hc := conf.Client(oauth1.NoContext, oauth1.NewToken(access, secret))
	equal(t, 200, send(t, hc, request(t, "GET", s.X.URL+"/2/users/me", "")).Status)
	if _, _, err := conf.AccessToken(token, key, shown[1]); err == nil {
		t.Error("a PIN served twice")
	}
	conf.CallbackURL = "https://example.com/"
	if _, _, err := conf.RequestToken(); err == nil {
		t.Error("an unknown callback was accepted")
	}
	equal(t, 403, send(t, freshClient(t), request(t, "GET", s.X.URL+"/oauth/authorize?oauth_token=x", "")).Status)
}
