package sandbox

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	mastodon "github.com/mattn/go-mastodon"
)

func TestALoginWorksWithGoMastodon(t *testing.T) {
	m := start(t, Options{}).Mastodon
	a, err := mastodon.RegisterApp(t.Context(), &mastodon.AppConfig{
		Client: *freshClient(t), Server: m.URL, ClientName: "crieur", Scopes: "write:statuses read:statuses profile",
	})
	must(t, err)
	page := send(t, freshClient(t), request(t, "GET", a.AuthURI, ""))
	shown := regexp.MustCompile(`<code>(.+)</code>`).FindStringSubmatch(page.Body)
	if shown == nil {
		t.Fatalf("no code in %s", page.Body)
	}
	c := mastodon.NewClient(&mastodon.Config{Server: m.URL, ClientID: a.ClientID, ClientSecret: a.ClientSecret})
	c.Client = *freshClient(t)
	must(t, c.GetUserAccessToken(t.Context(), shown[1], oob))
	_, err = c.PostStatus(t.Context(), &mastodon.Toot{Status: "logged in"})
	must(t, err)
	if err := c.GetUserAccessToken(t.Context(), shown[1], oob); err == nil {
		t.Error("a code served twice")
	}
	must(t, c.GetAppAccessToken(t.Context(), oob))
	if _, err := c.PostStatus(t.Context(), &mastodon.Toot{Status: "no user"}); err == nil {
		t.Error("an app without a user posted")
	}
	c.Config.ClientSecret = "wrong"
	if err := c.GetAppAccessToken(t.Context(), oob); err == nil {
		t.Error("a wrong client secret was accepted")
	}
}

func TestALoginKeepsToWhatTheAppRegistered(t *testing.T) {
	m := start(t, Options{}).Mastodon
	reg := send(t, freshClient(t), request(t, "POST", m.URL+"/api/v1/apps", `{"client_name":"c","redirect_uris":"http://127.0.0.1:1/back?a=b","scopes":"read:statuses"}`, "Content-Type", "application/json"))
	equal(t, 200, reg.Status)
	id := reg.field(t, "client_id")
	c := freshClient(t)
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	authorize := func(id, redirect, scope string) answer {
		q := url.Values{"client_id": {id}, "redirect_uri": {redirect}, "scope": {scope}, "response_type": {"code"}, "state": {"st"}}
		return send(t, c, request(t, "GET", m.URL+"/oauth/authorize?"+q.Encode(), ""))
	}
	equal(t, 401, authorize("nobody", oob, "read:statuses").Status)
	equal(t, 400, authorize(id, oob, "read:statuses").Status)
	equal(t, 400, authorize(id, "http://127.0.0.1:1/back?a=b", "write:statuses").Status)
	a := authorize(id, "http://127.0.0.1:1/back?a=b", "read:statuses")
	equal(t, http.StatusFound, a.Status)
	back, err := url.Parse(a.Header.Get("Location"))
	must(t, err)
	equal(t, []string{"st", "b"}, []string{back.Query().Get("state"), back.Query().Get("a")})
	form := url.Values{"grant_type": {"authorization_code"}, "client_id": {id}, "client_secret": {reg.field(t, "client_secret")}, "code": {back.Query().Get("code")}, "redirect_uri": {"http://127.0.0.1:1/back?a=b"}}
	tok := send(t, c, request(t, "POST", m.URL+"/oauth/token", form.Encode(), "Content-Type", "application/x-www-form-urlencoded"))
	equal(t, "read:statuses", tok.field(t, "scope"))
	equal(t, 403, send(t, c, bearer(tootRequest(t, m, "x"), tok.field(t, "access_token"))).Status)
	form.Set("grant_type", "password")
	equal(t, 400, send(t, c, request(t, "POST", m.URL+"/oauth/token", form.Encode(), "Content-Type", "application/x-www-form-urlencoded")).Status)
	equal(t, 422, send(t, c, request(t, "POST", m.URL+"/api/v1/apps", `{}`, "Content-Type", "application/json")).Status)
	meta := send(t, c, request(t, "GET", m.URL+"/.well-known/oauth-authorization-server", ""))
	if !strings.Contains(meta.Body, `"profile"`) || meta.field(t, "token_endpoint") != m.URL+"/oauth/token" {
		t.Errorf("metadata %s", meta.Body)
	}
}
