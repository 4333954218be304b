package mastodon

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/platform"
)

const token = "hush-token-1"

const (
	ok        = delivery.OK
	refused   = delivery.Refused
	throttle  = delivery.Throttled
	auth      = delivery.Auth
	permanent = delivery.Permanent
	ambiguous = delivery.Ambiguous
)

// answered is the Date of every answer: resets are counted from it.
var answered = time.Date(2026, 8, 22, 12, 0, 0, 0, time.UTC)

type header map[string]string

// said is one answer of a server and what it means for a post.
type said struct {
	name   string
	status int
	body   string
	header header
	class  delivery.Class
	wait   time.Duration
}

type request struct {
	Method, Path, Body string
	Header             http.Header
}

func client(t testing.TB, o Options) *Client {
	t.Helper()
	o.AccessToken = token
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// serving answers by path ("" is any other path) and hands out the requests.
func serving(t testing.TB, answers map[string]said) (*httptest.Server, chan request) {
	t.Helper()
	seen := make(chan request, 8)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		seen <- request{r.Method, r.URL.Path, string(body), r.Header}
		s, known := answers[r.URL.Path]
		if !known {
			s = answers[""]
		}
		w.Header().Set("Date", answered.Format(http.TimeFormat))
		w.Header().Set("Content-Type", "text/plain") // never to be believed
		for k, v := range s.header {
			w.Header().Set(k, v)
		}
		if s.status == 0 {
			s.status = http.StatusNotFound
		}
		w.WriteHeader(s.status)
		_, _ = io.WriteString(w, s.body)
	}))
	t.Cleanup(server.Close)
	return server, seen
}

func checkFailure(t *testing.T, s said, err error) {
	t.Helper()
	e, typed := errors.AsType[*platform.Error](err)
	if !typed {
		t.Fatalf("no *platform.Error: %v", err)
	}
	if e.Class != s.class || e.RetryAfter != s.wait || e.Status != s.status {
		t.Errorf("got %s, wait %v, status %d; want %s, %v, %d: %v", e.Class, e.RetryAfter, e.Status, s.class, s.wait, s.status, err)
	}
	noSecrets(t, err)
}

func noSecrets(t testing.TB, err error) {
	t.Helper()
	for e := err; e != nil; e = errors.Unwrap(e) {
		if strings.Contains(e.Error(), token) {
			t.Errorf("the error shows the token: %v", e)
		}
	}
}
