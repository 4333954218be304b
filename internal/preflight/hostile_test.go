package preflight

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"crieur/internal/platform/platformtest"
)

func TestRedirectsStayOnTheHostAndEnd(t *testing.T) {
	s := newSite(t)
	good := s.page
	hops := func(n int) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if at := len(r.URL.RawQuery); at < n {
				w.Header().Set("Location", "/a?"+strings.Repeat("x", at+1))
				w.WriteHeader(http.StatusFound)
				return
			}
			good(w, r)
		}
	}
	s.page = hops(3)
	if err := s.check(t, nil); err != nil {
		t.Errorf("three redirects: %v", err)
	}
	s.page = hops(4)
	wantOne(t, s.check(t, nil), "more than 3 redirects")
	s.page = func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/a", http.StatusMovedPermanently) }
	wantOne(t, s.check(t, nil), "more than 3 redirects")

	other := newSite(t)
	away := strings.Replace(other.URL, "127.0.0.1", "localhost", 1) + "/a"
	s.page = func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, away, http.StatusFound) }
	wantOne(t, s.check(t, nil), "page redirect is 302 to "+away, "site.base_url")
	if n := other.count("/a"); n != 0 {
		t.Errorf("the other host was asked %d times", n)
	}
	for _, where := range []string{"", "ftp://127.0.0.1/a", "http://[::1"} {
		s.page = func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", where)
			w.WriteHeader(http.StatusFound)
		}
		wantOne(t, s.check(t, nil), "forward to an http(s) address")
	}
}

func TestCookiesAreNotKept(t *testing.T) {
	s := newSite(t)
	good := s.page
	s.page = func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "c", Value: "1"})
		if r.URL.RawQuery == "" {
			http.Redirect(w, r, "/a?2", http.StatusFound)
			return
		}
		if r.Header.Get("Cookie") != "" {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		good(w, r)
	}
	if err := s.check(t, nil); err != nil {
		t.Error(err)
	}
}

func TestAnEndlessBodyIsReadToTheLimit(t *testing.T) {
	s := newSite(t)
	endless := func(w http.ResponseWriter) {
		junk := bytes.Repeat([]byte("x"), 64<<10)
		for {
			if _, err := w.Write(junk); err != nil {
				return
			}
		}
	}
	s.page = func(w http.ResponseWriter, _ *http.Request) { serveHTML(w, s.html()); endless(w) }
	s.image = func(w http.ResponseWriter, _ *http.Request) { serve(w, "image/png", pngOf(t, 400, 210)); endless(w) }
	s.robots = func(w http.ResponseWriter, _ *http.Request) {
		serve(w, "text/plain", []byte("User-agent: *\nAllow: /\n"))
		endless(w)
	}
	got := findings(t, s.check(t, nil))
	if len(got) != 2 || !strings.Contains(got[0], "image size is above 5.0 MB") || !strings.Contains(got[1], "above 8.4 MB") {
		t.Errorf("findings %q", got)
	}
}

func TestASlowDripEndsWithTheTime(t *testing.T) {
	s := newSite(t)
	s.page = func(w http.ResponseWriter, r *http.Request) {
		serveHTML(w, s.html())
		for r.Context().Err() == nil {
			_, _ = w.Write([]byte(" "))
			w.(http.Flusher).Flush()
			time.Sleep(5 * time.Millisecond)
		}
	}
	err := s.check(t, func(o *Options) { o.Timeout = 50 * time.Millisecond })
	wantOne(t, err, "slow: no whole answer within 50ms (tries: 3)")
	s.page = func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	err = s.check(t, func(o *Options) { o.Timeout = 50 * time.Millisecond })
	wantOne(t, err, "slow: no whole answer within 50ms (tries: 3)")
}

func TestAGzipBombIsReadToTheLimit(t *testing.T) {
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	zeros := make([]byte, 1<<20)
	for range 64 {
		if _, err := z.Write(zeros); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	s := newSite(t)
	s.page = func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		serveHTML(w, bomb.String())
	}
	got := strings.Join(findings(t, s.check(t, nil)), "\n")
	if !strings.Contains(got, "longer than 1 MiB") {
		t.Errorf("findings %s", got)
	}
}

func TestAStreamThatYieldsNothingIsBounded(t *testing.T) {
	var empty bytes.Buffer
	if err := gzip.NewWriter(&empty).Close(); err != nil {
		t.Fatal(err)
	}
	s := newSite(t)
	s.page = func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		junk := bytes.Repeat(empty.Bytes(), 1000)
		for {
			if _, err := w.Write(junk); err != nil {
				return
			}
		}
	}
	if got := findings(t, s.check(t, nil)); len(got) == 0 {
		t.Error("no finding")
	}
}

func TestADamagedOrCutAnswerIsFound(t *testing.T) {
	s := newSite(t)
	s.page = func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		serveHTML(w, s.html())
	}
	wantOne(t, s.check(t, nil), "unreadable", "gzip")
	s.page = func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", fmt.Sprint(len(s.html())+10))
		serveHTML(w, s.html())
	}
	wantOne(t, s.check(t, nil), "unexpected EOF", "(tries: 3)")
}

func TestHugeHeadersAreRefused(t *testing.T) {
	s := newSite(t)
	s.page = func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Junk", strings.Repeat("x", 1<<20))
		serveHTML(w, s.html())
	}
	wantOne(t, s.check(t, nil), "unreachable", "header")
}

// TestAServerThatSwitchesProtocolsIsNotWaitedFor: no deadline ends reading the naked
// connection that follows, and every account would wait for the turn of its image.
func TestAServerThatSwitchesProtocolsIsNotWaitedFor(t *testing.T) {
	for path, want := range map[string]string{"/a": "page status is 101", "/i.png": "image status is 101", "/robots.txt": ""} {
		s := newSite(t)
		switch path {
		case "/a":
			s.page = platformtest.SwitchProtocols
		case "/i.png":
			s.image = platformtest.SwitchProtocols
		default:
			s.robots = platformtest.SwitchProtocols
		}
		checked := make(chan error, 1)
		go func() { checked <- s.check(t, nil) }()
		select {
		case err := <-checked:
			if want == "" && err != nil {
				t.Errorf("%s: %v", path, err)
			} else if want != "" {
				wantOne(t, err, want, "(X, Mastodon)")
			}
		case <-time.After(10 * time.Second):
			t.Fatalf("%s: the check does not end", path)
		}
	}
}
