package daemon

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"crieur/internal/control"
	"crieur/internal/journal"
	"crieur/internal/redirect"
)

// strays tells of pages in pages.export_dir that are of no article in the outbox. None is
// removed by itself: posts lead there, and a wrong outbox.path must not empty a site.
func (e *exporter) strays(x *redirect.Export) error {
	slugs, err := x.Strays(e.now().service.Engine.PageURL)
	if err != nil || len(slugs) == 0 {
		return err
	}
	const most = 3 // named
	e.log.Warn("pages.export_dir holds pages that the outbox does not know; \"crieur export --prune\" with that folder removes them",
		journal.Key, journal.ExportStrays, "pages", len(slugs), "such_as", strings.Join(slugs[:min(most, len(slugs))], " "))
	return nil
}

// prune removes, for an operator, the pages in a folder that the outbox does not know.
func (e *exporter) prune(ctx context.Context, dir string, progress func(done, total int64)) (removed int64, err error) {
	now := e.now()
	cfg := now.cfg
	cfg.Pages.ExportDir = dir
	if err := cfg.ValidateExport(); err != nil {
		return 0, &control.InputError{Err: fmt.Errorf("prune %q: %w", dir, err)}
	}
	x, err := redirect.OpenExport(dir, e.source())
	if err != nil {
		return 0, err
	}
	// Meanwhile none becomes known and is written.
	e.writing.Lock()
	defer e.writing.Unlock()
	slugs, err := x.Strays(now.service.Engine.PageURL)
	for i, slug := range slugs {
		progress(int64(i), int64(len(slugs)))
		if err = context.Cause(ctx); err == nil {
			err = x.Remove(slug, now.service.Engine.PageURL(slug))
		}
		if err != nil {
			break
		}
		removed++
	}
	if err := errors.Join(err, x.Close()); err != nil {
		return 0, err
	}
	return removed, nil
}
