package login

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/platform"
	"crieur/internal/sandbox"
)

// agree opens an authorise page as a browser does and returns the code and where it ends up.
func agree(t *testing.T, address string) (code, location string) {
	t.Helper()
	browser := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := browser.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	page, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil {
		t.Fatal(err)
	}
	if to := resp.Header.Get("Location"); to != "" {
		u, err := url.Parse(to)
		if err != nil {
			t.Fatal(err)
		}
		return u.Query().Get("code"), to
	}
	m := regexp.MustCompile(`<code>(.+?)</code>`).FindSubmatch(page)
	if m == nil {
		t.Fatalf("no code in %s", page)
	}
	return string(m[1]), ""
}

// The scope "profile" came with Mastodon 4.3, and so did the document that tells of it.
func TestALoginToMastodonAsksForTheLeastScopesThatTheServerKnows(t *testing.T) {
	for name, c := range map[string]struct {
		opt  sandbox.Options
		who  string
		pkce bool
	}{
		"4.5":        {sandbox.Options{}, "profile", true},
		"before 4.3": {sandbox.Options{Old: true}, "read:accounts", false},
		"GoToSocial": {sandbox.Options{Flavour: sandbox.GoToSocial}, "read:accounts", false},
	} {
		t.Run(name, func(t *testing.T) {
			box := startBox(t, c.opt)
			begun, err := BeginMastodon(t.Context(), box.Mastodon.URL+"/", Options{})
			if err != nil {
				t.Fatal(err)
			}
			u, err := url.Parse(begun.URL)
			if err != nil {
				t.Fatal(err)
			}
			want := []string{"read:statuses", "write:statuses", "write:media", c.who}
			if got := strings.Fields(u.Query().Get("scope")); !slices.Equal(got, want) {
				t.Errorf("scopes %q, want %q", got, want)
			}
			if pkce := u.Query().Get("code_challenge_method") == "S256"; pkce != c.pkce {
				t.Errorf("PKCE: %v", pkce)
			}
			code, _ := agree(t, begun.URL)
			got, err := begun.Finish(t.Context(), "\t"+code+"\r\n")
			if err != nil || got.AccessToken == "" || got.ClientID == "" || got.ClientSecret == "" {
				t.Errorf("%+v %v", got, err)
			}
			_, err = begun.Finish(t.Context(), code)
			wants(t, err, delivery.Auth, "does not take the code")
			if _, err := begun.Finish(t.Context(), "  "); err == nil {
				t.Error("an empty code was sent")
			}
		})
	}
}

// A server that is none, or answers strangely, gets no secret and is named.
func TestAServerThatIsNoMastodonIsNamed(t *testing.T) {
	page := func(status int, body string, header ...string) *httptest.Server {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			for i := 0; i < len(header); i += 2 {
				w.Header().Set(header[i], header[i+1])
			}
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		}))
		t.Cleanup(s.Close)
		return s
	}
	for name, c := range map[string]struct {
		server string
		want   string
	}{
		"a web site":       {page(404, "<html>").URL, "there is no Mastodon API at"},
		"a page for all":   {page(200, "<html>").URL, "there is no Mastodon API at"},
		"JSON of no app":   {page(200, "{}").URL, "names no client"},
		"moved":            {page(301, "", "Location", "https://elsewhere.example/").URL, "redirects to https://elsewhere.example/: correct server"},
		"down":             {page(503, "<html>").URL, "the app is not registered"},
		"limited":          {page(429, `{"error":"Too many requests"}`).URL, "Too many requests"},
		"refuses the app":  {page(422, `{"error":"Validation failed: Redirect URI"}`).URL, "Validation failed"},
		"nobody":           {"http://127.0.0.1:1", "connection refused"},
		"no address":       {"mastodon.example", "want http(s)://host"},
		"with a password":  {"https://u:p4ssw0rd@mastodon.example", "credentials file"},
		"endless metadata": {page(200, strings.Repeat(" ", 3<<20)).URL, "the app is not registered"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := BeginMastodon(t.Context(), c.server, Options{})
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "p4ssw0rd") {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
}

func TestTheEndpointsOfTheMetadataAreNotTrusted(t *testing.T) {
	var asked []string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.Path)
		switch r.URL.Path {
		case "/.well-known/oauth-authorization-server":
			_, _ = io.WriteString(w, `{"authorization_endpoint":"https://evil.example/a","token_endpoint":"https://evil.example/t","scopes_supported":["profile"]}`)
		case "/api/v1/apps":
			_, _ = io.WriteString(w, `{"client_id":17,"client_secret":"s"}`)
		default:
			_, _ = io.WriteString(w, `{"access_token":"ok"}`)
		}
	}))
	defer s.Close()
	begun, err := BeginMastodon(t.Context(), s.URL, Options{})
	if err != nil || !strings.HasPrefix(begun.URL, s.URL+"/oauth/authorize?") {
		t.Fatalf("%v %v", begun, err)
	}
	got, err := begun.Finish(t.Context(), "c")
	if err != nil || got.AccessToken != "ok" || got.ClientID != "17" || asked[2] != "/oauth/token" {
		t.Errorf("%v %v %v", got, err, asked)
	}
}

