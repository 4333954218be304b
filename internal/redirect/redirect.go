// Package redirect renders and serves the public page of each article. It knows
// nothing of the outbox: a page is plain data.
package redirect

import (
	"net/http"
	"time"

	"crieur/internal/article"
)

// Page is everything that the page of an article shows.
type Page struct {
	Article     article.Article
	Slug        string // the unique one
	URL         string // public address
	SiteTitle   string
	PublishedAt time.Time
	Posts       []Post
	Forward     string        // target of the forward: the source, the link, or "" for none
	Delay       time.Duration // before forwarding
}

// Post is a receipt as the page shows it.
type Post struct {
	Platform string    `json:"platform"`
	Account  string    `json:"account"`
	ID       string    `json:"post_id"`
	URL      string    `json:"url"`
	PostedAt time.Time `json:"posted_at"`
}

// Source finds a page; ok is false when there is none (404).
type Source func(slug string) (p Page, ok bool, err error)

// Handler serves GET and HEAD of /{slug}, /{slug}.json and /robots.txt.
func Handler(src Source) http.Handler { return http.NotFoundHandler() }
