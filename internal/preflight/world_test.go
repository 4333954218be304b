package preflight

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"
)

// site is a web server with one article at /a, its image and its robots.txt.
type site struct {
	*httptest.Server
	mu    sync.Mutex
	asked []*http.Request

	page, image, robots http.HandlerFunc
}

func newSite(t *testing.T) *site { return startSite(t, false) }

func startSite(t *testing.T, secure bool) *site {
	t.Helper()
	s := &site{}
	picture := pngOf(t, 400, 210)
	s.page = func(w http.ResponseWriter, _ *http.Request) { serveHTML(w, s.html()) }
	s.image = func(w http.ResponseWriter, _ *http.Request) { serve(w, "image/png", picture) }
	s.robots = http.NotFound
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.asked = append(s.asked, r)
		s.mu.Unlock()
		switch r.URL.Path {
		case "/a":
			s.page(w, r)
		case "/i.png":
			s.image(w, r)
		case "/robots.txt":
			s.robots(w, r)
		default:
			http.NotFound(w, r)
		}
	})
	if secure {
		s.Server = httptest.NewTLSServer(h)
	} else {
		s.Server = httptest.NewServer(h)
	}
	t.Cleanup(s.Close)
	return s
}

func (s *site) html() string { return htmlOf(s.URL) }

// htmlOf is a page without fault.
func htmlOf(base string) string {
	return fmt.Sprintf(`<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><title>T</title>
<link rel="canonical" href="%[1]s/a"><meta property="og:url" content="%[1]s/a">
<meta property="og:title" content="Un titre"><meta property="og:image" content="%[1]s/i.png">
<meta name="twitter:card" content="summary_large_image"></head><body><p>é</p></body></html>`, base)
}

// change serves the page with one text in place of another.
func (s *site) change(t *testing.T, from, to string) {
	t.Helper()
	if !strings.Contains(s.html(), from) {
		t.Fatalf("the page has no %q", from)
	}
	s.page = func(w http.ResponseWriter, _ *http.Request) {
		serveHTML(w, strings.ReplaceAll(s.html(), from, to))
	}
}

func (s *site) count(path string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, r := range s.asked {
		if r.URL.Path == path {
			n++
		}
	}
	return n
}

func (s *site) check(t *testing.T, change func(*Options)) error {
	t.Helper()
	o := Options{PageURL: s.URL + "/a", Timeout: 10 * time.Second, Pause: noPause}
	if change != nil {
		change(&o)
	}
	return Check(t.Context(), o)
}

func noPause(ctx context.Context, _ time.Duration) error { return ctx.Err() }

func anywhere(netip.AddrPort) error { return nil }

func serveHTML(w http.ResponseWriter, text string) {
	serve(w, "text/html; charset=utf-8", []byte(text))
}

// serve ignores a client that went away: bots do that at their limits.
func serve(w http.ResponseWriter, kind string, body []byte) {
	w.Header().Set("Content-Type", kind)
	_, _ = w.Write(body)
}

func pngOf(t *testing.T, w, h int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, w, h))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func jpegOf(t *testing.T, w, h int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, w, h)), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// findings fails unless err is a *Broken.
func findings(t *testing.T, err error) []string {
	t.Helper()
	var b *Broken
	if !errors.As(err, &b) {
		t.Fatalf("error %v, want *Broken", err)
	}
	return b.Findings
}

// wantOne wants exactly one finding, which contains the texts.
func wantOne(t *testing.T, err error, texts ...string) {
	t.Helper()
	got := findings(t, err)
	if len(got) != 1 {
		t.Fatalf("findings: %q, want one", got)
	}
	for _, text := range texts {
		if !strings.Contains(got[0], text) {
			t.Errorf("finding %q does not say %q", got[0], text)
		}
	}
}
