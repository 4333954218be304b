package daemon

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"crieur/config"
	"crieur/internal/alert"
	"crieur/internal/outbox"
	"crieur/internal/redirect"
)

// exportWorld is an exporter over an outbox with posted articles, and their slugs.
func exportWorld(t *testing.T, titles ...string) (e *exporter, slugs []string) {
	t.Helper()
	w := newProbeWorld(t)
	for _, title := range titles {
		slugs = append(slugs, w.article(w.post(title, "")).Slug)
	}
	return exporterOf(t, w.ob, w.cfg), slugs
}

func exporterOf(t *testing.T, ob *outbox.Outbox, cfg config.Config) *exporter {
	t.Helper()
	cfg.Site.BaseURL, cfg.Pages.ExportDir = "https://news.example.org", filepath.Join(t.TempDir(), "www")
	o, err := offline(cfg, ob, "test")
	if err != nil {
		t.Fatal(err)
	}
	nobody, err := alert.New(alert.Options{})
	if err != nil {
		t.Fatal(err)
	}
	share := &redirect.Share{Data: jpegImage(t), Type: "image/jpeg", Width: 600, Height: 315} // to draw one takes its time
	g := &generation{cfg: cfg, service: o.Service, alerts: nobody, files: pageFiles{share: share}}
	return newExporter(&pages{outbox: ob, log: slog.New(slog.DiscardHandler), now: func() *generation { return g }})
}

func runExporter(t *testing.T, e *exporter) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { e.run(ctx); close(ended) }()
	t.Cleanup(func() { cancel(); <-ended })
}

func closes(t *testing.T, what string, done <-chan struct{}) {
	t.Helper()
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		t.Fatalf("not within ten seconds: %s", what)
	}
}

// TestAPageThatCannotBeWrittenKeepsBackNoOther: others follow their receipts at once, and
// it is tried again by itself, whatever is the matter with it.
func TestAPageThatCannotBeWrittenKeepsBackNoOther(t *testing.T) {
	e, slugs := exportWorld(t, "Un", "Deux")
	e.again = 200 * time.Millisecond
	broken, lines := &atomic.Bool{}, &told{of: slugs[0]}
	e.log = slog.New(slog.NewTextHandler(lines, nil))
	well := e.source
	e.source = func() redirect.Source {
		src := well()
		page := src.Page
		src.Page = func(slug string) (redirect.Page, bool, error) {
			if broken.Load() && slug == slugs[0] {
				panic("a page without paper")
			}
			return page(slug)
		}
		return src
	}
	e.touchAll()
	runExporter(t, e)
	feed, mine, other := filepath.Join(e.dir(), "feed.xml"), filepath.Join(e.dir(), slugs[0]+".html"), filepath.Join(e.dir(), slugs[1]+".html")
	until(t, "all of them", func() bool { return readFile(t, feed) != "" })
	for _, c := range []struct {
		name         string
		worsen, mend func() error
	}{
		{"a folder has its name", func() error { return os.MkdirAll(filepath.Join(mine, "something"), 0o755) }, func() error { return os.RemoveAll(mine) }},
		{"its renderer panics", func() error { broken.Store(true); return nil }, func() error { broken.Store(false); return nil }},
	} {
		t.Run(c.name, func(t *testing.T) {
			lines.yes.Store(false)
			if err := errors.Join(os.Remove(mine), c.worsen()); err != nil {
				t.Fatal(err)
			}
			closes(t, "the try", e.touch(slugs[0]))
			until(t, "the failure told", lines.yes.Load)
			for range 3 {
				if err := os.Remove(other); err != nil {
					t.Fatal(err)
				}
				closes(t, "the other page", e.touch(slugs[1]))
				if readFile(t, other) == "" {
					t.Fatal("nobody waits for a page that could be written")
				}
			}
			if err := c.mend(); err != nil {
				t.Fatal(err)
			}
			written := func() bool {
				fi, err := os.Stat(mine)
				return err == nil && fi.Mode().IsRegular()
			}
			// The next try is ten times as far away as the last one took.
			for deadline := time.Now().Add(time.Minute); !written(); time.Sleep(10 * time.Millisecond) {
				if time.Now().After(deadline) {
					t.Fatal("not tried again within a minute")
				}
			}
		})
	}
}

// TestAPageThatIsWaitedForGoesBeforeTheBacklog, and who waits for it is let go at once: a
// post waits two seconds.
func TestAPageThatIsWaitedForGoesBeforeTheBacklog(t *testing.T) {
	e, slugs := exportWorld(t, "Un", "Deux", "Trois", "Quatre", "Cinq")
	well, slow := e.source, make(chan struct{})
	begun := make(chan string)
	urgent := slugs[0]
	e.source = func() redirect.Source {
		src := well()
		page := src.Page
		src.Page = func(slug string) (redirect.Page, bool, error) {
			if slug != urgent {
				select {
				case begun <- slug:
					<-slow
				case <-t.Context().Done(): // the test gave up
				}
			}
			return page(slug)
		}
		return src
	}
	e.touchAll()
	runExporter(t, e)
	<-begun // the first of the backlog is under way
	done := e.touch(urgent)
	slow <- struct{}{}
	closes(t, "the page, after one of the backlog", done)
	if readFile(t, e.dir(), urgent+".html") == "" {
		t.Error("it is not there")
	}
	for range 3 {
		<-begun
		slow <- struct{}{}
	}
	until(t, "the feed after all", func() bool { return readFile(t, e.dir(), "feed.xml") != "" })
}

