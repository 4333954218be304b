package daemon

import (
	"errors"
	"sync"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/outbox"
	"crieur/internal/redirect"
)

// source is what the pages are made of: the outbox and the configuration in force.
func (d *Daemon) source() redirect.Source {
	var settings numbers
	return redirect.Source{
		Version: func() (redirect.Version, error) {
			n, err := d.outbox.Change()
			if err != nil {
				d.opt.Log.Error("pages not read", "error", err)
			}
			return redirect.Version{Articles: n, Settings: settings.of(d.current.Load())}, err
		},
		Page: d.page,
		Feed: d.feed,
	}
}

// numbers numbers generations as they come.
type numbers struct {
	mu   sync.Mutex
	last *generation
	n    uint64
}

func (n *numbers) of(g *generation) uint64 {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.last != g {
		n.last = g
		n.n++
	}
	return n.n
}

// page finds the public page of a slug. It exists from the moment at which the
// article's first delivery is claimed: before the post, and not earlier.
func (d *Daemon) page(slug string) (redirect.Page, bool, error) {
	a, ds, err := d.outbox.BySlug(slug)
	if errors.Is(err, outbox.ErrNotFound) || err == nil && a.PublishedAt.IsZero() {
		return redirect.Page{}, false, nil
	}
	if err != nil {
		d.opt.Log.Error("page not read", "slug", slug, "error", err)
		return redirect.Page{}, false, err
	}
	return newPage(d.current.Load(), a, ds), true, nil
}

func (d *Daemon) feed(most int) (redirect.Feed, error) {
	posted, err := d.outbox.Recent(most)
	if err != nil {
		d.opt.Log.Error("feed not read", "error", err)
		return redirect.Feed{}, err
	}
	now := d.current.Load()
	f := redirect.Feed{Title: now.cfg.Site.Title, URL: now.cfg.Site.BaseURL, Language: now.cfg.Site.Language}
	for _, p := range posted {
		f.Pages = append(f.Pages, newPage(now, p.Article, p.Deliveries))
	}
	return f, nil
}

func newPage(now *generation, a outbox.Article, ds []delivery.Delivery) redirect.Page {
	p := redirect.Page{
		Article: a.Article, Slug: a.Slug, URL: now.service.Engine.PageURL(a.Slug), SiteTitle: now.cfg.Site.Title,
		PublishedAt: a.PublishedAt.In(now.service.Zone), Posts: posts(ds), Delay: time.Duration(now.cfg.Pages.Delay),
	}
	switch now.cfg.Pages.Forward {
	case "source":
		p.Forward = a.Source
	case "link":
		p.Forward = a.Link
	}
	return p
}

func posts(ds []delivery.Delivery) []redirect.Post {
	out := []redirect.Post{}
	for _, d := range ds {
		if r := d.Receipt; r != nil {
			out = append(out, redirect.Post{Platform: d.Platform, Account: d.Account, ID: r.PostID, URL: r.URL, PostedAt: r.PostedAt})
		}
	}
	return out
}
