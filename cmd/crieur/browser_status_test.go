package main

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"crieur/internal/article"
	"crieur/internal/control"
)

// TestInABrowserTheDesk looks at one desk in several ways; the last one ends the daemon.
func TestInABrowserTheDesk(t *testing.T) {
	tab := startBrowser(t)
	d := openDesk(t)
	t.Run("fits", func(t *testing.T) { d.fits(t, tab) })
	t.Run("axe", func(t *testing.T) { d.judged(t, tab) })
	tell(t, tab, chromedp.EmulateViewport(1280, 900))
	t.Run("keyboard", func(t *testing.T) { d.obeys(t, tab) })
	t.Run("live", func(t *testing.T) { d.follows(t, tab) })
}

// fits writes what it sees to the folder CRIEUR_SCREENSHOTS, where that is set, for a
// person to look at.
func (d *desk) fits(t *testing.T, tab browserTab) {
	dir, schemes := os.Getenv("CRIEUR_SCREENSHOTS"), []string{"light"} // colours have no width
	if dir != "" {
		schemes = []string{"light", "dark"}
	}
	for _, width := range []int64{320, 360, 768, 1440} {
		for _, scheme := range schemes {
			tell(t, tab, chromedp.EmulateViewport(width, 900))
			prefer(t, tab, scheme)
			d.open(t, tab)
			if wide := ask(t, tab, chromedp.Evaluate[int64](`document.documentElement.scrollWidth`)); wide > width {
				t.Errorf("the page is %d pixels wide on a screen of %d", wide, width)
			}
			if dir != "" {
				shoot(t, tab, filepath.Join(dir, fmt.Sprintf("desk-%d-%s.png", width, scheme)))
			}
		}
	}
}

func (d *desk) judged(t *testing.T, tab browserTab) {
	script, err := axeScript()
	if err != nil {
		without(t, err)
	}
	for scheme, width := range map[string]int64{"light": 1280, "dark": 320} {
		tell(t, tab, chromedp.EmulateViewport(width, 900))
		prefer(t, tab, scheme)
		d.open(t, tab)
		checkAxe(t, axe(t, tab, script))
	}
}

// follows: what happens appears without a reload.
func (d *desk) follows(t *testing.T, tab browserTab) {
	seen := watch(t, tab)
	d.open(t, tab)
	// What a reload would lose: a mark, the focus, how far the reader has scrolled.
	button := fmt.Sprintf(`document.querySelector(%q)`, `#need-`+d.held+` .copy`)
	button = strings.ReplaceAll(button, d.held, strings.ReplaceAll(d.held, ".", `\\.`))
	tell(t, tab, chromedp.Evaluate[chromedp.Void](`window.mark = 1; scrollTo(0, 200); `+button+`.focus({preventScroll: true})`))
	scrolled := ask(t, tab, chromedp.Evaluate[float64](`scrollY`))
	if scrolled == 0 {
		t.Fatal("the page does not scroll")
	}

	const title = "Une dépêche toute fraîche"
	_, err := d.client.Enqueue(t.Context(), []control.Request{{Accounts: []string{"breaking"}, Article: article.Result{Article: article.Article{
		Title: title, Slug: "fraiche", Teaser: "🗞️ " + title, Language: "fr", Format: "text", Source: "https://example.org/fraiche", Body: "Le corps.",
	}}}})
	if err != nil {
		t.Fatal(err)
	}
	d.until(t, tab, `document.querySelector("#account-breaking .post")?.innerText.includes("`+title+`")`)
	if kept := ask(t, tab, chromedp.Evaluate[bool](`window.mark === 1 && document.activeElement === `+button)); !kept {
		t.Error("the page was loaded anew, or lost the focus")
	}
	if now := ask(t, tab, chromedp.Evaluate[float64](`scrollY`)); now != scrolled {
		t.Errorf("scrolled from %v to %v", scrolled, now)
	}

	// What is done is gone; the focus does not fall out of the page.
	if _, err := d.client.Resolve(t.Context(), control.Resolution{ID: d.held, NotPosted: true}); err != nil {
		t.Fatal(err)
	}
	d.until(t, tab, button+` === null`)
	if in := ask(t, tab, chromedp.Evaluate[bool](`document.querySelector("main").contains(document.activeElement)`)); !in {
		t.Error("the focus fell out of the page")
	}
	u, err := url.Parse(d.status)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := seen.origins(t), []string{u.Scheme + "://" + u.Host}; !slices.Equal(got, want) {
		t.Errorf("the page asks %v, want %v", got, want)
	}
	seen.checkQuiet(t)

	// The end of the daemon waits for no reader, and the page says that it lost it.
	d.stop()
	d.until(t, tab, `document.getElementById("link").innerText.startsWith("Connection lost")`)
}

// obeys: all that the mouse can do, the keyboard can.
func (d *desk) obeys(t *testing.T, tab browserTab) {
	d.open(t, tab)
	const what = `(e => e.className + "|" + (e.getAttribute("aria-label") || e.innerText || "").trim())(document.activeElement)`
	tell(t, tab, chromedp.KeyEvent("\t"))
	if got := ask(t, tab, chromedp.Evaluate[string](what)); !strings.HasPrefix(got, "skip|") {
		t.Errorf("the first stop is %q, want the link to the content", got)
	}
	tell(t, tab, chromedp.KeyEvent("\r"))
	tell(t, tab, chromedp.KeyEvent("\t"))
	if got := ask(t, tab, chromedp.Evaluate[string](what)); !strings.HasPrefix(got, "copy|Copy: crieur resume") && !strings.HasPrefix(got, "copy|Copy: crieur resolve") {
		t.Errorf("the first stop in the content is %q, want a command", got)
	}
	tell(t, tab, chromedp.KeyEvent("\r"))
	if got := ask(t, tab, chromedp.Evaluate[string](`getSelection().toString()`)); !strings.HasPrefix(got, "crieur ") {
		t.Errorf("the selection is %q, want the command", got)
	}
}

// open shows the page, once it follows what happens.
func (d *desk) open(t *testing.T, tab browserTab) {
	t.Helper()
	tell(t, tab, chromedp.Navigate("about:blank"), chromedp.Navigate(d.status))
	d.until(t, tab, `document.getElementById("link").innerText === "Live"`)
}

// until waits for something to be true of the page.
func (d *desk) until(t *testing.T, tab browserTab, what string) {
	t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for !ask(t, tab, chromedp.Evaluate[bool](`!!(`+what+`)`)) {
		if time.Now().After(deadline) {
			t.Fatalf("never true: %s", what)
		}
		tell(t, tab, chromedp.Sleep(50*time.Millisecond))
	}
}