// TestAPageThatIsNotWrittenInTimeIsNotLookedAt: the look would find nothing and hold the
// post for a person. Without a look the post goes.
func TestAPageThatIsNotWrittenInTimeIsNotLookedAt(t *testing.T) {
	e, slugs := exportWorld(t, "Un")
	synctest.Test(t, func(t *testing.T) {
		looked := 0
		look := func(context.Context, string, string) error { looked++; return errors.New("status 404") }
		err := e.beforePost(look)(t.Context(), slugs[0], "x")
		if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), slugs[0]) || looked != 0 {
			t.Errorf("%v after %d looks", err, looked)
		}
		if err := e.beforePost(nil)(t.Context(), slugs[0], "x"); err != nil {
			t.Error(err)
		}
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		for _, look := range []func(context.Context, string, string) error{nil, look} {
			if err := e.beforePost(look)(ended, slugs[0], "x"); !errors.Is(err, context.Canceled) {
				t.Errorf("at the end: %v", err)
			}
		}
	})
}

// TestADamagedReceiptKeepsBackNoOther: the entries before and after it are followed, and
// every page is looked at for its sake, once.
func TestADamagedReceiptKeepsBackNoOther(t *testing.T) {
	path := filepath.Join(t.TempDir(), "outbox.db")
	ob, err := outbox.Open(path, outbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	w := &probeWorld{t: t, ob: ob, cfg: config.Default()}
	var slugs, ids []string
	for _, title := range []string{"Un", "Deux", "Trois", "Quatre"} {
		a := w.article(w.post(title, ""))
		slugs, ids = append(slugs, a.Slug), append(ids, a.ID)
	}
	if err := ob.Close(); err != nil {
		t.Fatal(err)
	}
	// The second entry leads nowhere: its key, a moment, and the delivery's ID.
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	entry := regexp.MustCompile(`(?s)r\x00{7}\x02.{1,16}?` + regexp.QuoteMeta(ids[1]))
	if !entry.Match(whole) {
		t.Fatal("the log has no second entry")
	}
	whole = entry.ReplaceAllFunc(whole, func(b []byte) []byte {
		return append(b[:len(b)-len(ids[1])], strings.Repeat("?", len(ids[1]))...)
	})
	if err := os.WriteFile(path, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	if ob, err = outbox.Open(path, outbox.Options{}); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := ob.Close(); err != nil {
			t.Error(err)
		}
	}()
	e := exporterOf(t, ob, w.cfg)
	lines := &told{of: "entry 2"}
	e.log = slog.New(slog.NewTextHandler(lines, nil))
	seq := uint64(0)
	e.receipts(&seq)
	touched := e.take()
	for i, slug := range slugs {
		if _, ok := touched[slug]; ok == (i == 1) {
			t.Errorf("touched %s: %t", slug, ok)
		}
	}
	if seq != 4 || !e.takeAll() || !lines.yes.Load() {
		t.Errorf("at entry %d, told %t", seq, lines.yes.Load())
	}
	e.receipts(&seq)
	if e.takeAll() || len(e.take()) != 0 {
		t.Error("it is met again")
	}
}

type writer func([]byte) (int, error)

func (w writer) Write(b []byte) (int, error) { return w(b) }

// TestAFolderThatCannotBeOpenedIsTriedNowAndThen: at once after a reload, else after a
// pause.
func TestAFolderThatCannotBeOpenedIsTriedNowAndThen(t *testing.T) {
	e, slugs := exportWorld(t, "Un")
	if err := os.WriteFile(e.dir(), []byte("no folder"), 0o600); err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		e.woken = make(chan struct{}, 1) // of this bubble
		ctx, cancel := context.WithCancel(t.Context())
		tries := &counted{}
		e.log = slog.New(slog.NewTextHandler(writer(func(line []byte) (int, error) {
			if tries.n.Load() > 1000 {
				cancel() // where it never rests time stands still
			}
			return tries.Write(line)
		}), nil))
		e.touchAll()
		ended := make(chan struct{})
		go func() { e.run(ctx); close(ended) }()
		begun := time.Now()
		for range 10 {
			e.touch(slugs[0])
			time.Sleep(e.again)
		}
		if n, most := tries.n.Load(), int64(time.Since(begun)/e.again)+1; n < most-1 || n > most {
			t.Errorf("tried %d times in %v, want %d", n, time.Since(begun), most)
		}
		synctest.Wait()
		before := tries.n.Load()
		e.touchAll() // a reload
		synctest.Wait()
		if n := tries.n.Load() - before; n != 1 {
			t.Errorf("%d tries at once after a reload, want 1", n)
		}
		if e.state() == "" {
			t.Error("the status says nothing")
		}
		cancel()
		<-ended
	})
}
