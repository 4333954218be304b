// Package platform is what crieur asks of a platform: an adapter interface, the
// typed error that says what a request did to the world, and an HTTP transport
// that never re-sends and never reads without end.
package platform

import (
	"context"
	"fmt"
	"time"

	"crieur/internal/delivery"
)

// Post is a composed text, ready to be sent.
type Post struct {
	Text           string
	ContentWarning string // Mastodon only
	Visibility     string // Mastodon only: public, unlisted, private, direct
	Language       string // ISO 639; empty: the platform's default
	Key            string // idempotency key; X adapters must not send it
	MediaID        string // of the attached picture, from Upload; empty: none
}

// Media is a picture to be attached to a post.
type Media struct {
	Data []byte
	Type string // image/jpeg or image/png
	Alt  string // its description, within the platform's limit; empty: none
}

// Identity is the login that the credentials belong to.
type Identity struct {
	ID, Username string
	Bot          bool // Mastodon's bot flag
}

// Query names the post that an earlier attempt may have made.
type Query struct {
	Link       string    // the page's address in the post; empty: the post carries none, and Text decides
	Text       string    // as it was sent
	Visibility string    // Mastodon only, as it was sent: some servers list no private and direct posts
	Since      time.Time // when the attempt began
	Until      time.Time // when it was certainly over; bounds a match by text
}

// Found is what a look at the account's own posts found.
type Found struct {
	Receipt *delivery.Receipt // nil: no such post in what was read
	Whole   bool              // the posts were read whole, back to before Since: what was not found is not there now
}

// FindOne is Find by means of FindEach.
func FindOne(ctx context.Context, p interface {
	FindEach(ctx context.Context, qs []Query) ([]Found, error)
}, q Query) (Found, error) {
	found, err := p.FindEach(ctx, []Query{q})
	if err != nil {
		return Found{}, err
	}
	return found[0], nil
}

// Platform posts to one account. Implementations are safe for concurrent use.
type Platform interface {
	// Post sends once. Every error is an *Error; without a post ID there is no success.
	Post(ctx context.Context, p Post) (delivery.Receipt, error)
	// Upload hands over a picture with its description and returns the ID by which the
	// next Post attaches it. It waits until the platform has processed the picture, as long
	// as ctx allows. Nobody sees an upload without a post, so it may be repeated: every
	// error is an *Error, and none is ambiguous.
	Upload(ctx context.Context, m Media) (id string, err error)
	// Find looks among the account's own posts for the one that q names. Every error
	// is an *Error.
	Find(ctx context.Context, q Query) (Found, error)
	// FindEach is Find for several posts in one reading of the list, which may be billed
	// by the post; in the order of the queries.
	FindEach(ctx context.Context, qs []Query) ([]Found, error)
	// Verify asks as whom the credentials post. Every error is an *Error.
	Verify(ctx context.Context) (Identity, error)
	// Limits reads what the platform says of its limits. Every error is an *Error.
	Limits(ctx context.Context) (delivery.Limits, error)
}

// Error says what a failed request did to the world.
type Error struct {
	Class      delivery.Class
	RetryAfter time.Duration // how long the platform wants us to wait; 0: it does not say
	Status     int           // HTTP status; 0: no answer
	Err        error         // the cause, without secrets
}

func (e *Error) Error() string {
	if e.Status == 0 {
		return fmt.Sprintf("%s: %v", e.Class, e.Err)
	}
	return fmt.Sprintf("%s (HTTP %d): %v", e.Class, e.Status, e.Err)
}

func (e *Error) Unwrap() error { return e.Err }
