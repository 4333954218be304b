package main

import (
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// TestInABrowserTheFilesBehindNginxAreTheSamePage: what readers see does not depend on
// which of the two ways serves it.
func TestInABrowserTheFilesBehindNginxAreTheSamePage(t *testing.T) {
	nginx := webServer(t, "nginx")
	tab := startBrowser(t)
	n := openNewsstand(t, time.Second)
	dir := t.TempDir()
	w := webWorld{dir: dir, www: filepath.Join(dir, "www"), pages: strings.TrimPrefix(strings.TrimSuffix(n.page, n.path()), "http://")}
	if _, err := n.client.Export(t.Context(), w.www, nil); err != nil {
		t.Fatal(err)
	}
	before, err := freeAddr()
	if err != nil {
		t.Fatal(err)
	}
	files, err := freeAddr()
	if err != nil {
		t.Fatal(err)
	}
	w.startNginx(t, nginx, "events {}", before, files)
	built, page := n.page, "http://"+files+n.path()
	waitFor(t, "the page behind nginx", func() bool {
		resp, err := http.Get(page)
		return err == nil && resp.Body.Close() == nil && resp.StatusCode == http.StatusOK
	})

	// The page reads the same, and asks nobody else.
	seen := watch(t, tab)
	read := func(address string) (string, []string) {
		tell(t, tab, chromedp.Navigate(address+"?stay"))
		return ask(t, tab, chromedp.Evaluate[string](`document.body.innerText`)), ask(t, tab, chromedp.Evaluate[[]string](linkTargets))
	}
	want, _ := read(built)
	got, links := read(page)
	if got != want || len(got) < 500 {
		t.Errorf("the page reads\n%s\nwant\n%s", got, want)
	}
	for _, post := range n.posted {
		if !slices.Contains(links, post) {
			t.Errorf("the page does not link to %s, only to\n%s", post, strings.Join(links, "\n"))
		}
	}
	// A policy that refuses the style sheet would leave the page bare.
	if style := ask(t, tab, chromedp.Evaluate[string](`getComputedStyle(document.body).maxWidth`)); style == "none" {
		t.Error("the page has no style")
	}
	if script, err := axeScript(); err != nil {
		without(t, err)
	} else {
		checkAxe(t, axe(t, tab, script))
	}
	origins := []string{strings.TrimSuffix(built, n.path()), "http://" + files}
	slices.Sort(origins)
	if got := seen.origins(t); !slices.Equal(got, origins) {
		t.Errorf("the pages ask %v, want %v", got, origins)
	}
	if dir := os.Getenv("CRIEUR_SCREENSHOTS"); dir != "" {
		shoot(t, tab, filepath.Join(dir, "nginx-stay.png"))
	}

	opened := time.Now()
	tell(t, tab, chromedp.Navigate(page))
	select {
	case arrived := <-n.asked:
		if d := arrived.Sub(opened); d < time.Second {
			t.Errorf("forwarded after %s, want 1s or more", d)
		}
	case <-time.After(30 * time.Second):
		t.Fatal("the page does not forward")
	}
	seen.checkQuiet(t)
}
