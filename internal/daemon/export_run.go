package daemon

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"syscall"
	"time"

	"crieur/internal/alert"
	"crieur/internal/journal"
	"crieur/internal/redirect"
)

const (
	alertExport = "export"
	// exportAtOnce is how many pages are written before the feed, and before the folder is
	// synced.
	exportAtOnce = 20
	// exportNamed is how many pages that failed together are told with their errors.
	exportNamed = 3
)

// What can fail besides pages, in place of a slug, which neither is.
const (
	exportShared = "_shared" // the files of no page
	exportList   = "_list"   // which pages there are
)

// exporting is what the exporter's goroutine has before it. What cannot be written keeps
// back nothing else: it is tried again after a while, all of it together.
type exporting struct {
	seq     uint64   // of the log of receipts; the first whole round sees all before it
	backlog []string // slugs
	shared  bool     // the files of no page are due
	begun   time.Time

	failed map[string]bool // slugs, and the two above
	again  time.Time       // when these are tried once more; zero: not set
	wrong  firstErrors     // not told yet
}

func (w *exporting) tried(name string, err error) {
	delete(w.failed, name)
	if err == nil {
		return
	}
	w.failed[name] = true
	w.wrong.add(err, exportNamed)
}

// forget leaves nothing to do but to follow the log.
func (w *exporting) forget() {
	*w = exporting{seq: w.seq, failed: map[string]bool{}, begun: time.Now()}
}

// run works until ctx ends.
func (e *exporter) run(ctx context.Context) {
	defer e.release()
	w := &exporting{}
	w.forget()
	if last, err := e.outbox.LastReceipt(); err == nil { // else all of the log is read
		w.seq = last
	}
	for ctx.Err() == nil {
		receipt := e.outbox.NextReceipt() // before it is read, so that nothing is missed
		e.receipts(&w.seq)
		e.retry(w)
		if touched, all := e.asked(); !touched && !all && !w.shared && len(w.backlog) == 0 {
			e.sleep(ctx, receipt, w.again)
			w.begun = time.Now()
			continue
		}
		if err := e.step(ctx, w); err != nil {
			e.rest(ctx, w, err)
			continue
		}
		e.setFailing(false)
		if len(w.backlog) == 0 {
			e.settle(w)
		}
	}
}

// retry puts what failed before the goroutine again, once it is time.
func (e *exporter) retry(w *exporting) {
	if w.again.IsZero() || time.Now().Before(w.again) {
		return
	}
	w.again = time.Time{}
	for name := range w.failed {
		switch name {
		case exportShared:
			w.shared = true
		case exportList:
			e.touchAll()
		default:
			w.backlog = append(w.backlog, name)
		}
	}
}

// sleep waits for news, or until at if that is not zero.
func (e *exporter) sleep(ctx context.Context, receipt <-chan struct{}, at time.Time) {
	var due <-chan time.Time
	if !at.IsZero() {
		t := time.NewTimer(time.Until(at))
		defer t.Stop()
		due = t.C
	}
	select {
	case <-ctx.Done():
	case <-e.woken:
	case <-receipt:
	case <-due:
	}
}

// rest waits, after the folder could not be written, and then looks at every page: what
// changed meanwhile is not known. A full disk is not tried with every post, but with a
// reload.
func (e *exporter) rest(ctx context.Context, w *exporting, err error) {
	until := e.pause(w)
	w.forget()
	if ctx.Err() != nil {
		return
	}
	e.setFailing(true)
	e.setWrong(err)
	e.release()
	e.tell(err)
	defer func() { w.begun = time.Now() }() // to rest is not to try
	for time.Now().Before(until) && ctx.Err() == nil {
		if _, all := e.asked(); all {
			return
		}
		e.sleep(ctx, nil, until)
	}
	e.touchAll()
}

// pause ends when another try takes no more than a tenth of the time.
func (e *exporter) pause(w *exporting) time.Time {
	return time.Now().Add(max(e.again, 10*time.Since(w.begun)))
}

