package control

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"crieur/internal/platform/platformtest"
	"crieur/internal/redirect"
)

// pagesOf serves robots.txt as crieur does, and a feed.
func pagesOf(t *testing.T, feed http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/feed.xml" {
			feed(w, r)
			return
		}
		_, _ = fmt.Fprint(w, redirect.Robots)
	}))
	t.Cleanup(s.Close)
	return s.URL
}

func feedOf(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprint(w, text) }
}

// TestACacheWithAnOlderFeedIsNoOtherCrieur: crieur itself permits caches to answer with a
// feed of a minute ago.
func TestACacheWithAnOlderFeedIsNoOtherCrieur(t *testing.T) {
	var posts atomic.Int64
	local := pagesOf(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprintf(w, "<feed>%d</feed>", posts.Load()) })
	var kept sync.Map // by address, query included, as caches do
	cache := pagesOf(t, func(w http.ResponseWriter, r *http.Request) {
		if _, old := kept.Load(r.RequestURI); !old {
			a, err := get(r.Context(), local+r.RequestURI, "cache")
			if err != nil {
				t.Error(err)
			}
			kept.Store(r.RequestURI, a.body)
		}
		text, _ := kept.Load(r.RequestURI)
		_, _ = fmt.Fprint(w, text)
	})
	if _, err := get(t.Context(), cache+"/feed.xml", "reader"); err != nil {
		t.Fatal(err)
	}
	posts.Add(1)
	f := CheckPages(t.Context(), cache, strings.TrimPrefix(local, "http://"), "crieur/test")
	if !f.OK || len(f.Notes) != 1 { // of the address, which is on loopback
		t.Errorf("%+v", f)
	}
}

// TestAFeedThatACacheKeptDecidesNothing: one that ignores queries answers with what it has.
func TestAFeedThatACacheKeptDecidesNothing(t *testing.T) {
	local := strings.TrimPrefix(pagesOf(t, feedOf("<feed>2</feed>")), "http://")
	for age, sure := range map[string]bool{"10": false, "0": true, "": true, "soon": true} {
		public := pagesOf(t, func(w http.ResponseWriter, _ *http.Request) {
			if age != "" {
				w.Header().Set("Age", age)
			}
			_, _ = fmt.Fprint(w, "<feed>1</feed>")
		})
		f := CheckPages(t.Context(), public, local, "crieur/test")
		switch {
		case sure && (f.OK || !strings.Contains(f.Detail, "another crieur answers") || !strings.Contains(f.Detail, "or a cache")):
			t.Errorf("age %q: %+v", age, f)
		case !sure && (!f.OK || !strings.Contains(strings.Join(f.Notes, " "), "a cache that ignores queries answered with a feed of 10 s ago")):
			t.Errorf("age %q: %+v", age, f)
		}
	}
}

// TestPagesThatNeverEndAreNotWaitedFor: after 101 no deadline ends reading the naked
// connection.
func TestPagesThatNeverEndAreNotWaitedFor(t *testing.T) {
	silent := func(w http.ResponseWriter, r *http.Request) {
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	}
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		want   string
	}{
		"switches protocols": {platformtest.SwitchProtocols, "101"},
		"falls silent":       {silent, "deadline"},
	} {
		srv := httptest.NewServer(c.answer)
		defer srv.Close()
		ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
		defer cancel()
		found := make(chan Finding, 1)
		go func() { found <- CheckPages(ctx, srv.URL, "", "crieur/test") }()
		select {
		case f := <-found:
			if f.OK || !strings.Contains(f.Detail, c.want) {
				t.Errorf("%s: %+v", name, f)
			}
		case <-time.After(10 * time.Second):
			t.Fatalf("%s: the check does not end", name)
		}
	}
}
