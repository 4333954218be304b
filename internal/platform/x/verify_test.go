package x

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"crieur/internal/delivery"
	"crieur/internal/platform"
)

func TestVerifyNamesTheUserAndPermalinksCarryTheName(t *testing.T) {
	t.Parallel()
	for api, c := range map[string]struct{ body, path string }{
		"v2":   {`{"data":{"id":"2244994945","name":"Crier","username":"crier"}}`, "/2/users/me"},
		"v1.1": {`{"id":2244994945,"id_str":"2244994945","screen_name":"crier"}`, "/1.1/account/verify_credentials.json"},
	} {
		server, seen := recording(t, c.body)
		x := client(t, Options{BaseURL: server.URL, API: api})
		who, err := x.Verify(t.Context())
		if want := (platform.Identity{ID: "2244994945", Username: "crier"}); err != nil || who != want {
			t.Fatalf("%s: %+v, %v", api, who, err)
		}
		if got := <-seen; got.Method != "GET" || got.Path != c.path {
			t.Errorf("%s asked %s %s", api, got.Method, got.Path)
		}
		posted := platform.Answer{Status: 200, Body: []byte(`{"data":{"id":"42"},"id":42}`)}
		receipt, err := x.judgeCreated(posted)
		if api == "v1.1" {
			receipt, err = x.judgeUpdated(posted)
		}
		if err != nil || receipt.URL != "https://x.com/crier/status/42" {
			t.Errorf("%s: %+v, %v", api, receipt, err)
		}
	}
}

func TestVerifyFailuresStopTheAccountOrAreTriedAgain(t *testing.T) {
	t.Parallel()
	for _, api := range []string{"v2", "v1.1"} {
		for _, s := range refusals() {
			switch s.class {
			case ambiguous, permanent:
				s.class = refused // nothing was posted and no post is to blame
			}
			t.Run(api+" "+s.name, func(t *testing.T) {
				t.Parallel()
				_, err := client(t, Options{BaseURL: answering(t, s).URL, API: api}).Verify(t.Context())
				checkSaid(t, s, delivery.Receipt{}, err)
			})
		}
	}
}

func TestAHostileNameCannotBendPermalinks(t *testing.T) {
	t.Parallel()
	server, _ := recording(t, `{"data":{"id":"1","username":"../evil?x="}}`)
	x := client(t, Options{BaseURL: server.URL})
	if _, err := x.Verify(t.Context()); err != nil {
		t.Fatal(err)
	}
	receipt, err := x.judgeCreated(platform.Answer{Status: 201, Body: []byte(`{"data":{"id":"42"}}`)})
	if err != nil || receipt.URL != "https://x.com/i/status/42" {
		t.Errorf("%+v, %v", receipt, err)
	}
}

func TestLimitsNeedNoRequest(t *testing.T) {
	t.Parallel()
	limits, err := client(t, Options{BaseURL: "http://127.0.0.1:1"}).Limits(t.Context())
	if err != nil || limits.MaxCharacters != 280 || limits.URLLength != 23 || limits.CodePoints || limits.ReadAt.IsZero() {
		t.Errorf("%+v, %v", limits, err)
	}
}

func TestTextThatCannotBePostedIsNotSent(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", " \n", "bad \xff"} {
		_, err := client(t, Options{BaseURL: "http://127.0.0.1:1"}).Post(context.Background(), platform.Post{Text: text})
		if e := platform.AsError(err); e == nil || e.Class != permanent {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestNewRefusesWhatCannotWorkAndShowsNoSecret(t *testing.T) {
	t.Parallel()
	s := secrets()
	four := Options{ConsumerKey: s[0], ConsumerSecret: s[1], AccessToken: s[2], AccessTokenSecret: s[3]}
	with := func(change func(*Options)) Options { o := four; change(&o); return o }
	for want, o := range map[string]Options{
		"no credentials":                         {},
		"lack consumer_secret":                   with(func(o *Options) { o.ConsumerSecret = "" }),
		"at once":                                with(func(o *Options) { o.BearerToken = s[4] }),
		"access_token_secret holds":              with(func(o *Options) { o.AccessTokenSecret += "\n" }),
		`api "v3" is unknown: want v2 or v1.1`:   with(func(o *Options) { o.API = "v3" }),
		`api_url "ftp://e": want http(s)://host`: with(func(o *Options) { o.BaseURL = "ftp://e" }),
		"web URL":                                with(func(o *Options) { o.WebURL = "x.com" }),
	} {
		if _, err := New(o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		} else {
			noSecrets(t, err)
		}
	}
	c := client(t, Options{})
	if c.base.String() != "https://api.x.com" {
		t.Errorf("the default is %s", c.base)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		noSecrets(t, fmt.Errorf(verb+" "+verb, c, four)) //nolint:govet // the verb is the test
	}
}