// settle notes how a round ended.
func (e *exporter) settle(w *exporting) {
	if err := w.wrong.err(); err != nil {
		e.setWrong(err)
		e.tell(err)
		w.wrong = firstErrors{}
	}
	switch {
	case len(w.failed) == 0:
		w.again = time.Time{}
		e.setWrong(nil)
		e.now().alerts.Send(alert.Message{Kind: alertExport, At: time.Now(), Text: "all pages are written to pages.export_dir again", Over: true})
	case w.again.IsZero():
		w.again = e.pause(w)
	}
}

func (e *exporter) tell(err error) {
	e.log.Error("pages not written as files, trying again", journal.Key, journal.ExportFailed, "error", err)
	e.now().alerts.Send(alert.Message{Kind: alertExport, At: time.Now(),
		Text: fmt.Sprintf("not all pages are written to pages.export_dir, and readers may see old ones: %v", err)})
}

// receipts touches the pages that got one. An entry that cannot be read is passed, and
// may be of any page.
func (e *exporter) receipts(seq *uint64) {
	for {
		next, err := e.outbox.Receipts(*seq, 100)
		for _, l := range next {
			e.touch(l.Article.Slug)
			*seq = l.Seq
		}
		if err == nil {
			if len(next) == 0 {
				return
			}
			continue
		}
		last, unread := e.outbox.LastReceipt()
		e.log.Error("a receipt cannot be read, every page is looked at", journal.Key, journal.ExportFailed, "error", errors.Join(err, unread))
		if unread != nil || *seq >= last {
			return
		}
		*seq++
		e.touchAll()
	}
}

// step writes all pages that were touched, and some of the others. Its error is one of the
// folder.
func (e *exporter) step(ctx context.Context, w *exporting) error {
	dir := e.dir()
	if dir == "" {
		e.release()
		w.forget()
		return nil
	}
	all := e.takeAll() // before the folder is opened: who rests is woken by what is asked after this
	x, err := redirect.OpenExport(dir, e.source())
	if err != nil {
		return err
	}
	if all {
		slugs, err := publishedSlugs(e.outbox)
		w.backlog = slugs
		w.tried(exportList, err)
		if err := e.safely("strays", func() error { return errors.Join(x.Sweep(), e.strays(x)) }); err != nil {
			e.log.Error("what else is in pages.export_dir is not known", journal.Key, journal.ExportFailed, "error", err)
		}
	}
	err = e.write(ctx, w, x)
	return errors.Join(err, x.Close())
}

// write lets go of who waits for a page right after that page, and looks for those between
// any two others.
func (e *exporter) write(ctx context.Context, w *exporting, x *redirect.Export) (full error) {
	try := func(slug string) {
		// An older crieur posted what no page can have as a slug: nothing here mends that.
		if full != nil || ctx.Err() != nil || !redirect.ValidSlug(slug) {
			return
		}
		err := e.page(x, slug)
		if ofFolder(err) {
			full = err
			return
		}
		w.tried(slug, err)
	}
	for n := 0; n < exportAtOnce && full == nil && ctx.Err() == nil; n++ {
		touched := e.take()
		for slug, done := range touched {
			try(slug)
			close(done)
		}
		if len(touched) > 0 {
			continue
		}
		if len(w.backlog) == 0 {
			break
		}
		try(w.backlog[0])
		w.backlog = w.backlog[1:]
		e.receipts(&w.seq)
	}
	if full != nil || ctx.Err() != nil {
		return full
	}
	w.shared = false
	err := e.shared(x)
	if ofFolder(err) {
		return err
	}
	w.tried(exportShared, err)
	return nil
}

// ofFolder tells an error that any other page would meet too.
func ofFolder(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EROFS)
}

func (e *exporter) page(x *redirect.Export, slug string) error {
	return e.safely(fmt.Sprintf("page %q", slug), func() error { return x.Page(slug) })
}

func (e *exporter) shared(x *redirect.Export) error { return e.safely("feed", x.Shared) }

// safely makes a panic the error of what was written: some article would end crieur again
// and again.
func (e *exporter) safely(what string, fn func() error) (err error) {
	e.writing.Lock()
	defer e.writing.Unlock()
	defer func() {
		if r := recover(); r != nil {
			e.log.Error("panic while files were written", journal.Key, journal.ExportFailed, "error", fmt.Sprintf("%s: %v", what, r), "stack", string(debug.Stack()))
			err = fmt.Errorf("%s: panic: %v", what, r)
		}
	}()
	return fn()
}
