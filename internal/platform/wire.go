package platform

import (
	"cmp"
	"net/http"
	"slices"
	"sync/atomic"
	"time"
)

const (
	defaultTimeout   = 30 * time.Second
	defaultUserAgent = "crieur" // GoToSocial answers 418 without one
)

// WireOptions set up a Wire; the zero value works.
type WireOptions struct {
	Transport http.RoundTripper // nil: NewTransport
	UserAgent string            // empty: crieur
	Timeout   time.Duration     // of a whole exchange, slow bodies included; 0: 30 s
	Secrets   []string          // never to be seen in an error
	Windows   []RateHeader      // what the platform's headers tell of its limits
	Observe   func(Usage)       // is told of every request that may have left; nil: nobody
}

// Wire is what all requests of one account share. It is safe for concurrent use.
type Wire struct {
	base      http.RoundTripper
	userAgent string
	timeout   time.Duration
	secrets   []string
	windows   []RateHeader
	observe   func(Usage)
	hidden    atomic.Pointer[[]string] // secrets that came later
	dated     atomic.Bool              // ahead is known
	ahead     atomic.Int64             // how far our clock is ahead of the server's, in nanoseconds
}

// NewWire returns a Wire.
func NewWire(o WireOptions) *Wire {
	w := &Wire{
		base:      o.Transport,
		userAgent: cmp.Or(o.UserAgent, defaultUserAgent),
		timeout:   o.Timeout,
		secrets:   o.Secrets,
		windows:   o.Windows,
		observe:   o.Observe,
	}
	if w.base == nil {
		w.base = NewTransport()
	}
	if w.timeout <= 0 {
		w.timeout = defaultTimeout
	}
	return w
}

// Hide keeps one more secret out of errors: a token that was got since. The latest few
// are remembered.
func (w *Wire) Hide(secret string) {
	const most = 8 // requests at once that began with tokens of their own
	for {
		old := w.hidden.Load()
		var known []string
		if old != nil {
			known = *old
		}
		if slices.Contains(known, secret) {
			return
		}
		next := append(slices.Clone(known[max(len(known)-most+1, 0):]), secret)
		if w.hidden.CompareAndSwap(old, &next) {
			return
		}
	}
}

// allSecrets are never to be seen in an error.
func (w *Wire) allSecrets() []string {
	if later := w.hidden.Load(); later != nil {
		return append(slices.Clone(w.secrets), *later...)
	}
	return w.secrets
}

// Call returns a transport for exactly one request that creates no post.
func (w *Wire) Call(op Op) *Call { return &Call{wire: w, op: op, timeout: w.timeout} }

// Upload returns a transport for exactly one request that carries a picture: it may
// take three times as long. Nothing of its failures is ambiguous, for nothing is posted.
func (w *Wire) Upload() *Call { return &Call{wire: w, op: OpUpload, timeout: 3 * w.timeout} }

// Create returns a transport for exactly one request that creates a post. judge is
// what the adapter makes of the answer, nil when it proves the post. A key is sent as
// Idempotency-Key; without one no such header leaves, whatever a library sets: with
// it net/http would feel free to send a POST again.
func (w *Wire) Create(key string, judge func(Answer) error) *Call {
	return &Call{wire: w, op: OpPost, key: key, judge: judge, timeout: w.timeout}
}
