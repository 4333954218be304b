package daemon

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"crieur/internal/control"
	"crieur/internal/delivery"
)

// TestNoPostCarriesADeadLink puts a web server before the pages that first answers 404:
// both posts are held and nothing is sent; once the server works, they go.
func TestNoPostCarriesADeadLink(t *testing.T) {
	cfg, box := newConfig(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	cfg.Pages.Listen = l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	var works atomic.Bool
	proxy := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: cfg.Pages.Listen})
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !works.Load() {
			http.NotFound(w, r)
			return
		}
		proxy.ServeHTTP(w, r)
	}))
	defer front.Close()
	cfg.Site.BaseURL, cfg.Pages.Preflight = front.URL, true
	d, stop := start(t, cfg)
	defer stop()

	e := enqueue(t, cfg, "")
	until(t, "both held", func() bool { return counts(t, d)[delivery.Held] == 2 })
	_, ds, err := d.outbox.Article(e.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range ds {
		if !strings.Contains(one.Reason, front.URL+"/"+e.Slug) || !strings.Contains(one.Reason, "404") || one.Spent != 0 {
			t.Errorf("%s, %d attempts spent: %s", one.Account, one.Spent, one.Reason)
		}
	}
	if n := len(box.X.Posts()) + len(box.Mastodon.Posts()); n != 0 {
		t.Errorf("%d posts with a dead link", n)
	}

	works.Store(true)
	for _, one := range ds {
		if _, err := d.Service().Resolve(t.Context(), control.Resolution{ID: one.ID, NotPosted: true}); err != nil {
			t.Fatal(err)
		}
	}
	until(t, "both posted", func() bool { return counts(t, d)[delivery.Delivered] == 2 })
	if x, m := len(box.X.Posts()), len(box.Mastodon.Posts()); x != 1 || m != 1 {
		t.Errorf("%d posts on X, %d on Mastodon", x, m)
	}
}

// TestAccountsShareALookAtTheSamePage: each one takes memory, and the page's server answers
// all of them.
func TestAccountsShareALookAtTheSamePage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var looks atomic.Int64
		wrong := errors.New("status 404")
		look := shared(func(_ context.Context, slug, platform string) error {
			looks.Add(1)
			time.Sleep(time.Second)
			if platform == "x" {
				return wrong
			}
			return nil
		})
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				if err := look(t.Context(), "un", "x"); !errors.Is(err, wrong) {
					t.Errorf("x: %v", err)
				}
			})
			all.Go(func() {
				if err := look(t.Context(), "un", "mastodon"); err != nil {
					t.Errorf("mastodon: %v", err)
				}
			})
		}
		all.Wait()
		if n := looks.Load(); n != 2 {
			t.Errorf("%d looks, want one for each platform", n)
		}
		if err := look(t.Context(), "un", "x"); !errors.Is(err, wrong) || looks.Load() != 3 {
			t.Errorf("the next look: %v, %d in all", err, looks.Load())
		}
	})
}
