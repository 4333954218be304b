package sandbox

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/dghubble/oauth1"
	"github.com/google/go-cmp/cmp"
)

func start(t *testing.T, o Options) *Sandbox {
	t.Helper()
	s, err := Start(o)
	must(t, err)
	t.Cleanup(func() { must(t, s.Close()) })
	return s
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func equal(t *testing.T, want, got any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
}

// freshClient shares no connection with any other.
func freshClient(t *testing.T) *http.Client {
	t.Helper()
	tr := &http.Transport{}
	t.Cleanup(tr.CloseIdleConnections)
	return &http.Client{Transport: tr, Timeout: 5 * time.Second}
}

// signer signs as the account of x, by the library that crieur uses.
func signer(t *testing.T, x *X) *http.Client {
	t.Helper()
	c := x.Credentials()
	ctx := context.WithValue(context.Background(), oauth1.HTTPClient, freshClient(t))
	hc := oauth1.NewConfig(c.ConsumerKey, c.ConsumerSecret).Client(ctx, oauth1.NewToken(c.AccessToken, c.AccessTokenSecret))
	hc.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return hc
}

// answer is a response, read whole.
type answer struct {
	Status int
	Body   string
	Header http.Header
}

func (a answer) json(t *testing.T) any {
	t.Helper()
	var v any
	d := json.NewDecoder(strings.NewReader(a.Body))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%v in %q", err, a.Body)
	}
	return v
}

func (a answer) field(t *testing.T, path ...string) string {
	t.Helper()
	v := a.json(t)
	for _, name := range path {
		m, ok := v.(map[string]any)
		if !ok {
			t.Fatalf("no %v in %s", path, a.Body)
		}
		v = m[name]
	}
	return fmt.Sprint(v)
}

// try sends once; err tells what the wire did.
func try(c *http.Client, r *http.Request) (answer, error) {
	r.GetBody = nil // no transport may re-send by itself
	res, err := c.Do(r)
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	return answer{res.StatusCode, string(b), res.Header}, err
}

func send(t *testing.T, c *http.Client, r *http.Request) answer {
	t.Helper()
	a, err := try(c, r)
	must(t, err)
	return a
}

func request(t *testing.T, method, address, body string, headers ...string) *http.Request {
	t.Helper()
	r, err := http.NewRequest(method, address, bytes.NewReader([]byte(body)))
	must(t, err)
	if body == "" {
		r.Body = http.NoBody
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return r
}

func tweet(t *testing.T, x *X, text string) *http.Request {
	t.Helper()
	b, err := json.Marshal(map[string]string{"text": text})
	must(t, err)
	return request(t, "POST", x.URL+"/2/tweets", string(b), "Content-Type", "application/json")
}

func bearer(r *http.Request, token string) *http.Request {
	r.Header.Set("Authorization", "Bearer "+token)
	return r
}

// tootRequest is a form-encoded create; pairs are further parameters, "key" the Idempotency-Key.
func tootRequest(t *testing.T, m *Mastodon, text string, pairs ...string) *http.Request {
	t.Helper()
	f := url.Values{"status": {text}}
	key := ""
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i] == "key" {
			key = pairs[i+1]
			continue
		}
		f.Add(pairs[i], pairs[i+1])
	}
	r := request(t, "POST", m.URL+"/api/v1/statuses", f.Encode(), "Content-Type", "application/x-www-form-urlencoded")
	if key != "" {
		r.Header.Set("Idempotency-Key", key)
	}
	return bearer(r, m.Token())
}

func texts(posts []Post) []string {
	out := []string{}
	for _, p := range posts {
		if !p.Deleted {
			out = append(out, p.Text)
		}
	}
	return out
}

func unix(t *testing.T, s string) time.Time {
	t.Helper()
	n, err := strconv.ParseInt(s, 10, 64)
	must(t, err)
	return time.Unix(n, 0)
}
