package daemon

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"crieur/internal/alert"
	"crieur/internal/journal"
)

const (
	alertPages = "pages"
	// reachEvery is how often the pages are looked at under their public address, and
	// reachAgain how soon once more after a failure: one failure is no outage.
	reachEvery = 10 * time.Minute
	reachAgain = time.Minute
	// robots is there on each site, whoever serves it.
	robots = "/robots.txt"
)

// watchPages tells the operator when the pages cannot be reached under their public
// address, and when they can again, until ctx ends. Who wants no look at the pages before
// a post wants none here.
func (d *Daemon) watchPages(ctx context.Context) {
	g := d.current.Load()
	if !g.cfg.Pages.Preflight {
		return
	}
	d.reach(ctx, g, func(ctx context.Context) error {
		return ask(ctx, g.cfg.Site.BaseURL+robots, "crieur/"+d.opt.Version)
	})
}

func (d *Daemon) reach(ctx context.Context, g *generation, look func(context.Context) error) {
	for failures, pause := 0, reachAgain; ; {
		// Not at once: whoever starts with crieur, a proxy say, starts too.
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
		err := look(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err == nil:
			failures, pause = 0, reachEvery
			g.alerts.Send(alert.Message{Kind: alertPages, Text: "the pages can be reached again under " + g.cfg.Site.BaseURL, At: time.Now(), Over: true})
			continue
		}
		if failures++; failures == 2 {
			d.opt.Log.Error("the pages cannot be reached under their public address", journal.Key, journal.PagesUnreachable, "base_url", g.cfg.Site.BaseURL, "error", err)
			g.alerts.Send(alert.Message{Kind: alertPages, At: time.Now(), Text: fmt.Sprintf(
				"the pages cannot be reached under %s: %v. New posts are held as long as that lasts (pages.preflight)", g.cfg.Site.BaseURL, err)})
		}
		if pause = reachAgain; failures >= 2 {
			pause = reachEvery
		}
	}
}

// withoutAddress is an error of net/http without the address, which may carry a token.
func withoutAddress(err error) string {
	var u *url.Error
	if errors.As(err, &u) {
		if u.Timeout() {
			return "no answer in time"
		}
		return u.Err.Error()
	}
	return err.Error()
}
