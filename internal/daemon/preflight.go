package daemon

import (
	"context"

	"crieur/config"
	"crieur/internal/preflight"
)

// preflightOf looks at a page as the bots of a platform will; nil where it is not wished.
func preflightOf(cfg config.Config) func(ctx context.Context, slug, platform string) error {
	if !cfg.Pages.Preflight {
		return nil
	}
	return func(ctx context.Context, slug, platform string) error {
		return preflight.Check(ctx, preflight.Options{PageURL: cfg.Site.BaseURL + "/" + slug, Bots: bots(cfg, platform)})
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
