package daemon

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"crieur/config"
	"crieur/internal/outbox"
	"crieur/internal/redirect"
)

const (
	// exportAgain is how long files that could not be written wait for the next try.
	exportAgain = 30 * time.Second
	// exportBefore bounds how long a post waits for the files of its page.
	exportBefore = 2 * time.Second
)

// exporter keeps the files in pages.export_dir as the pages are. What changed is told to
// it; each start and each reload make it look at all.
type exporter struct {
	outbox *outbox.Outbox
	log    *slog.Logger
	now    func() *generation
	source func() redirect.Source // of the pages
	again  time.Duration          // exportAgain

	mu      sync.Mutex
	touched map[string]chan struct{} // by slug; closed once it was tried to write its files
	all     bool                     // look at every page
	failing bool                     // the folder cannot be written, whatever the page
	wrong   string                   // why not all pages are written, in one line; empty: they are
	woken   chan struct{}

	writing sync.Mutex // a page is read and written by one at a time: no old state follows a new one
}

func newExporter(p *pages) *exporter {
	return &exporter{
		outbox: p.outbox, log: p.log, now: p.now, source: p.source, again: exportAgain,
		touched: map[string]chan struct{}{}, woken: make(chan struct{}, 1),
	}
}

func (e *exporter) dir() string { return e.now().cfg.Pages.ExportDir }

// touch asks for the files of a page to be written anew. The channel is closed once
// that was tried, and at once where there is no folder or it cannot be written: nobody
// is to wait for the next try.
func (e *exporter) touch(slug string) <-chan struct{} {
	closed := make(chan struct{})
	close(closed)
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.dir() == "" {
		return closed
	}
	done, ok := e.touched[slug]
	if !ok {
		done = make(chan struct{})
		e.touched[slug] = done
	}
	e.wake()
	if e.failing {
		return closed
	}
	return done
}

func (e *exporter) touchAll() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.all = e.dir() != ""
	e.wake()
}

func (e *exporter) wake() {
	select {
	case e.woken <- struct{}{}:
	default: // it is awake already
	}
}

// take hands over the pages that were touched; who takes them closes their channels.
func (e *exporter) take() (touched map[string]chan struct{}) {
	e.mu.Lock()
	defer e.mu.Unlock()
	touched, e.touched = e.touched, map[string]chan struct{}{}
	return touched
}

// release lets go of who waits for pages that are not written now.
func (e *exporter) release() {
	for _, done := range e.take() {
		close(done)
	}
}

func (e *exporter) takeAll() (all bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	all, e.all = e.all, false
	return all
}

func (e *exporter) asked() (touched, all bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.touched) > 0, e.all
}

func (e *exporter) setFailing(failing bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.failing = failing
}

func (e *exporter) setWrong(err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.wrong = ""
	if err != nil {
		e.wrong = strings.ReplaceAll(err.Error(), "\n", "; ")
	}
}

// state is why not all pages are written as files; empty: they are, or nobody wants them.
func (e *exporter) state() string {
	if e.dir() == "" {
		return ""
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.wrong
}

// left names the files of a withdrawn page that are still there, once it was tried to
// remove them.
func (e *exporter) left(ctx context.Context, slug string) []string {
	wait := time.NewTimer(exportBefore)
	defer wait.Stop()
	select {
	case <-e.touch(slug):
	case <-ctx.Done():
	case <-wait.C:
	}
	return filesLeft(e.dir(), slug)
}

// filesLeft names what is there of a page's files.
func filesLeft(dir, slug string) (paths []string) {
	if dir == "" {
		return nil
	}
	for _, name := range redirect.FilesOf(slug) {
		path := filepath.Join(dir, name)
		if fi, err := os.Lstat(path); err == nil && fi.Mode().IsRegular() {
			paths = append(paths, path)
		}
	}
	return paths
}

// beforePost has the files of a page written before a post leads there, and lets look
// at it after that. A folder that cannot be written never holds a post by itself; where
// somebody looks, what is not written in time is not looked at yet, and the post waits.
func (e *exporter) beforePost(look func(ctx context.Context, slug, platform string) error) func(ctx context.Context, slug, platform string) error {
	return func(ctx context.Context, slug, platform string) error {
		wait := time.NewTimer(exportBefore)
		defer wait.Stop()
		select {
		case <-e.touch(slug):
		case <-ctx.Done():
			return fmt.Errorf("files of page %q: %w", slug, ctx.Err())
		case <-wait.C:
			if look != nil {
				return fmt.Errorf("files of page %q are not written within %v: %w", slug, exportBefore, context.DeadlineExceeded)
			}
		}
		if look == nil {
			return nil
		}
		return look(ctx, slug, platform)
	}
}

// before is what has to be before the first post that leads to a page.
func (e *exporter) before(cfg config.Config, pageURL func(slug string) string) func(ctx context.Context, slug, platform string) error {
	look := preflightOf(cfg, pageURL)
	if cfg.Pages.ExportDir == "" {
		return look
	}
	return e.beforePost(look)
}
