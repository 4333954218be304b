package webhook

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"crieur/internal/platform/platformtest"
)

// once pushes the first receipt by one real request and returns what came of it.
func once(t *testing.T, url string) answer {
	t.Helper()
	p, err := New(Options{URL: url, Secret: []byte(secret), UserAgent: "crieur/test", Source: (&log{}).source()})
	if err != nil {
		t.Fatal(err)
	}
	return p.send(t.Context(), sample(1))
}

func TestAnswersOfARealReceiver(t *testing.T) {
	var elsewhere atomic.Int64
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { elsewhere.Add(1) }))
	defer other.Close()
	mux := http.NewServeMux()
	for path, code := range map[string]int{"/taken": 200, "/broken": 500, "/gone": 410} {
		mux.HandleFunc("POST "+path, func(w http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			if err != nil || r.Header.Get("X-Crieur-Signature") != Sign([]byte(secret), r.Header.Get("X-Crieur-Timestamp"), body) {
				code = http.StatusUnauthorized
			}
			w.WriteHeader(code)
		})
	}
	mux.Handle("/moved", http.RedirectHandler(other.URL, http.StatusTemporaryRedirect))
	mux.HandleFunc("/endless", func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			if _, err := w.Write(make([]byte, 4096)); err != nil {
				return
			}
		}
	})
	mux.HandleFunc("/cut", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	server := httptest.NewServer(mux)
	defer server.Close()
	for path, want := range map[string]string{
		"/taken": "", "/endless": "", "/broken": "500 Internal", "/gone": "410 Gone", "/moved": "307 Temporary Redirect: redirects are not followed",
		"/cut": "no answer: EOF", "/absent": "404 Not Found",
	} {
		a := once(t, server.URL+path)
		if !strings.Contains(a.err, want) || (a.err == "") != (want == "") || a.gone != (path == "/gone") {
			t.Errorf("%s: %+v, want %q", path, a, want)
		}
	}
	if elsewhere.Load() != 0 {
		t.Error("a redirect was followed")
	}
	server.Close()
	if a := once(t, server.URL+"/s3cr3t"); !strings.Contains(a.err, "connection refused") || strings.Contains(a.err, "s3cr3t") {
		t.Errorf("nobody listens: %+v", a)
	}
}

func TestARealRunEndsWhileItsReceiverHangs(t *testing.T) {
	arrived, release := make(chan struct{}, 1), make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		arrived <- struct{}{}
		<-release
	}))
	defer server.Close()
	defer close(release)
	l := &log{}
	l.add(1)
	p, err := New(Options{URL: server.URL, Secret: []byte(secret), Source: l.source()})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	ended := make(chan struct{})
	go func() {
		p.Run(ctx)
		close(ended)
	}()
	<-arrived
	cancel()
	<-ended
	if l.cursor != 0 {
		t.Error("what was never answered counts as taken")
	}
}

// TestAReceiverThatSwitchesProtocolsIsNotWaitedFor: no deadline ends reading the naked
// connection that follows, and neither a reload nor the daemon's end would come.
func TestAReceiverThatSwitchesProtocolsIsNotWaitedFor(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(platformtest.SwitchProtocols))
	defer srv.Close()
	came := make(chan answer, 1)
	go func() { came <- once(t, srv.URL) }()
	select {
	case a := <-came:
		if !strings.Contains(a.err, "answered 101 Switching Protocols") || a.gone {
			t.Errorf("%+v", a)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("the request does not end")
	}
}
