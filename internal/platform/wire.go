package platform

import (
	"cmp"
	"net/http"
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
}

// Wire is what all requests of one account share. It is safe for concurrent use.
type Wire struct {
	base      http.RoundTripper
	userAgent string
	timeout   time.Duration
	secrets   []string
	ahead     atomic.Int64 // how far our clock is ahead of the server's, in nanoseconds
}

// NewWire returns a Wire.
func NewWire(o WireOptions) *Wire {
	w := &Wire{
		base:      o.Transport,
		userAgent: cmp.Or(o.UserAgent, defaultUserAgent),
		timeout:   o.Timeout,
		secrets:   o.Secrets,
	}
	if w.base == nil {
		w.base = NewTransport()
	}
	if w.timeout <= 0 {
		w.timeout = defaultTimeout
	}
	return w
}

// Call returns a transport for exactly one request. A key is sent as Idempotency-Key;
// without one no such header leaves, whatever a library sets: with it net/http would
// feel free to send a POST again.
func (w *Wire) Call(key string) *Call { return &Call{wire: w, key: key} }
