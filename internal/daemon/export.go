package daemon

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"crieur/config"
	"crieur/internal/alert"
	"crieur/internal/control"
	"crieur/internal/delivery"
	"crieur/internal/journal"
	"crieur/internal/outbox"
	"crieur/internal/redirect"
)

const (
	// exportAgain is how long files that could not be written wait for the next try.
	exportAgain = 30 * time.Second
	// exportBefore bounds how long a post waits for the files of its page.
	exportBefore = 2 * time.Second
	// exportAtOnce is how many pages of a whole round are written before it is looked
	// whether one has changed.
	exportAtOnce = 20
)

// exporter keeps the files in pages.export_dir as the pages are. What changed is told to
// it; each start and each reload make it look at all.
type exporter struct {
	d     *Daemon
	again time.Duration // exportAgain

	mu      sync.Mutex
	touched map[string]chan struct{} // by slug; closed once it was tried to write its files
	all     bool                     // look at every page
	failing bool                     // the last round did
	woken   chan struct{}

	writing sync.Mutex // a page is read and written by one at a time: no old state follows a new one
}

func newExporter(d *Daemon) *exporter {
	return &exporter{d: d, again: exportAgain, touched: map[string]chan struct{}{}, woken: make(chan struct{}, 1)}
}

// touch asks for the files of a page to be written anew. The channel is closed once
// that was tried, and at once where there is no folder or it failed a moment ago: nobody
// is to wait for the next try.
func (e *exporter) touch(slug string) <-chan struct{} {
	closed := make(chan struct{})
	close(closed)
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.d.current.Load().cfg.Pages.ExportDir == "" {
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
	e.all = e.d.current.Load().cfg.Pages.ExportDir != ""
	e.wake()
}

func (e *exporter) wake() {
	select {
	case e.woken <- struct{}{}:
	default: // it is awake already
	}
}

func (e *exporter) take() (touched map[string]chan struct{}, all bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	touched, all = e.touched, e.all
	e.touched, e.all = map[string]chan struct{}{}, false
	return touched, all
}

// beforePost has the files of a page written before a post leads there, and lets look
// at it after that. A folder that cannot be written never holds a post.
func (e *exporter) beforePost(look func(ctx context.Context, slug, platform string) error) func(ctx context.Context, slug, platform string) error {
	return func(ctx context.Context, slug, platform string) error {
		wait := time.NewTimer(exportBefore)
		defer wait.Stop()
		select {
		case <-e.touch(slug):
		case <-wait.C:
		case <-ctx.Done():
		}
		if look == nil {
			return nil
		}
		return look(ctx, slug, platform)
	}
}

// preflight is what has to be before the first post that leads to a page.
func (e *exporter) preflight(cfg config.Config) func(ctx context.Context, slug, platform string) error {
	if cfg.Pages.ExportDir == "" {
		return preflightOf(cfg)
	}
	return e.beforePost(preflightOf(cfg))
}

// run works until ctx ends.
func (e *exporter) run(ctx context.Context) {
	var seq uint64 // of the log of receipts; the first whole round sees all before it
	var backlog []string
	var wrong error // the first of a round
	begun := time.Now()
	if last, err := e.d.outbox.LastReceipt(); err == nil {
		seq = last
	}
	for ctx.Err() == nil {
		receipt := e.d.outbox.NextReceipt() // before it is read, so that nothing is missed
		err := e.receipts(&seq)
		touched, all := e.take()
		if all {
			slugs, errAll := publishedSlugs(e.d.outbox)
			backlog, err = slugs, errors.Join(err, errAll)
		}
		now := min(exportAtOnce, len(backlog))
		if all || len(touched)+now > 0 {
			err = errors.Join(err, e.write(touched, backlog[:now], all))
		}
		for _, done := range touched {
			close(done)
		}
		if wrong == nil {
			wrong = err
		}
		// A page that cannot be written keeps back no other.
		if backlog = backlog[now:]; len(backlog) > 0 {
			continue
		}
		e.settle(wrong)
		if wrong == nil {
			e.sleep(ctx, receipt)
			begun = time.Now()
			continue
		}
		wrong = nil
		sleepUntil(ctx, time.Now().Add(max(e.again, 10*time.Since(begun)))) // a full disk is not tried with every post
		begun = time.Now()
		e.touchAll() // what changed meanwhile is not known
	}
	touched, _ := e.take()
	for _, done := range touched {
		close(done)
	}
}

func (e *exporter) sleep(ctx context.Context, receipt <-chan struct{}) {
	select {
	case <-ctx.Done():
	case <-e.woken:
	case <-receipt:
	}
}

// settle notes how a round ended: each failure is logged, and an operator told of the
// first.
func (e *exporter) settle(wrong error) {
	e.mu.Lock()
	before := e.failing
	e.failing = wrong != nil
	e.mu.Unlock()
	if wrong == nil {
		return
	}
	e.d.opt.Log.Error("pages not written as files, trying again", journal.Key, journal.ExportFailed, "error", wrong)
	if !before {
		e.d.current.Load().alerts.Send(alert.Message{Kind: "export", At: time.Now(),
			Text: fmt.Sprintf("not all pages are written to pages.export_dir, and readers may see old ones: %v", wrong)})
	}
}

// receipts touches the pages that got one.
func (e *exporter) receipts(seq *uint64) error {
	for {
		next, err := e.d.outbox.Receipts(*seq, 100)
		if err != nil || len(next) == 0 {
			return err
		}
		for _, l := range next {
			e.touch(l.Article.Slug)
			*seq = l.Seq
		}
	}
}

func (e *exporter) write(touched map[string]chan struct{}, more []string, sweep bool) error {
	dir := e.d.current.Load().cfg.Pages.ExportDir
	if dir == "" {
		return nil
	}
	x, err := redirect.OpenExport(dir, e.d.source())
	if err != nil {
		return err
	}
	var errs []error
	if sweep {
		errs = append(errs, x.Sweep(), e.strays(x))
	}
	for slug := range touched {
		errs = append(errs, e.page(x, slug))
	}
	for _, slug := range more {
		errs = append(errs, e.page(x, slug))
	}
	return errors.Join(append(errs, e.shared(x), x.Close())...)
}

func (e *exporter) page(x *redirect.Export, slug string) error {
	e.writing.Lock()
	defer e.writing.Unlock()
	return x.Page(slug)
}

func (e *exporter) shared(x *redirect.Export) error {
	e.writing.Lock()
	defer e.writing.Unlock()
	return x.Shared()
}

// export writes all pages into a folder for an operator.
func (e *exporter) export(ctx context.Context, dir string, progress func(done, total int64)) (changed int64, err error) {
	cfg := e.d.current.Load().cfg
	cfg.Pages.ExportDir = dir
	if err := cfg.ValidateExport(); err != nil {
		return 0, &control.InputError{Err: fmt.Errorf("export to %q: %w", dir, err)}
	}
	slugs, err := publishedSlugs(e.d.outbox)
	if err != nil {
		return 0, err
	}
	x, err := redirect.OpenExport(dir, e.d.source())
	if err != nil {
		return 0, err
	}
	x.Redraw = true
	err = x.Sweep()
	for i, slug := range slugs {
		progress(int64(i), int64(len(slugs)))
		if err == nil && ctx.Err() != nil {
			err = fmt.Errorf("export %q: %w", dir, context.Cause(ctx))
		}
		if err != nil {
			break
		}
		err = e.page(x, slug)
	}
	if err == nil {
		err = e.shared(x)
		progress(int64(len(slugs)), int64(len(slugs)))
	}
	if err := errors.Join(err, x.Close()); err != nil {
		return 0, err
	}
	return x.Changed(), nil
}

// publishedSlugs are those of all articles with a page, or with one that is gone, the
// youngest first.
func publishedSlugs(ob *outbox.Outbox) (slugs []string, err error) {
	seen := map[string]bool{}
	err = ob.List(outbox.Filter{}, func(_ delivery.Delivery, a outbox.Article) bool {
		if !a.PublishedAt.IsZero() && !seen[a.Slug] {
			seen[a.Slug] = true
			slugs = append(slugs, a.Slug)
		}
		return true
	})
	return slugs, err
}

// inFolder does something with the pages in a folder, see control.API.
type inFolder = func(ctx context.Context, dir string, progress func(done, total int64)) (int64, error)

// restingPages is export or prune without a daemon.
func restingPages(cfg config.Config, ob *outbox.Outbox, s *control.Service, do func(e *exporter, ctx context.Context, dir string, progress func(done, total int64)) (int64, error)) inFolder {
	return func(ctx context.Context, dir string, progress func(done, total int64)) (int64, error) {
		files, err := loadPageFiles(cfg)
		if err != nil {
			return 0, err
		}
		d := &Daemon{opt: Options{Log: slog.New(slog.DiscardHandler)}, outbox: ob} // errors are returned too
		d.current.Store(&generation{cfg: cfg, service: s, files: files})
		return do(newExporter(d), ctx, dir, progress)
	}
}
