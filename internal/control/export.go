package control

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
)

// Export implements API.
func (s *Service) Export(ctx context.Context, dir string, progress func(done, total int64)) (changed int64, err error) {
	return s.inFolder(ctx, s.Pages, dir, progress)
}

// Prune implements API.
func (s *Service) Prune(ctx context.Context, dir string, progress func(done, total int64)) (removed int64, err error) {
	return s.inFolder(ctx, s.PruneIn, dir, progress)
}

func (s *Service) inFolder(ctx context.Context, do func(context.Context, string, func(done, total int64)) (int64, error), dir string, progress func(done, total int64)) (int64, error) {
	if s.Outbox == nil || do == nil {
		return 0, errors.New("there is no outbox yet, so there is no page to export")
	}
	if !filepath.IsAbs(dir) {
		return 0, badInput(fmt.Errorf("export to %q: want a whole path, such as /var/www/crieur", dir))
	}
	if progress == nil {
		progress = func(int64, int64) {}
	}
	n, err := do(ctx, dir, progress)
	return n, s.couldWrite(dir, "/var/backups/crieur/www", err)
}

// Export implements API.
func (c *Client) Export(ctx context.Context, dir string, progress func(done, total int64)) (changed int64, err error) {
	return c.watch(ctx, "export", dir, progress)
}

// Prune implements API.
func (c *Client) Prune(ctx context.Context, dir string, progress func(done, total int64)) (removed int64, err error) {
	return c.watch(ctx, "prune", dir, progress)
}

func (s *Service) pageChanged(slug string) {
	if s.Changed != nil {
		s.Changed(slug)
	}
}
