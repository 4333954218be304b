package mastodon

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"crieur/internal/platform"
	"crieur/internal/platform/platformtest"
)

func TestAPostCarriesVisibilityLanguageWarningAndKey(t *testing.T) {
	t.Parallel()
	const text = "Défense 🇹🇳 <b> & “c” https://news.example/a?b=1&c=2 #IA"
	for name, c := range map[string]struct {
		post platform.Post
		form url.Values
	}{
		"all":  {platform.Post{Text: text, ContentWarning: "Guerre", Visibility: "unlisted", Language: "fr", Key: "k-1"}, url.Values{"status": {text}, "spoiler_text": {"Guerre"}, "sensitive": {"true"}, "visibility": {"unlisted"}, "language": {"fr"}}},
		"bare": {platform.Post{Text: text}, url.Values{"status": {text}}},
	} {
		server, seen := serving(t, map[string]said{"/masto/api/v1/statuses": {status: 200, body: `{"id":"1"}`}})
		if _, err := client(t, Options{Server: server.URL + "/masto/", UserAgent: "crieur/9"}).Post(t.Context(), c.post); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		got := <-seen
		form, err := url.ParseQuery(got.Body)
		if diff := cmp.Diff(c.form, form); err != nil || diff != "" {
			t.Errorf("%s: form (-want +got): %v\n%s", name, err, diff)
		}
		want := http.Header{
			"Authorization": {"Bearer " + token}, "Content-Type": {"application/x-www-form-urlencoded"}, "User-Agent": {"crieur/9"},
			"Accept-Encoding": {"identity"}, "Connection": {"close"}, "Content-Length": got.Header["Content-Length"],
		}
		if c.post.Key != "" {
			want.Set("Idempotency-Key", c.post.Key)
		}
		if diff := cmp.Diff(want, got.Header); diff != "" {
			t.Errorf("%s: header (-want +got):\n%s", name, diff)
		}
	}
}

func TestNoFaultPostsTwiceOrPassesForSuccess(t *testing.T) {
	t.Parallel()
	good := platformtest.Good{Status: 200, Body: `{"id":"42"}`}
	for _, fault := range platformtest.Faults() {
		t.Run(fault.Name, func(t *testing.T) {
			t.Parallel()
			server := platformtest.Start(t, fault, good)
			timeout := 20 * time.Second
			if fault.Slow {
				timeout = 200 * time.Millisecond
			}
			receipt, err := client(t, Options{Server: server.URL, Timeout: timeout}).Post(t.Context(), platform.Post{Text: "a", Key: "k"})
			class := ok
			if err != nil {
				class = platform.AsError(err).Class
				noSecrets(t, err)
			}
			if class != fault.Class || (class == ok) != (receipt.PostID == "42") {
				t.Errorf("%s %+v, want %s: %v", class, receipt, fault.Class, err)
			}
			if server.Posts() > 1 {
				t.Errorf("posted %d times", server.Posts())
			}
		})
	}
}

func TestAPooledTransportPostsOnceToo(t *testing.T) {
	t.Parallel()
	pooled := platform.NewTransport()
	pooled.DisableKeepAlives = false
	t.Cleanup(pooled.CloseIdleConnections)
	server := platformtest.Start(t, platformtest.Stale(), platformtest.Good{Status: 200, Body: `{"id":"42"}`})
	c := client(t, Options{Server: server.URL, Transport: pooled})
	for want := range 2 {
		_, err := c.Post(t.Context(), platform.Post{Text: "a", Key: "k"})
		if want == 1 && platform.AsError(err).Class != ambiguous {
			t.Errorf("the unanswered post: %v", err)
		}
		if server.Posts() != want+1 {
			t.Errorf("%d posts arrived after %d", server.Posts(), want+1)
		}
	}
}

func TestVerifyReadsTheBotFlag(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]platform.Identity{
		`{"id":"7","username":"crier","acct":"crier","bot":true}`: {ID: "7", Username: "crier", Bot: true},
		`{"id":7,"acct":"crier","created_at":false}`:              {ID: "7", Username: "crier"},
	} {
		server, seen := serving(t, map[string]said{"/api/v1/accounts/verify_credentials": {status: 200, body: body}})
		who, err := client(t, Options{Server: server.URL}).Verify(t.Context())
		if err != nil || who != want {
			t.Errorf("%s: %+v, %v", body, who, err)
		}
		if got := <-seen; got.Method != http.MethodGet || got.Header.Get("Idempotency-Key") != "" {
			t.Errorf("asked with %+v", got)
		}
	}
}

func TestWhatCannotBePostedIsNotSent(t *testing.T) {
	t.Parallel()
	c := client(t, Options{Server: "http://127.0.0.1:1"})
	for _, text := range []string{"", " \n", "bad \xff"} {
		if _, err := c.Post(t.Context(), platform.Post{Text: text}); platform.AsError(err).Class != permanent {
			t.Errorf("%q: %v", text, err)
		}
	}
	if _, err := c.Post(t.Context(), platform.Post{Text: "a", Visibility: "everyone"}); platform.AsError(err).Class != auth {
		t.Errorf("visibility: %v", err)
	}
}

func TestNewRefusesWhatCannotWorkAndShowsNoSecret(t *testing.T) {
	t.Parallel()
	for want, o := range map[string]Options{
		"server":                  {AccessToken: token},
		`server "e.org": want`:    {Server: "e.org", AccessToken: token},
		"access_token is missing": {Server: "https://e.org"},
		"access_token holds":      {Server: "https://e.org", AccessToken: token + "\n"},
	} {
		if _, err := New(o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		} else {
			noSecrets(t, err)
		}
	}
	o := Options{Server: "https://e.org", AccessToken: token}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		noSecrets(t, fmt.Errorf(verb+" "+verb, client(t, o), o)) //nolint:govet // the verb is the test
	}
}
