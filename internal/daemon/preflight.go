package daemon

import (
	"context"

	"golang.org/x/sync/singleflight"

	"crieur/config"
	"crieur/internal/preflight"
)

// preflightOf looks at a page as the bots of a platform will; nil where it is not wished.
// Accounts that want the same look at the same time share it.
func preflightOf(cfg config.Config, pageURL func(slug string) string) func(ctx context.Context, slug, platform string) error {
	if !cfg.Pages.Preflight {
		return nil
	}
	images := make(chan struct{}, 1)
	return shared(func(ctx context.Context, slug, platform string) error {
		return preflight.Check(ctx, preflight.Options{PageURL: pageURL(slug), Bots: bots(cfg, platform), Images: images})
	})
}

// shared lets who wants the same look at the same time share it. None waits longer than
// who began it, and all end with the engine.
func shared(look func(ctx context.Context, slug, platform string) error) func(ctx context.Context, slug, platform string) error {
	var looks singleflight.Group
	return func(ctx context.Context, slug, platform string) error {
		_, err, _ := looks.Do(slug+" "+platform, func() (any, error) { return nil, look(ctx, slug, platform) })
		return err
	}
}

// bots are those that read a page when a post of a platform names it. Of several
// Mastodon servers the first speaks for all: they differ in the name they give.
func bots(cfg config.Config, platform string) []preflight.Bot {
	if platform == config.PlatformX {
		return []preflight.Bot{preflight.X()}
	}
	for _, a := range cfg.Accounts {
		if a.Platform == platform {
			return []preflight.Bot{preflight.Mastodon(a.Server)}
		}
	}
	return []preflight.Bot{preflight.Mastodon("")}
}
