// Package redirect renders and serves the public page of each article. It knows
// nothing of the outbox: a page is plain data. It promises that no field of a page,
// whatever it holds, becomes markup, script, a header or a link to anything but
// http(s); it leaves to its caller which pages exist and where they forward to.
package redirect

import (
	"time"

	"crieur/internal/article"
)

// Page is everything that the page of an article shows.
type Page struct {
	Article     article.Article
	Slug        string // the unique one
	URL         string // public address
	SiteTitle   string
	PublishedAt time.Time // in the zone in which its date is to be shown; zero: not shown
	ModifiedAt  time.Time // when the article was last corrected; zero: never
	Posts       []Post
	Forward     string        // target of the forward: the source, the link, or "" for none
	Delay       time.Duration // before forwarding
	Creator     string        // the author's handle on the fediverse, @user@host; "": none
	Words       *Words        // of languages that are not built in; nil: none
	Share       *Share        // the site's share image; nil: one is drawn of each article
	Withdrawn   bool          // the page is gone (410) and tells nothing of the article
	SourceGone  bool          // the page says so, and links and forwards to the source no more
}

// Post is a receipt as the page shows it.
type Post struct {
	Platform string    `json:"platform"`
	Account  string    `json:"account"`
	ID       string    `json:"post_id"`
	URL      string    `json:"url"`
	PostedAt time.Time `json:"posted_at"`
	SHA256   string    `json:"sha256"` // of the text as it was sent, in hex; "": not known
}

// Source is where pages come from. Its functions are called from many goroutines.
// What they return as an error the reader never sees (503, or the page as it was last
// known): the source itself has to tell the operator, of what Failed tells too.
type Source struct {
	// Version names the state of all that pages are made of. It is asked for with every
	// request and has to be cheap. What Page and Feed tell after it holds as long as it
	// stays the same.
	Version func() (Version, error)

	// Page finds a page; ok is false when there is none (404). It is called with valid
	// slugs only.
	Page func(slug string) (p Page, ok bool, err error)

	// Feed tells of at most most articles, the latest first.
	Feed func(most int) (Feed, error)

	// Failed is told what kept Handler from making a page, its image or its record of what
	// Page told; of the feed the slug is "". It is called with every attempt, of which there
	// may be one for each request. nil: nobody is told.
	Failed func(slug string, err error)
}

// Version is a state of the articles with their posts, and of the configuration. The
// numbers may come in any order, but never twice for different states.
type Version struct{ Articles, Settings uint64 }

// Feed is what the feed shows.
type Feed struct {
	Title, URL string // of the site; URL is the address that pages are below
	Language   string
	Pages      []Page
}
