package daemon

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"crieur/config"
	"crieur/internal/delivery"
	"crieur/internal/journal"
	"crieur/internal/outbox"
	"crieur/internal/redirect"
)

// pages reads what the pages are made of: the outbox and the configuration in force.
type pages struct {
	outbox *outbox.Outbox
	log    *slog.Logger
	now    func() *generation

	mu     sync.Mutex
	broken map[string]time.Time // when that was last told, by slug
}

const (
	brokenAgain = time.Minute
	brokenMost  = 1000 // slugs that are remembered
)

func (p *pages) source() redirect.Source {
	var settings numbers
	return redirect.Source{
		Version: func() (redirect.Version, error) {
			n, err := p.outbox.Change()
			if err != nil {
				p.log.Error("pages not read", journal.Key, journal.PagesFailed, "error", err)
			}
			return redirect.Version{Articles: n, Settings: settings.of(p.now())}, err
		},
		Page: p.page, Feed: p.feed, Failed: p.failed,
	}
}

// failed tells what kept a page from being made: of each once a minute, since a thousand
// readers a second may ask for it.
func (p *pages) failed(slug string, err error) {
	p.mu.Lock()
	now := time.Now()
	again := now.Sub(p.broken[slug]) < brokenAgain
	if !again {
		if p.broken == nil || len(p.broken) >= brokenMost {
			p.broken = map[string]time.Time{}
		}
		p.broken[slug] = now
	}
	p.mu.Unlock()
	if !again {
		p.log.Error("a page cannot be made", journal.Key, journal.PagesBroken, "slug", slug, "error", err)
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
func (p *pages) page(slug string) (redirect.Page, bool, error) {
	a, ds, err := p.outbox.BySlug(slug)
	if errors.Is(err, outbox.ErrNotFound) || err == nil && a.PublishedAt.IsZero() {
		return redirect.Page{}, false, nil
	}
	if err != nil {
		p.log.Error("page not read", journal.Key, journal.PagesFailed, "slug", slug, "error", err)
		return redirect.Page{}, false, err
	}
	return newPage(p.now(), a, ds), true, nil
}

func (p *pages) feed(most int) (redirect.Feed, error) {
	posted, err := p.outbox.Recent(most)
	if err != nil {
		p.log.Error("feed not read", journal.Key, journal.PagesFailed, "error", err)
		return redirect.Feed{}, err
	}
	now := p.now()
	f := redirect.Feed{Title: now.cfg.Site.Title, URL: now.cfg.Site.BaseURL, Language: now.cfg.Site.Language}
	for _, one := range posted {
		if !redirect.ValidSlug(one.Article.Slug) {
			continue // older versions took slugs that have no page
		}
		f.Pages = append(f.Pages, newPage(now, one.Article, one.Deliveries))
	}
	return f, nil
}

func newPage(now *generation, a outbox.Article, ds []delivery.Delivery) redirect.Page {
	p := redirect.Page{
		Article: a.Article, Slug: a.Slug, URL: now.service.Engine.PageURL(a.Slug), SiteTitle: now.cfg.Site.Title,
		PublishedAt: a.PublishedAt.In(now.service.Zone), ModifiedAt: a.UpdatedAt,
		Posts: posts(ds), Delay: time.Duration(now.cfg.Pages.Delay), Creator: creator(now.cfg.Accounts, ds),
		Words: now.files.words, Share: now.files.share,
		Withdrawn: !a.WithdrawnAt.IsZero(), SourceGone: !a.SourceGoneAt.IsZero(),
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
			out = append(out, redirect.Post{
				Platform: d.Platform, Account: d.Account, ID: r.PostID, URL: r.URL, PostedAt: r.PostedAt, SHA256: digest(d.Text),
			})
		}
	}
	return out
}

// digest proves a text to who has it. Without a text, as of a delivery that was posted
// by hand before it was ever claimed, there is nothing to prove.
func digest(text string) string {
	if text == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// creator is the handle of an account that posts the article, or else the first that is
// configured: others share the page too.
func creator(accounts []config.Account, ds []delivery.Delivery) string {
	var first string
	for _, a := range accounts {
		if a.Creator == "" {
			continue
		}
		for _, d := range ds {
			if d.Account == a.Name {
				return a.Creator
			}
		}
		first = cmp.Or(first, a.Creator)
	}
	return first
}

// pageFiles are the files that the configuration names for the pages.
type pageFiles struct {
	words *redirect.Words
	share *redirect.Share
}

// CheckPages tells whether the files that the configuration names for the pages can be
// used, as the next start will.
func CheckPages(cfg config.Config) error {
	_, err := loadPageFiles(cfg)
	return err
}

// loadPageFiles reads and judges them. What is wrong is a ConfigError with the key.
func loadPageFiles(cfg config.Config) (pageFiles, error) {
	var f pageFiles
	var errs []error
	var err error
	if path := cfg.Pages.Words; path != "" {
		if f.words, err = redirect.LoadWords(path); err != nil {
			errs = append(errs, fmt.Errorf("pages.words: %w", err))
		}
	}
	if path := cfg.Site.ShareImage; path != "" {
		if f.share, err = redirect.LoadShare(path); err != nil {
			errs = append(errs, fmt.Errorf("site.share_image: %w", err))
		}
	}
	if len(errs) > 0 {
		return pageFiles{}, &ConfigError{errors.Join(errs...)}
	}
	return f, nil
}
