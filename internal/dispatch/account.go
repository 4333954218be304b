package dispatch

import (
	"context"
	"fmt"
	"time"

	"crieur/internal/article"
	"crieur/internal/delivery"
	"crieur/internal/outbox"
	"crieur/internal/platform"
	"crieur/internal/teaser"
)

// Account is one login as the engine sees it.
type Account struct {
	Name, Platform string
	Template       string // of teaser.Render; empty: its default
	MaxHashtags    int    // 0: as many as fit
	Link           bool   // whether posts carry the page's address
	Limit          int    // 0: the platform's
	Visibility     string
	ContentWarning string // for articles that bring none
	Media          string // what is attached: MediaArticle, MediaShare; else nothing
	RequireAlt     bool   // a picture without a description is refused when it is enqueued
	Pace           Pace
	ExpireAfter    time.Duration // news that waited so long is not posted any more; 0: as the engine's owner says

	// Measure counts a post as the platform does, given its last known limits.
	Measure func(text, contentWarning string, l delivery.Limits) int
	// Cost is what the platform bills for a text, in US dollars.
	Cost func(text string) float64
	// Price is what the platform bills for other requests; nil: nothing.
	Price func(op platform.Op, units int) outbox.Micros
	// Meter is what Client reports to; nil: it reports nothing.
	Meter *Meter
	// PostID reads the ID from a post's address, and who wrote it ("": the address does
	// not tell), and refuses one of another server.
	PostID func(url string) (id, author string, err error)
	// Default are the limits to obey as long as the platform has not told its own.
	Default delivery.Limits
	// Login identifies the credentials without telling them: another value means that
	// they were changed.
	Login string
	// Keep keeps the login alive beside the worker until ctx ends. It tells news that a
	// person should know, and when that is over, and gone that a new login is needed; nil:
	// the login keeps itself.
	Keep func(ctx context.Context, news func(text string, over bool), gone func(error))
	// Client sends. Nil where nothing is sent: preview, enqueue without a daemon.
	Client platform.Platform
}

// What an account attaches to its posts.
const (
	MediaArticle = "article" // the article's own image
	MediaShare   = "share"   // the same, else the image that its page shows in link previews
)

// Composed is a post as an account would send it.
type Composed struct {
	teaser.Post
	ContentWarning string
	CostUSD        float64
}

// Compose renders an article for an account under limits l. link is the page's address.
func (a Account) Compose(art article.Article, link string, l delivery.Limits) (Composed, error) {
	cw := a.contentWarning(art)
	opt := teaser.Options{
		Template:    a.Template,
		MaxHashtags: a.MaxHashtags,
		Limit:       a.limit(l),
		Measure:     func(text string) int { return a.Measure(text, cw, l) },
	}
	if a.Link {
		opt.Link = link
	}
	post, err := teaser.Render(art, opt)
	if err != nil {
		return Composed{}, fmt.Errorf("account %q: %w", a.Name, err)
	}
	return Composed{Post: post, ContentWarning: cw, CostUSD: a.Cost(post.Text)}, nil
}

// Found is the outcome of a delivery whose post was found on the platform, or named by an
// operator.
func (a Account) Found(d delivery.Delivery, r delivery.Receipt, now time.Time) outbox.Outcome {
	if r.PostedAt.IsZero() {
		r.PostedAt = now
	}
	text := d.Text
	if text == "" && a.Link { // it did not fit any more when it was asked for
		text = "https://news.example.org/"
	}
	return outbox.Outcome{
		To: delivery.Delivered, Receipt: &r, Month: a.Pace.month(r.PostedAt), Cost: a.postCost(text, d.Media),
	}
}

func (a Account) contentWarning(art article.Article) string {
	if art.ContentWarning != "" {
		return art.ContentWarning
	}
	return a.ContentWarning
}

func (a Account) limit(l delivery.Limits) int {
	if a.Limit > 0 {
		return a.Limit
	}
	return l.MaxCharacters
}
