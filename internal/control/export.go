package control

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
)

// Export implements API.
func (s *Service) Export(ctx context.Context, dir string, progress func(done, total int64)) (changed int64, err error) {
	if s.Outbox == nil || s.Pages == nil {
		return 0, errors.New("there is no outbox yet, so there is no page to export")
	}
	if !filepath.IsAbs(dir) {
		return 0, badInput(fmt.Errorf("export to %q: want a whole path, such as /var/www/crieur", dir))
	}
	if progress == nil {
		progress = func(int64, int64) {}
	}
	return s.Pages(ctx, dir, progress)
}

// Export implements API.
func (c *Client) Export(ctx context.Context, dir string, progress func(done, total int64)) (changed int64, err error) {
	return c.watch(ctx, "export", dir, progress)
}

func (s *Service) pageChanged(slug string) {
	if s.Changed != nil {
		s.Changed(slug)
	}
}
