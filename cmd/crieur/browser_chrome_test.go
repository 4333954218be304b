package main

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// browserWithin bounds everything that a test asks of the browser.
const browserWithin = 5 * time.Minute

// browserTab is a tab; chromedp keeps it in a context.
type browserTab context.Context

// startBrowser runs Debian's Chromium without a window and ends it with the test.
func startBrowser(t *testing.T) browserTab {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		without(t, fmt.Errorf("chromium is not installed: %w", err))
	}
	ctx, cancel := context.WithTimeout(t.Context(), browserWithin)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx,
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck, chromedp.DisableGPU,
		chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("headless", "new"),
		chromedp.Flag("hide-scrollbars", true), // of screenshots
		chromedp.Flag("disable-dev-shm-usage", true),
		chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true),
		// Whatever it tries, no name but loopback's resolves.
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"),
	)
	t.Cleanup(cancel)
	tab, closeTab := chromedp.NewContext(ctx)
	t.Cleanup(closeTab)
	if err := chromedp.Do(tab); err != nil { // starts it
		t.Fatalf("chromium does not start: %v", err)
	}
	if _, err := chromedp.Call(tab, network.Enable, network.EnableParams{}); err != nil {
		t.Fatal(err)
	}
	// Pages may be cached for a while, and a test looks at them sooner.
	if _, err := chromedp.Call(tab, network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: true}); err != nil {
		t.Fatal(err)
	}
	return tab
}

// without skips a test that lacks something, or fails it where that must not be.
func without(t *testing.T, err error) {
	t.Helper()
	if os.Getenv("CRIEUR_NEED_BROWSER") == "1" {
		t.Fatalf("CRIEUR_NEED_BROWSER=1, but %v", err)
	}
	t.Skip(err)
}

// tell runs steps that tell nothing.
func tell(t *testing.T, tab browserTab, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(tab, steps...); err != nil {
		t.Fatal(err)
	}
}

// ask runs a step that tells something.
func ask[T any](t *testing.T, tab browserTab, step chromedp.Action[T]) T {
	t.Helper()
	answer, err := chromedp.Run(tab, step)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// evidence is what a tab did since watch, as the DevTools tell it.
type evidence struct {
	mu         sync.Mutex
	requests   []string
	complaints []string // console messages and browser log entries of level warning or error
}

func watch(t *testing.T, tab browserTab) *evidence {
	t.Helper()
	e := &evidence{}
	err := chromedp.Listen(tab, func(event any) {
		e.mu.Lock()
		defer e.mu.Unlock()
		switch event := event.(type) {
		case *network.EventRequestWillBeSent:
			e.requests = append(e.requests, event.Request.URL)
		case *log.EventEntryAdded:
			if l := event.Entry.Level; l == log.EntryLevelError || l == log.EntryLevelWarning {
				e.complaints = append(e.complaints, fmt.Sprintf("%s: %s %s", l, event.Entry.Text, event.Entry.URL))
			}
		case *runtime.EventConsoleAPICalled:
			if c := event.Type; c == runtime.ConsoleAPICalledTypeError || c == runtime.ConsoleAPICalledTypeWarning || c == runtime.ConsoleAPICalledTypeAssert {
				for _, arg := range event.Args {
					e.complaints = append(e.complaints, fmt.Sprintf("console.%s: %s%s", c, arg.Value, arg.Description))
				}
			}
		case *runtime.EventExceptionThrown:
			e.complaints = append(e.complaints, "exception: "+event.ExceptionDetails.Text)
		}
	})
	if err == nil {
		_, err = chromedp.Call(tab, log.Enable, cdp.Empty{})
	}
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// origins are those that were asked for anything, each once.
func (e *evidence) origins(t *testing.T) []string {
	t.Helper()
	e.mu.Lock()
	defer e.mu.Unlock()
	var list []string
	for _, raw := range e.requests {
		u, err := url.Parse(raw)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, u.Scheme+"://"+u.Host)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

func (e *evidence) complained() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.complaints)
}

func (e *evidence) checkQuiet(t *testing.T) {
	t.Helper()
	for _, c := range e.complained() {
		t.Errorf("the browser complains: %s", c)
	}
}
