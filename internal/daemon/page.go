package daemon

import (
	"errors"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/outbox"
	"crieur/internal/redirect"
)

// page finds the public page of a slug. It exists from the moment at which the
// article's first delivery is claimed: before the post, and not earlier.
func (d *Daemon) page(slug string) (redirect.Page, bool, error) {
	now := d.current.Load()
	a, ds, err := d.outbox.BySlug(slug)
	if errors.Is(err, outbox.ErrNotFound) || err == nil && a.PublishedAt.IsZero() {
		return redirect.Page{}, false, nil
	}
	if err != nil {
		d.opt.Log.Error("page not read", "slug", slug, "error", err)
		return redirect.Page{}, false, err
	}
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
	return p, true, nil
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
