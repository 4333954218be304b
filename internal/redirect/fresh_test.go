package redirect

import (
	"errors"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// world is a source whose pages change; every change makes a new version.
type world struct {
	mu      sync.Mutex
	version Version
	pages   map[string]Page
	broken  error
	loads   atomic.Int64
	gate    chan struct{} // when there is one, loading waits for it
}

func newWorld(pages ...Page) *world {
	w := &world{pages: map[string]Page{}}
	for _, p := range pages {
		w.pages[p.Slug] = p
	}
	return w
}

func (w *world) change(fn func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	fn()
	w.version.Articles++
}

func (w *world) handler() http.Handler {
	return Handler(Source{
		Version: func() (Version, error) {
			w.mu.Lock()
			defer w.mu.Unlock()
			return w.version, w.broken
		},
		Page: func(slug string) (Page, bool, error) {
			w.loads.Add(1)
			if w.gate != nil {
				<-w.gate
			}
			w.mu.Lock()
			defer w.mu.Unlock()
			p, ok := w.pages[slug]
			return p, ok, w.broken
		},
		Feed: func(int) (Feed, error) {
			w.mu.Lock()
			defer w.mu.Unlock()
			f := Feed{URL: "https://crieur.example.org"}
			for _, p := range w.pages {
				f.Pages = append(f.Pages, p)
			}
			return f, w.broken
		},
	})
}

func TestAThousandReadersAtOnceCostOneRendering(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(frenchPage())
		w.gate = make(chan struct{})
		h := w.handler()
		var wg sync.WaitGroup
		for range 1000 {
			wg.Go(func() {
				if rec := ask(h, "GET", "/"+frenchPage().Slug); rec.Code != 200 {
					t.Errorf("status %d", rec.Code)
				}
			})
		}
		synctest.Wait() // all of them wait for the one
		close(w.gate)
		wg.Wait()
		ask(h, "GET", "/"+frenchPage().Slug)
		if n := w.loads.Load(); n != 1 {
			t.Errorf("the page was loaded %d times", n)
		}
	})
}

func TestWhoSeesTheReceiptsVersionNeverGetsThePageBeforeIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		before := frenchPage()
		before.Posts = nil
		w := newWorld(before)
		w.gate = make(chan struct{})
		h := w.handler()
		go ask(h, "GET", "/"+before.Slug) // loads, and takes its time
		synctest.Wait()
		w.change(func() { w.pages[before.Slug] = frenchPage() })
		got := make(chan string)
		go func() { got <- ask(h, "GET", "/"+before.Slug).Body.String() }()
		synctest.Wait()
		close(w.gate)
		if body := <-got; !strings.Contains(body, "x.com/crieur/status") {
			t.Errorf("no receipt:\n%s", body)
		}
	})
}

func TestAReceiptShowsInEveryFormWithTheNextRequest(t *testing.T) {
	before := frenchPage()
	before.Posts = nil
	w := newWorld(before)
	h := w.handler()
	for _, path := range []string{"/" + before.Slug, "/" + before.Slug + "?stay", "/" + before.Slug + ".json"} {
		w.change(func() { w.pages[before.Slug] = before })
		old := ask(h, "GET", path)
		w.change(func() { w.pages[before.Slug] = frenchPage() })
		now := ask(h, "GET", path)
		const receipt = "x.com/crieur/status/1445880548472328192"
		if strings.Contains(old.Body.String(), receipt) || !strings.Contains(now.Body.String(), receipt) {
			t.Errorf("%s: before:\n%s\nafter:\n%s", path, old.Body, now.Body)
		}
	}
}

func TestASlugIsFoundAsSoonAsItExistsAndGoneAsSoonAsItDoesNot(t *testing.T) {
	w := newWorld()
	h := w.handler()
	for range 3 {
		for range 5 {
			if rec := ask(h, "GET", "/openai-signe-un-contrat"); rec.Code != 404 {
				t.Fatalf("before: status %d", rec.Code)
			}
		}
		w.change(func() { w.pages[frenchPage().Slug] = frenchPage() })
		if rec := ask(h, "GET", "/openai-signe-un-contrat"); rec.Code != 200 {
			t.Fatalf("status %d", rec.Code)
		}
		w.change(func() { clear(w.pages) })
	}
	if n := w.loads.Load(); n != 6 {
		t.Errorf("the source was asked %d times, want once for each state", n)
	}
}

func TestAConfigurationReloadedIsAnotherVersion(t *testing.T) {
	w := newWorld(frenchPage())
	h := w.handler()
	ask(h, "GET", "/"+frenchPage().Slug)
	w.mu.Lock()
	p := w.pages[frenchPage().Slug]
	p.SiteTitle = "Le nouveau crieur"
	w.pages[p.Slug] = p
	w.version.Settings++
	w.mu.Unlock()
	if rec := ask(h, "GET", "/"+p.Slug); !strings.Contains(rec.Body.String(), p.SiteTitle) {
		t.Errorf("old page:\n%s", rec.Body)
	}
}

