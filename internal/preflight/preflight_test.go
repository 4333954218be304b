package preflight

import (
	"compress/gzip"
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
)

func TestAPageWithoutFaultHasNoFinding(t *testing.T) {
	s := newSite(t)
	if err := s.check(t, nil); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]int{"/a": 2, "/i.png": 2, "/robots.txt": 1} {
		if got := s.count(path); got != want {
			t.Errorf("%s was fetched %d times, want %d", path, got, want)
		}
	}
}

func TestEachBotAsksAsItself(t *testing.T) {
	s := newSite(t)
	if err := s.check(t, nil); err != nil {
		t.Fatal(err)
	}
	var agents []string
	for _, r := range s.asked {
		if r.Method != http.MethodGet || r.Header.Get("Cookie") != "" || r.Header.Get("Referer") != "" {
			t.Errorf("%s %s with %v", r.Method, r.URL, r.Header)
		}
		agents = append(agents, r.URL.Path+" "+r.UserAgent()+" "+r.Header.Get("Accept")+" "+r.Header.Get("Accept-Encoding"))
	}
	const m = "Mastodon/4.6.5 (http.rb/5.3.1; +https://mastodon.social/)"
	want := []string{
		"/a Twitterbot/1.0 */* gzip, br", "/robots.txt Twitterbot/1.0  gzip, br", "/i.png Twitterbot/1.0 */* gzip, br",
		"/a " + m + " Bot text/html gzip", "/i.png " + m + "  gzip",
	}
	if got, want := strings.Join(agents, "\n"), strings.Join(want, "\n"); got != want {
		t.Errorf("asked:\n%s\nwant:\n%s", got, want)
	}
}

func TestCompressedPagesAreRead(t *testing.T) {
	s := newSite(t)
	s.page = func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if strings.Contains(r.Header.Get("Accept-Encoding"), "br") {
			w.Header().Set("Content-Encoding", "br")
			z := brotli.NewWriter(w)
			_, _ = z.Write([]byte(s.html()))
			_ = z.Close()
			return
		}
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		_, _ = z.Write([]byte(s.html()))
		_ = z.Close()
	}
	if err := s.check(t, nil); err != nil {
		t.Fatal(err)
	}
}

func TestCompressionThatABotDoesNotReadIsFound(t *testing.T) {
	s := newSite(t)
	s.page = func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "br")
		z := brotli.NewWriter(w)
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = z.Write([]byte(s.html()))
		_ = z.Close()
	}
	wantOne(t, s.check(t, nil), `"br", which was not asked for`, "(Mastodon)")
}

func TestPassingTroubleIsTriedThreeTimes(t *testing.T) {
	for _, status := range []int{502, 503, 504} {
		s := newSite(t)
		good, left := s.page, 2
		s.page = func(w http.ResponseWriter, r *http.Request) {
			if left--; left >= 0 {
				w.WriteHeader(status)
				return
			}
			good(w, r)
		}
		var waits []time.Duration
		err := s.check(t, func(o *Options) {
			o.Pause = func(ctx context.Context, d time.Duration) error {
				waits = append(waits, d)
				return ctx.Err()
			}
		})
		if err != nil || len(waits) != 2 || waits[0] != 2*time.Second {
			t.Errorf("%d twice, then the page: error %v, waits %v", status, err, waits)
		}
	}
	s := newSite(t)
	s.page = func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) }
	wantOne(t, s.check(t, nil), "page status is 503", "(X, Mastodon)")
	if n := s.count("/a"); n != 6 {
		t.Errorf("%d fetches of the page by two bots, want 3 each", n)
	}
	s = newSite(t)
	s.page = http.NotFound
	wantOne(t, s.check(t, nil), "page status is 404")
	if n := s.count("/a"); n != 2 {
		t.Errorf("404 was tried again: %d fetches", n)
	}
}

func TestAServerThatIsDownIsFound(t *testing.T) {
	s := newSite(t)
	s.Close()
	wantOne(t, s.check(t, nil), "unreachable", "connection refused", "(tries: 3)", "start the web server")
}

func TestTheCallersEndIsNoFinding(t *testing.T) {
	s := newSite(t)
	ctx, cancel := context.WithCancel(t.Context())
	s.page = func(w http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	}
	err := Check(ctx, Options{PageURL: s.URL + "/a"})
	var b *Broken
	if !errors.Is(err, context.Canceled) || errors.As(err, &b) {
		t.Fatalf("error %v", err)
	}
}

func TestOptionsWithoutAPageAreNoFinding(t *testing.T) {
	for _, address := range []string{"", "/a", "ftp://example.org/a", "https:///a", "https://me:pw@example.org/a", "http://[::1"} {
		err := Check(t.Context(), Options{PageURL: address})
		var b *Broken
		if err == nil || errors.As(err, &b) {
			t.Errorf("%q: error %v", address, err)
		}
	}
}

func TestBadCertificatesComeWithAWayOut(t *testing.T) {
	s := startSite(t, true)
	wantOne(t, s.check(t, nil), "unknown authority", "fullchain.pem")
	if n := s.count("/a"); n != 0 {
		t.Errorf("%d fetches over a bad certificate", n)
	}
	if err := s.check(t, func(o *Options) { o.Transport = s.Client().Transport }); err != nil {
		t.Errorf("with the authority known: %v", err)
	}
	wrong := strings.Replace(s.URL, "127.0.0.1", "localhost", 1)
	err := s.check(t, func(o *Options) { o.Transport, o.PageURL = s.Client().Transport, wrong+"/a" })
	wantOne(t, err, "get a certificate that names localhost")
	plain := newSite(t)
	err = s.check(t, func(o *Options) { o.PageURL = strings.Replace(plain.URL, "http:", "https:", 1) + "/a" })
	wantOne(t, err, "does not speak TLS")
}

func TestFindingsAreToldAllAtOnce(t *testing.T) {
	s := newSite(t)
	s.page = func(w http.ResponseWriter, _ *http.Request) {
		serve(w, "text/html; charset=iso-8859-1", []byte(`<head><meta property="og:image" content="/i.png"></head>`))
	}
	s.image = func(w http.ResponseWriter, _ *http.Request) { serve(w, "image/png", pngOf(t, 100, 100)) }
	s.robots = func(w http.ResponseWriter, _ *http.Request) {
		serve(w, "text/plain", []byte("User-agent: *\nDisallow: /\n"))
	}
	got := strings.Join(findings(t, s.check(t, nil)), "\n")
	for _, want := range []string{"iso-8859-1", "og:title", "twitter:card", "canonical", "relative", "too small", "robots.txt is \"Disallow: /\" for the page", "for the image"} {
		if !strings.Contains(got, want) {
			t.Errorf("no word of %s in:\n%s", want, got)
		}
	}
}

func TestAFindingQuotesNoControlCharacterAndNoNovel(t *testing.T) {
	f := finding{"thing", "a\x1b[31m\n" + strings.Repeat("é", 5000), "way"}.String()
	if strings.ContainsAny(f, "\x1b\n") || len(f) > 2*maxValue {
		t.Errorf("%q", f)
	}
}
