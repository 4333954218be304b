// Package preflight looks at a page under its public address as the preview bots of X and
// Mastodon will, before a post names it: Mastodon fetches a card once and never again.
package preflight

import (
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"time"
)

const (
	tries    = 3
	between  = 2 * time.Second
	oneFetch = 30 * time.Second // one request with its redirects and body, as Mastodon bounds it
	allOfIt  = 3 * time.Minute  // everything together
)

// Options tell Check what to look at and how.
type Options struct {
	PageURL   string            // absolute, http or https
	Transport http.RoundTripper // nil: Check's own, with the system's certificates and, for the page's host, proxy
	Bots      []Bot             // nil: X() and Mastodon("")
	Timeout   time.Duration     // of one fetch; 0: 30 s

	// Images is filled while an image is fetched and decoded, which is what takes memory:
	// checks that share it do so as many at once as it holds. nil: no bound.
	Images chan struct{}

	// Pause waits between the tries of what may be a passing trouble, and ends early with
	// the context's error. nil: a timer.
	Pause func(context.Context, time.Duration) error

	allow func(netip.AddrPort) error // where other hosts than the page's may be; nil: outside.Public
}

// Check fetches the page, its image and robots.txt as each bot does and returns *Broken with
// everything that would break a card, nil when nothing would. Other errors: the context's,
// context.DeadlineExceeded when it found nothing wrong within 3 minutes and was not done,
// or options that name no page. The page's own host, port included, may be anywhere; what
// the page names elsewhere, and where a redirect leads, is asked for on the public internet
// alone: an article chose it. It takes about 70 MB of memory while it has an image;
// passing trouble is tried 3 times, 2 s apart.
func Check(ctx context.Context, o Options) error {
	page, err := url.Parse(o.PageURL)
	if err != nil {
		return fmt.Errorf("page address %q: %w", o.PageURL, err)
	}
	if !isWeb(page) || page.User != nil {
		return fmt.Errorf("page address %q: want https://host/path without login", o.PageURL)
	}
	c := &checker{page: page, bots: o.Bots, get: newFetcher(o, page), images: o.Images}
	if len(c.bots) == 0 {
		c.bots = []Bot{X(), Mastodon("")}
	}
	defer c.get.close()
	bounded, cancel := context.WithTimeout(ctx, allOfIt)
	defer cancel()
	for _, b := range c.bots {
		c.card(bounded, b)
	}
	// What was found after the caller gave up says nothing of the page.
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("preflight of %s: %w", o.PageURL, err)
	}
	// Nor does what was not looked at, for want of time.
	if err := bounded.Err(); err != nil && c.found.only(notLookedAt) {
		return fmt.Errorf("preflight of %s took more than %v: %w", o.PageURL, allOfIt, err)
	}
	if lines := c.found.lines(); len(lines) > 0 {
		return &Broken{PageURL: o.PageURL, Findings: lines}
	}
	return nil
}

// checker is one run of Check.
type checker struct {
	page   *url.URL
	bots   []Bot
	get    *fetcher
	found  report
	robots map[string]robots // by origin
	images chan struct{}     // see Options
}

// card looks at everything one bot reads.
func (c *checker) card(ctx context.Context, b Bot) {
	say := func(f finding) { c.found.add(b.Name, f) }
	a, bad := c.get.fetch(ctx, request{
		thing: "page", url: c.page, stay: true, limit: maxPage,
		agent: b.UserAgent, accept: b.Accept, encoding: b.Encoding, language: b.Language,
	})
	if bad != nil {
		say(*bad)
		return
	}
	c.obey(ctx, b, "page", c.page, say)
	h, ok := checkPage(a, say)
	if !ok {
		return
	}
	checkHead(h, c.page, b, say)
	if img := imageAddress(h, c.page, b, say); img != nil {
		about := say
		if hostOf(img) != hostOf(c.page) {
			about = func(f finding) {
				f.way = fmt.Sprintf("give the article another image (\"crieur enqueue --update\"), or, where %s is yours: %s", img.Host, f.way)
				say(f)
			}
		}
		c.obey(ctx, b, "image", img, about)
		c.image(ctx, b, h.card, img, about)
	}
}

func isWeb(u *url.URL) bool {
	return (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != ""
}