func TestWhileTheSourceFailsPagesAreAsLastKnown(t *testing.T) {
	w := newWorld(frenchPage())
	h := w.handler()
	ask(h, "GET", "/"+frenchPage().Slug)
	w.change(func() { w.broken = errors.New("disk") })
	if rec := ask(h, "GET", "/"+frenchPage().Slug); rec.Code != 200 {
		t.Errorf("a page that was read: status %d", rec.Code)
	}
	if rec := ask(h, "GET", "/other"); rec.Code != http.StatusServiceUnavailable {
		t.Errorf("a page that never was: status %d", rec.Code)
	}
	w.change(func() { w.broken = nil; clear(w.pages) })
	if rec := ask(h, "GET", "/"+frenchPage().Slug); rec.Code != 404 {
		t.Errorf("after the failure: status %d", rec.Code)
	}
}

func TestAChangeElsewhereLeavesThePageItsTagAndMoment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(frenchPage())
		h := w.handler()
		ask(h, "GET", "/"+frenchPage().Slug)
		time.Sleep(5 * time.Second)
		first := ask(h, "GET", "/"+frenchPage().Slug).Header()
		w.change(func() { w.pages["town-crier"] = englishPage() })
		time.Sleep(5 * time.Second)
		again := ask(h, "GET", "/"+frenchPage().Slug).Header()
		for _, name := range []string{"ETag", "Last-Modified"} {
			if first.Get(name) == "" || first.Get(name) != again.Get(name) {
				t.Errorf("%s: %q, then %q", name, first.Get(name), again.Get(name))
			}
		}
		since := first.Get("Last-Modified")
		if rec := ask(h, "GET", "/"+frenchPage().Slug, "If-Modified-Since", since); rec.Code != http.StatusNotModified {
			t.Errorf("not modified since %s: status %d", since, rec.Code)
		}
		if rec := ask(h, "GET", "/"+frenchPage().Slug, "If-Modified-Since", since, "If-None-Match", `"other"`); rec.Code != 200 {
			t.Errorf("the tag outranks the moment: status %d", rec.Code)
		}
	})
}

// A page is posted and gets its receipt within one second, which is all that
// If-Modified-Since can tell apart.
func TestNoMomentHidesAChangeOfTheSameSecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		before := frenchPage()
		before.Posts = nil
		w := newWorld(before)
		h := w.handler()
		time.Sleep(200 * time.Millisecond)
		for i := range 40 {
			w.change(func() { w.pages[before.Slug] = []Page{before, frenchPage()}[i%2] })
			rec := ask(h, "GET", "/"+before.Slug)
			seen, ok := rec.Header()["Last-Modified"]
			since := time.Now().UTC().Format(http.TimeFormat) // what a reader without one takes: its own clock
			if ok {
				since = seen[0]
				if at, err := http.ParseTime(since); err != nil || at.After(time.Now()) {
					t.Fatalf("modified in the future: %s, %v", since, err)
				}
			}
			time.Sleep(time.Duration(i%7) * 90 * time.Millisecond)
			w.change(func() { w.pages[before.Slug] = []Page{frenchPage(), before}[i%2] })
			if rec := ask(h, "GET", "/"+before.Slug, "If-Modified-Since", since); rec.Code != 200 {
				t.Fatalf("change %d is hidden behind %s: status %d", i, since, rec.Code)
			}
			time.Sleep(time.Duration(i%5) * 400 * time.Millisecond)
		}
	})
}

func TestReadersAndChangesAtTheSameTime(t *testing.T) {
	w := newWorld(frenchPage(), englishPage())
	h := w.handler()
	var wg sync.WaitGroup
	stop := make(chan struct{})
	var n atomic.Int64
	for i := range 8 {
		wg.Go(func() {
			paths := []string{"/town-crier", "/openai-signe-un-contrat", "/town-crier.json", "/feed.xml", "/none", "/town-crier?stay"}
			for j := i; ; j++ {
				select {
				case <-stop:
					return
				default:
				}
				least := n.Load() // what was there before the request has to be in the answer
				path := paths[j%len(paths)]
				rec := ask(h, "GET", path, "Accept-Encoding", []string{"br", "gzip", "identity"}[j%3])
				if path == "/none" {
					if rec.Code != 404 {
						t.Errorf("%s: status %d", path, rec.Code)
					}
					continue
				}
				body := decoded(t, rec)
				if rec.Code != 200 || (strings.HasPrefix(path, "/town") && !containsAtLeast(body, least, n.Load()+1)) {
					t.Errorf("%s: status %d, without change %d:\n%s", path, rec.Code, least, body)
				}
			}
		})
	}
	for i := range int64(100) {
		w.change(func() {
			p := englishPage()
			p.Article.Title = title(i)
			w.pages[p.Slug] = p
		})
		n.Store(i)
		time.Sleep(time.Millisecond)
	}
	close(stop)
	wg.Wait()
}

func title(n int64) string { return "Change " + strings.Repeat("i", int(n)+1) + "." }

func containsAtLeast(body string, least, most int64) bool {
	if strings.Contains(body, englishPage().Article.Title) {
		return least == 0
	}
	for n := least; n <= most; n++ {
		if strings.Contains(body, title(n)) {
			return true
		}
	}
	return false
}
