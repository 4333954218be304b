package main

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"crieur/internal/control"
)

// linkTargets are the addresses of all links, as the browser resolves them.
const linkTargets = `Array.from(document.links, a => a.href)`

func TestInABrowserThePageShowsTheReceiptsAndForwardsAfterItsDelay(t *testing.T) {
	tab := startBrowser(t)
	n := openNewsstand(t, time.Second)
	seen := watch(t, tab)

	opened := time.Now()
	tell(t, tab, chromedp.Navigate(n.page))
	links := ask(t, tab, chromedp.Evaluate[[]string](linkTargets))
	if address := ask(t, tab, chromedp.Location()); address != n.page {
		t.Fatalf("the browser is at %s before it read the page", address)
	}
	if len(n.posted) != 2 {
		t.Errorf("posted as %v, want one post on each platform", n.posted)
	}
	for _, want := range append([]string{n.source.URL + "/story", n.page + "?stay"}, n.posted...) {
		if !slices.Contains(links, want) {
			t.Errorf("the page does not link to %s, only to\n%s", want, strings.Join(links, "\n"))
		}
	}
	if got, want := seen.origins(t), []string{strings.TrimSuffix(n.page, n.path())}; !slices.Equal(got, want) {
		t.Errorf("before it forwards, the page asks %v, want %v", got, want)
	}

	select {
	case arrived := <-n.asked:
		if d := arrived.Sub(opened); d < time.Second {
			t.Errorf("forwarded after %s, want 1s or more", d)
		}
	case <-time.After(30 * time.Second):
		t.Fatal("the page does not forward")
	}
	// The source is asked before its answer is shown.
	want, address := n.source.URL+"/story", ""
	err := poll(tab, func() (bool, error) {
		address = ask(t, tab, chromedp.Location())
		return address == want, nil
	})
	if err != nil {
		t.Errorf("forwarded to %s, want %s: %v", address, want, err)
	}
	seen.checkQuiet(t)
}

func TestInABrowserAPageWithStayStays(t *testing.T) {
	tab := startBrowser(t)
	n := openNewsstand(t, time.Second)
	seen := watch(t, tab)
	tell(t, tab, chromedp.Navigate(n.page+"?stay"), chromedp.Sleep(3*time.Second))
	links := ask(t, tab, chromedp.Evaluate[[]string](linkTargets))
	if address := ask(t, tab, chromedp.Location()); address != n.page+"?stay" || len(n.asked) > 0 {
		t.Errorf("the browser is at %s, the source was asked %d times", address, len(n.asked))
	}
	for _, want := range n.posted {
		if !slices.Contains(links, want) {
			t.Errorf("the page does not link to %s, only to\n%s", want, strings.Join(links, "\n"))
		}
	}
	if got, want := seen.origins(t), []string{strings.TrimSuffix(n.page, n.path())}; !slices.Equal(got, want) {
		t.Errorf("the page asks %v, want %v", got, want)
	}
	seen.checkQuiet(t)
}

// browserView is something of crieur that people see in a browser.
type browserView struct {
	name, url string
	code      int64
	off       []string // axe's rules that cannot hold
}

// browserViews ends with the notice of an article that prepare withdraws.
func (n *newsstand) browserViews() []browserView {
	// A reader can turn the forward and the refresh off, by the link to ?stay, as
	// WCAG 2.2.1 wants; axe sees only that there is one.
	refreshes := []string{"meta-refresh"}
	pages := strings.TrimSuffix(n.page, n.path())
	return []browserView{
		{"page", n.page, http.StatusOK, refreshes},
		{"page-stay", n.page + "?stay", http.StatusOK, nil},
		{"status", n.status, http.StatusOK, nil},
		{"status-stay", n.status + "?stay", http.StatusOK, nil},
		{"notice-404", pages + "/no-such-page", http.StatusNotFound, nil},
		{"notice-withdrawn", n.page, http.StatusGone, nil},
	}
}

// open shows a view, and withdraws the article first where that is what it is about.
func (n *newsstand) open(t *testing.T, tab browserTab, v browserView) {
	t.Helper()
	if v.code == http.StatusGone {
		n.withdraw(t)
	}
	// A reload of the same address would not wait for another document.
	tell(t, tab, chromedp.Navigate("about:blank"))
	resp, err := chromedp.RunResponse(tab, chromedp.Navigate(v.url))
	if err != nil {
		t.Fatal(err)
	}
	if resp.Status != v.code {
		t.Fatalf("%s: HTTP %d, want %d", v.url, resp.Status, v.code)
	}
}

func TestInABrowserAxeFindsNoViolation(t *testing.T) {
	script, err := axeScript()
	if err != nil {
		without(t, err)
	}
	tab := startBrowser(t)
	n := openNewsstand(t, time.Hour)
	for _, v := range n.browserViews() {
		for scheme, width := range map[string]int64{"light": 1280, "dark": 320} {
			t.Run(v.name+"-"+scheme, func(t *testing.T) {
				tell(t, tab, chromedp.EmulateViewport(width, 900))
				prefer(t, tab, scheme)
				n.open(t, tab, v)
				checkAxe(t, axe(t, tab, script, v.off...))
			})
		}
	}
}

// TestAxeFindsWhatIsWrong: a judge that passes everything would prove nothing.
func TestAxeFindsWhatIsWrong(t *testing.T) {
	script, err := axeScript()
	if err != nil {
		without(t, err)
	}
	tab := startBrowser(t)
	tell(t, tab, chromedp.Navigate(`data:text/html,<title>x</title><meta http-equiv="refresh" content="60"><p style="color:%23999;background:%23aaa">faint`))
	var found []string
	for _, v := range axe(t, tab, script).Violations {
		found = append(found, v.ID)
	}
	for _, want := range []string{"color-contrast", "html-has-lang", "meta-refresh"} {
		if !slices.Contains(found, want) {
			t.Errorf("axe finds %v, not %s", found, want)
		}
	}
}

// TestTheWatchSeesWhatIsWrong: what it does not see, no test above would miss.
func TestTheWatchSeesWhatIsWrong(t *testing.T) {
	tab := startBrowser(t)
	seen := watch(t, tab)
	other := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(other.Close)
	tell(t, tab, chromedp.Navigate(`data:text/html,<title>x</title><script>console.warn("well")</script><script>lost()</script><img src="`+other.URL+`/x.png">`))
	if !slices.Contains(seen.origins(t), other.URL) {
		t.Errorf("origins seen: %v, want %s too", seen.origins(t), other.URL)
	}
	all := strings.Join(seen.complained(), "\n")
	for _, want := range []string{"console.warning", "exception", other.URL} {
		if !strings.Contains(all, want) {
			t.Errorf("no %s among the complaints seen:\n%s", want, all)
		}
	}
}

// prefer makes the reader one who wants "light" or "dark".
func prefer(t *testing.T, tab browserTab, scheme string) {
	t.Helper()
	_, err := chromedp.Call(tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	})
	if err != nil {
		t.Fatal(err)
	}
}

// path is that of the article's page.
func (n *newsstand) path() string { return n.page[strings.LastIndexByte(n.page, '/'):] }

// withdraw takes the only article back; to do so again changes nothing.
func (n *newsstand) withdraw(t *testing.T) {
	t.Helper()
	var id string
	err := n.client.List(t.Context(), control.ListFilter{}, func(d control.ListedDelivery) error { id = d.ID; return nil })
	if err != nil {
		t.Fatal(err)
	}
	if _, err := n.client.Withdraw(t.Context(), id); err != nil {
		t.Fatal(err)
	}
}