func TestAPINBuysALoginOnce(t *testing.T) {
	box := startBox(t, sandbox.Options{})
	c := box.X.Credentials()
	app := XApp{API: box.X.URL, Web: box.X.URL, Key: c.ConsumerKey, Secret: c.ConsumerSecret}
	begun, err := BeginPIN(app, Options{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = begun.Finish(t.Context(), "1234567")
	wants(t, err, delivery.Auth, "PIN is not taken")
	pin, _ := agree(t, begun.URL)
	got, err := begun.Finish(t.Context(), " "+pin[:3]+" "+pin[3:]+"\n")
	if err != nil || got.AccessToken == "" || got.AccessTokenSecret == "" {
		t.Errorf("%v %v", got, err)
	}
	_, err = begun.Finish(t.Context(), pin)
	wants(t, err, delivery.Auth, "PIN is not taken")
	app.Secret = "wrong"
	_, err = BeginPIN(app, Options{})
	wants(t, err, delivery.Auth, "consumer key and secret", "clock")
	for name, fault := range map[string]sandbox.Fault{
		"reset": {Kind: sandbox.ResetBefore, On: sandbox.OpLogin}, "page": {Kind: sandbox.GarbageBefore, On: sandbox.OpLogin},
		"503": {Kind: sandbox.Documented, Name: "unavailable", On: sandbox.OpLogin}, "plain": {Kind: sandbox.Answer, Status: 200, Body: "oauth_token=a&oauth_token_secret=b", On: sandbox.OpLogin},
	} {
		app.Secret = c.ConsumerSecret
		script(t, box.X, fault)
		if _, err := BeginPIN(app, Options{}); err == nil || strings.Contains(err.Error(), c.ConsumerSecret) || strings.Contains(err.Error(), c.ConsumerKey) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := BeginPIN(XApp{API: box.X.URL, Key: "k"}, Options{}); err == nil {
		t.Error("an empty secret was sent")
	}
}

func TestPKCETakesTheAddressOrTheCodeAndNoOtherLogins(t *testing.T) {
	box := startBox(t, sandbox.Options{})
	c := box.X.Credentials()
	app := XApp{API: box.X.URL, Web: box.X.URL, Key: c.ClientID, Secret: c.ClientSecret}
	begin := func() *PKCE {
		p, err := BeginPKCE(app, "http://127.0.0.1:8765/callback?a=b", Options{})
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	p := begin()
	code, back := agree(t, p.URL)
	for pasted, want := range map[string]string{
		"": "no code", "http://127.0.0.1:8765/callback": "code is not taken", "http://127.0.0.1:8765/callback?code=x": "another login",
		strings.Replace(back, "state=", "state=y", 1):                    "another login",
		"http://127.0.0.1/?state=" + p.state + "&error=access_denied":    "denied",
		"http://127.0.0.1/?state=" + p.state + "&error=server_error":     "server_error",
		"http://127.0.0.1/?state=" + p.state:                             "no code",
		"http://127.0.0.1/?state=" + p.state + "&code=%zz":               "cannot be read",
		"http://127.0.0.1/?state=" + p.state + "&code=" + code + "wrong": "code is not taken",
	} {
		if _, err := p.Finish(t.Context(), pasted); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", pasted, err, want)
		}
	}
	pair, err := p.Finish(t.Context(), back+"#_=_")
	if err != nil || pair.RefreshToken == "" || time.Until(pair.ExpiresAt) < time.Hour {
		t.Errorf("%v %v", pair, err)
	}
	if s := pair.String(); strings.Contains(s, pair.AccessToken) {
		t.Error("a pair shows itself")
	}
	_, back = agree(t, begin().URL)
	if _, err := p.Finish(t.Context(), back); err == nil {
		t.Error("the code of another login was taken")
	}
	p = begin()
	code, _ = agree(t, p.URL)
	box.X.ExpireCodes()
	_, err = p.Finish(t.Context(), code)
	wants(t, err, delivery.Auth, "older than 30 s")
	for _, redirect := range []string{"", "nowhere", "/callback", "://"} {
		if _, err := BeginPKCE(app, redirect, Options{}); err == nil {
			t.Errorf("redirect %q was accepted", redirect)
		}
	}
}

// A code and a refresh token serve once: no library may present one a second time.
func TestNothingIsPresentedTwice(t *testing.T) {
	for _, status := range []int{400, 401, 403, 500} {
		box := startBox(t, sandbox.Options{})
		c := box.X.Credentials()
		script(t, box.X, sandbox.Fault{Kind: sandbox.Answer, On: sandbox.OpToken, Status: status, Body: `{"error":"x"}`, Times: -1})
		for _, secret := range []string{c.ClientSecret, ""} {
			before := asked(box.X)
			if _, err := Refresh(t.Context(), XApp{API: box.X.URL, Key: c.ClientID, Secret: secret}, c.Refresh, Options{}); err == nil || platform.AsError(err).Status != status {
				t.Errorf("%d: %v", status, err)
			}
			if n := asked(box.X) - before; n != 1 {
				t.Errorf("%d: presented %d times", status, n)
			}
		}
	}
}
