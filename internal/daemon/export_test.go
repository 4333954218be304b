package daemon

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"crieur/config"
	"crieur/internal/delivery"
)

func readFile(t *testing.T, path ...string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(path...))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	return string(b)
}

// TestTheFilesFollowWhatHappens: receipts, a start that finds files missing,
// and a withdrawal.
func TestTheFilesFollowWhatHappens(t *testing.T) {
	cfg, box := newConfig(t)
	cfg.Pages.ExportDir = filepath.Join(t.TempDir(), "www")
	d, stop := start(t, cfg)
	e := enqueue(t, cfg, "")
	page := filepath.Join(cfg.Pages.ExportDir, e.Slug+".html")
	until(t, "both receipts in the file", func() bool {
		posts := append(box.X.Posts(), box.Mastodon.Posts()...)
		text := readFile(t, page)
		return len(posts) == 2 && strings.Contains(text, posts[0].ID) && strings.Contains(text, posts[1].ID)
	})
	_, served := fetch(t, "http://"+d.Addr("pages")+"/"+e.Slug)
	if readFile(t, page) != served {
		t.Error("the file is not what is served")
	}
	stop()
	if err := os.Remove(page); err != nil {
		t.Fatal(err)
	}
	_, stop = start(t, cfg)
	until(t, "the missing file", func() bool { return readFile(t, page) == served })
	stop()
	d, stop = start(t, cfg)
	defer stop()
	if _, err := d.Service().Withdraw(t.Context(), e.ID); err != nil {
		t.Fatal(err)
	}
	until(t, "the notice in place of the page", func() bool {
		_, err := os.Stat(page)
		return errors.Is(err, os.ErrNotExist) && readFile(t, cfg.Pages.ExportDir, "gone", e.Slug+".html") != ""
	})
}

// TestThePageIsAFileBeforeItsPostExists: a web server of files only passes the look at
// the page, which comes before the first request to a platform.
func TestThePageIsAFileBeforeItsPostExists(t *testing.T) {
	cfg, box := newConfig(t)
	cfg.Pages.ExportDir = filepath.Join(t.TempDir(), "www")
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := filepath.Join(cfg.Pages.ExportDir, filepath.Base(r.URL.Path))
		if !strings.Contains(filepath.Base(name), ".") {
			name += ".html"
		}
		http.ServeFile(w, r, name)
	}))
	defer front.Close()
	cfg.Site.BaseURL, cfg.Pages.Preflight = front.URL, true
	d, stop := start(t, cfg)
	defer stop()
	enqueue(t, cfg, "")
	until(t, "an end of both", func() bool {
		c := counts(t, d)
		return c[delivery.Delivered]+c[delivery.Held] == 2
	})
	if n := len(box.X.Posts()) + len(box.Mastodon.Posts()); n != 2 {
		t.Errorf("%d posts, want 2: the page was not there when it was looked at", n)
	}
}

// TestAFolderThatCannotBeWrittenIsToldOnceAndHoldsNoPost, and is written once it can be.
func TestAFolderThatCannotBeWrittenIsToldOnceAndHoldsNoPost(t *testing.T) {
	cfg, _ := newConfig(t)
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	cfg.Pages.ExportDir = filepath.Join(file, "www")
	hook, got := newHook(t)
	cfg.Alerts = []config.Alert{hook}
	tries := &counted{}
	d, err := New(cfg, Options{Version: "test", Log: slog.New(slog.NewTextHandler(tries, nil))})
	if err != nil {
		t.Fatal(err)
	}
	d.files.again = time.Millisecond
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- d.Run(ctx) }()
	enqueue(t, cfg, "")
	until(t, "both posts", func() bool { return counts(t, d)[delivery.Delivered] == 2 })
	until(t, "several tries", func() bool { return tries.n.Load() > 3 })
	if text := heard(t, got); !strings.Contains(text, "pages.export_dir") || !strings.Contains(text, file) {
		t.Errorf("alert %q", text)
	}
	failing := func() string {
		st, err := d.Service().Status(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return st.ExportError
	}
	if why, line := failing(), d.readStatusLine(time.Now()); !strings.Contains(why, file) || !strings.Contains(line, "pages are not written") {
		t.Errorf("the status tells %q, systemd's line %q", why, line)
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	until(t, "the files once there is room", func() bool { return readFile(t, cfg.Pages.ExportDir, "feed.xml") != "" })
	if text := heard(t, got); !strings.Contains(text, "written to pages.export_dir again") {
		t.Errorf("of the end: %q", text)
	}
	if why := failing(); why != "" {
		t.Errorf("after the end the status tells %q", why)
	}
	cancel()
	if err := <-ended; err != nil { // it sends what waits, too
		t.Error(err)
	}
	select {
	case text := <-got:
		t.Errorf("told again: %q", text)
	default:
	}
}

// TestPagesThatTheOutboxDoesNotKnowAreToldAndStay: posts lead there.
func TestPagesThatTheOutboxDoesNotKnowAreToldAndStay(t *testing.T) {
	cfg, _ := newConfig(t)
	cfg.Pages.ExportDir = filepath.Join(t.TempDir(), "www")
	d, stop := start(t, cfg)
	e := enqueue(t, cfg, "")
	until(t, "both posts", func() bool { return counts(t, d)[delivery.Delivered] == 2 })
	stop()
	record := readFile(t, cfg.Pages.ExportDir, e.Slug+".json")

	cfg.Outbox.Path = filepath.Join(t.TempDir(), "another.db")
	heard := &told{of: "pages=1 such_as=" + e.Slug}
	d, err := New(cfg, Options{Version: "test", Log: slog.New(slog.NewTextHandler(heard, nil))})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- d.Run(ctx) }()
	until(t, "a word of it", heard.yes.Load)
	if got := readFile(t, cfg.Pages.ExportDir, e.Slug+".json"); got != record || record == "" {
		t.Errorf("the record is now %q, was %q", got, record)
	}
	removed, err := d.Service().Prune(t.Context(), cfg.Pages.ExportDir, nil)
	if err != nil || removed != 1 || readFile(t, cfg.Pages.ExportDir, e.Slug+".html") != "" {
		t.Errorf("removed %d, %v", removed, err)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// told hears whether a log tells of something.
type told struct {
	of  string
	yes atomic.Bool
}

func (l *told) Write(line []byte) (int, error) {
	if strings.Contains(string(line), l.of) {
		l.yes.Store(true)
	}
	return len(line), nil
}

// counted counts the lines of a log that tell of a try.
type counted struct{ n atomic.Int64 }

func (c *counted) Write(line []byte) (int, error) {
	if strings.Contains(string(line), "pages not written as files") {
		c.n.Add(1)
	}
	return len(line), nil
}
