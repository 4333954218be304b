package daemon

import (
	"bytes"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"crieur/internal/journal"
)

func TestTheFeedListsAnArticleOnceItIsPosted(t *testing.T) {
	cfg, _ := newConfig(t)
	d, stop := start(t, cfg)
	defer stop()
	feed := "http://" + d.Addr("pages") + "/feed.xml"
	if code, body := fetch(t, feed); code != http.StatusOK || strings.Contains(body, "<entry") {
		t.Errorf("before any article: HTTP %d:\n%s", code, body)
	}
	e := enqueue(t, cfg, "")
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		code, body := fetch(t, feed)
		if code != http.StatusOK {
			t.Fatalf("HTTP %d:\n%s", code, body)
		}
		if strings.Contains(body, "<id>"+e.URL+"</id>") {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s never came:\n%s", e.URL, body)
		}
	}
}

func TestEveryConfigurationInForceHasItsOwnNumber(t *testing.T) {
	var n numbers
	a, b := &generation{}, &generation{}
	first, again, second := n.of(a), n.of(a), n.of(b)
	if first != again || second == first || n.of(a) == first {
		t.Errorf("%d, %d, %d", first, again, second)
	}
}

// TestAPageThatCannotBeMadeIsLoggedOnceAMinute: a thousand readers a second may ask for it.
func TestAPageThatCannotBeMadeIsLoggedOnceAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		p := &pages{log: slog.New(slog.NewTextHandler(&out, nil))}
		for range 3 {
			for range 100 {
				p.failed("un", errors.New("no ink"))
				p.failed("deux", errors.New("no ink"))
			}
			time.Sleep(time.Minute)
		}
		for _, slug := range []string{"un", "deux"} {
			if n := strings.Count(out.String(), "event=pages.broken slug="+slug+" error=\"no ink\""); n != 3 {
				t.Errorf("%s is told %d times in 3 minutes:\n%s", slug, n, &out)
			}
		}
	})
}

// TestAFeedThatCannotBeMadeIsLogged: its readers get 503, which tells an operator nothing.
func TestAFeedThatCannotBeMadeIsLogged(t *testing.T) {
	cfg, _ := newConfig(t)
	cfg.Site.BaseURL = "ftp://news.example.org" // which no configuration has
	d, stop := start(t, cfg)
	defer stop()
	if code, _ := fetch(t, "http://"+d.Addr("pages")+"/feed.xml"); code != http.StatusServiceUnavailable {
		t.Errorf("HTTP %d", code)
	}
	for _, e := range d.Recent() {
		if e.Name == journal.PagesBroken && strings.Contains(e.Text, "ftp://news.example.org") {
			return
		}
	}
	t.Errorf("not in %v", d.Recent())
}
