// Package webhook pushes receipts to another system: each at least once, in their order,
// signed, again and again until it is taken. It knows nothing of the outbox: a Source
// gives it what is to be pushed and remembers what was. It promises that a receiver which
// is slow, broken or gone costs nobody else anything, and that of an address, which may
// carry a token, no error and no status shows more than scheme and host.
package webhook

import (
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/url"
	"sync"
	"time"
)

// Bounds of a Pusher.
const (
	shortestPause = 10 * time.Second
	longestPause  = time.Hour // also the longest that a receiver may ask for
	requestWithin = 30 * time.Second
	stopWithin    = 2 * time.Second // for what is in flight when the end comes
	alertAfter    = time.Hour       // of failures on end
	maxAnswer     = 64 << 10        // bytes read of a body, so that the connection can be used again
)

// Receipt is what is pushed: that an article was posted, and where.
type Receipt struct {
	ID       string    `json:"id"`    // of the delivery; a receipt that comes twice has the same
	Event    string    `json:"event"` // "receipt"
	Article  Article   `json:"article"`
	Account  string    `json:"account"`
	Platform string    `json:"platform"`
	PostID   string    `json:"post_id"`
	URL      string    `json:"url"` // of the post
	PostedAt time.Time `json:"posted_at"`
	SHA256   string    `json:"sha256"` // hexadecimal, of the text as it was posted; empty: crieur never had it
}

// Article is what a Receipt tells of the article.
type Article struct {
	ID     string `json:"id"`
	Slug   string `json:"slug"`
	URL    string `json:"url"` // of its page
	Title  string `json:"title"`
	Source string `json:"source"`
}

// Entry is a receipt with its place in the order.
type Entry struct {
	Seq     uint64
	Receipt Receipt
}

// Source is where receipts come from. Its functions are called by one goroutine.
type Source struct {
	// News returns a channel that is closed when another receipt comes. It is taken
	// before Next is asked.
	News func() <-chan struct{}
	// Next returns the first entry that is not done; ok is false when there is none.
	Next func() (e Entry, ok bool, err error)
	// Done remembers, over restarts, that all entries up to this one were taken.
	Done func(seq uint64) error
}

// Options are what a Pusher is made of.
type Options struct {
	URL       string
	Secret    []byte // of the signature
	UserAgent string
	Source    Source
	Transport http.RoundTripper // nil: a connection of its own
	Log       *slog.Logger      // nil: discarded
	// Alert is told what needs a person, with every try, and (over) with every receipt taken
	// that it is over, if it was; it must not block. nil: nobody is told.
	Alert func(over bool, text string)
	Rand  func(n int64) int64 // in [0, n); nil: math/rand
}

// Status is how one webhook stands.
type Status struct {
	Host    string     `json:"host"`            // scheme and host of its address
	Waiting uint64     `json:"waiting"`         // receipts that are not taken yet
	Error   string     `json:"error,omitempty"` // why the oldest of them was not taken; empty: it is not failing
	Since   *time.Time `json:"since,omitempty"` // when that began
	Stopped bool       `json:"stopped"`         // the receiver wants no more
}

// Pusher pushes to one webhook.
type Pusher struct {
	opt  Options
	host string
	log  *slog.Logger

	mu      sync.Mutex
	failing string
	since   time.Time
	stopped bool
}

// New makes a Pusher. It touches no network.
func New(opt Options) (*Pusher, error) {
	u, err := url.Parse(opt.URL)
	if err != nil || u.Host == "" {
		return nil, errors.New("webhook: the url is not an address") // without it: it may carry a token
	}
	host := Host(opt.URL)
	if len(opt.Secret) == 0 {
		return nil, fmt.Errorf("webhook %s: no secret: what it gets could be anybody's", host)
	}
	if opt.Transport == nil {
		opt.Transport = newTransport()
	}
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	if opt.Alert == nil {
		opt.Alert = func(bool, string) {}
	}
	if opt.Rand == nil {
		opt.Rand = rand.Int64N
	}
	return &Pusher{opt: opt, host: host, log: opt.Log.With("webhook", host)}, nil
}

// Host returns what may be shown of an address: scheme and host.
func Host(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return "?"
	}
	return u.Scheme + "://" + u.Host
}

// Status tells how the webhook stands, but for Waiting, which the source knows.
func (p *Pusher) Status() Status {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := Status{Host: p.host, Error: p.failing, Stopped: p.stopped}
	if p.failing != "" {
		since := p.since
		s.Since = &since
	}
	return s
}
