package x

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// secrets are what no error may show.
func secrets() []string {
	return []string{"consumer-key-1", "consumer-secret-2", "access-token-3", "access-secret-4", "bearer-token-5"}
}

// client returns a client with OAuth 1.0a credentials unless o has a bearer token.
func client(t testing.TB, o Options) *Client {
	t.Helper()
	if s := secrets(); o.BearerToken == "" {
		o.ConsumerKey, o.ConsumerSecret, o.AccessToken, o.AccessTokenSecret = s[0], s[1], s[2], s[3]
	}
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// answering serves one answer to every request.
func answering(t testing.TB, s said) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Date", answered.Format(http.TimeFormat))
		w.Header().Set("Content-Type", "text/plain") // never to be believed
		for k, v := range s.header {
			w.Header().Set(k, v)
		}
		w.WriteHeader(s.status)
		_, _ = io.WriteString(w, s.body)
	}))
	t.Cleanup(server.Close)
	return server
}

func noSecrets(t testing.TB, err error) {
	t.Helper()
	for e := err; e != nil; e = errors.Unwrap(e) {
		for _, s := range secrets() {
			if strings.Contains(e.Error(), s) {
				t.Errorf("the error shows %s: %v", s, e)
			}
		}
	}
}
