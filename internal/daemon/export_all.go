package daemon

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"crieur/config"
	"crieur/internal/control"
	"crieur/internal/delivery"
	"crieur/internal/outbox"
	"crieur/internal/redirect"
)

// exportTold is how many pages that could not be written an operator reads the errors of.
const exportTold = 100

// export writes all pages into a folder for an operator.
func (e *exporter) export(ctx context.Context, dir string, progress func(done, total int64)) (changed int64, err error) {
	cfg := e.now().cfg
	cfg.Pages.ExportDir = dir
	if err := cfg.ValidateExport(); err != nil {
		return 0, &control.InputError{Err: fmt.Errorf("export to %q: %w", dir, err)}
	}
	slugs, err := publishedSlugs(e.outbox)
	if err != nil {
		return 0, err
	}
	x, err := redirect.OpenExport(dir, e.source())
	if err != nil {
		return 0, err
	}
	x.Redraw = true
	err = x.Sweep()
	var failed firstErrors // one page that cannot be written keeps back no other
	for i, slug := range slugs {
		progress(int64(i), int64(len(slugs)))
		if err == nil && ctx.Err() != nil {
			err = fmt.Errorf("export %q: %w", dir, context.Cause(ctx))
		}
		if err != nil {
			break
		}
		switch wrong := e.page(x, slug); {
		case ofFolder(wrong):
			err = wrong
		case wrong != nil:
			failed.add(wrong, exportTold)
		}
	}
	if err == nil {
		err = e.shared(x)
		progress(int64(len(slugs)), int64(len(slugs)))
	}
	if err := errors.Join(failed.err(), err, x.Close()); err != nil {
		return 0, err
	}
	return x.Changed(), nil
}

// publishedSlugs are those of all articles with a page, or with one that is gone, the
// youngest first. With an error they are those that were read before it.
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
		g := &generation{cfg: cfg, service: s, files: files}
		log := slog.New(slog.DiscardHandler) // errors are returned too
		return do(newExporter(&pages{outbox: ob, log: log, now: func() *generation { return g }}), ctx, dir, progress)
	}
}
