package sandbox

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/dghubble/go-twitter/twitter"
)

// toSandbox sends what go-twitter means for api.twitter.com to a sandbox, to be signed there.
type toSandbox struct {
	base   *url.URL
	signed http.RoundTripper
}

func (s toSandbox) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.URL.Scheme, r.URL.Host, r.Host = s.base.Scheme, s.base.Host, s.base.Host
	return s.signed.RoundTrip(r)
}

func goTwitter(t *testing.T, x *X) *twitter.Client {
	t.Helper()
	u, err := url.Parse(x.URL)
	must(t, err)
	return twitter.NewClient(&http.Client{Transport: toSandbox{u, signer(t, x).Transport}})
}

func TestV11UpdateWorksWithGoTwitter(t *testing.T) {
	s := start(t, Options{V11: true})
	c := goTwitter(t, s.X)
	text := "Été & <1> 100% + ~*'() https://example.com/a"
	tw, res, err := c.Statuses.Update(text, nil)
	must(t, err)
	equal(t, 200, res.StatusCode)
	p := s.X.Posts()[0]
	equal(t, text, p.Text)
	equal(t, p.ID, tw.IDStr)
	rendered, _ := render(&p)
	equal(t, rendered, tw.Text)
	equal(t, "https://example.com/a", tw.Entities.Urls[0].ExpandedURL)
	at, err := tw.CreatedAtTime()
	must(t, err)
	equal(t, p.At.Unix(), at.Unix())
	equal(t, s.X.Credentials().Username, tw.User.ScreenName)
	if tw.ID == 0 || time.Since(at) > time.Minute {
		t.Errorf("ID %d at %s", tw.ID, at)
	}
	u, _, err := c.Accounts.VerifyCredentials(nil)
	must(t, err)
	equal(t, s.X.Credentials().UserID, u.IDStr)
	equal(t, map[string]int{text: 1}, s.X.Creates())
	for text, want := range map[string]string{text: "187", strings.Repeat("a", 281): "186", " ": "38", "": "170"} {
		_, res, err := c.Statuses.Update(text, nil)
		if err == nil || res.StatusCode != 403 || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want code %s", text, err, want)
		}
	}
	must(t, s.X.Script(Fault{Kind: Documented, Name: "not-found-empty"}))
	tw, res, err = c.Statuses.Update("traps", nil)
	if err != nil || res.StatusCode != 404 || tw.ID != 0 {
		t.Errorf("the library's trap is gone: %v %v %v", tw, res, err)
	}
}

func TestV11IsRefusedToSelfServeApps(t *testing.T) {
	s := start(t, Options{})
	_, res, err := goTwitter(t, s.X).Statuses.Update("hello", nil)
	if err == nil || res.StatusCode != 403 || !strings.Contains(err.Error(), "453") {
		t.Errorf("got %v, want code 453", err)
	}
	equal(t, 0, len(s.X.Posts()))
	equal(t, 1, s.X.Creates()["hello"])
}
