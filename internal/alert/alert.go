// Package alert tells the operator what needs a person, over notification services such
// as ntfy, mail or a web hook. It promises to be quiet and harmless: what comes within
// seconds is one message, an outage is one message, and a dead or slow service costs the
// caller nothing. It does not promise delivery: news that a service refuses twice is
// logged and gone. No address, which is a secret, leaves it in an error or a log.
package alert

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"crieur/config"
	"crieur/internal/journal"
)

// Bounds of a Notifier.
const (
	groupWindow  = 5 * time.Second  // what comes within it is one message
	quiet        = 10 * time.Minute // before the same kind and account is named again; doubles while it goes on …
	maxQuiet     = 6 * time.Hour    // … up to this
	sendTimeout  = 10 * time.Second
	retryAfter   = time.Minute
	drainTimeout = 5 * time.Second
	maxQueue     = 256 // messages not yet looked at
	maxOutgoing  = 16  // composed messages that wait for one service
)

// Message is one piece of news for the operator.
type Message struct {
	Kind     string // what happened, in a word; with Account what the rate is limited by
	Account  string // empty: not about an account
	Delivery string // empty: not about a delivery
	Title    string // of the article, when there is one
	Text     string // what happened, and what to do
	At       time.Time

	// Over tells that the state of this kind and account has ended. It is told to whoever
	// was told of the state, and to nobody else.
	Over bool
}

// Options of New.
type Options struct {
	Places []config.Alert // where to; none: nobody is told
	Site   string         // which crieur this is, e.g. the host of the pages
	Zone   *time.Location // of the moments that are told; nil: UTC
	Log    *slog.Logger

	// Count is told of n messages that one service took, or that were lost on their way to
	// it; nil: nobody.
	Count func(n int, sent bool)

	// Transport opens the address of a service; nil: shoutrrr. It must not touch the network: that is
	// for the function that it returns, which is called by several goroutines.
	Transport func(url string) (SendFunc, error)
}

// SendFunc carries one text to one service. It may block for ever.
type SendFunc func(title, text string) error

// Notifier sends messages to all services. Its methods may be called by several goroutines.
type Notifier struct {
	site  string
	zone  *time.Location
	log   *slog.Logger
	count func(n int, sent bool)
	lines []*line
	wake  chan struct{} // there are messages in queue
	ended chan struct{} // Run is over

	closing chan struct{}

	mu      sync.Mutex
	queue   []Message
	assumed []topicKey // told before this notifier was
	lost    int        // dropped off the queue since the last look
	running bool
	closed  bool
}

// New refuses addresses that no service takes, all at once, each by its number in the
// configuration and without the address. It does not touch the network.
func New(opt Options) (*Notifier, error) {
	n := &Notifier{
		site: opt.Site, zone: cmp.Or(opt.Zone, time.UTC), log: opt.Log, count: opt.Count,
		wake: make(chan struct{}, 1), ended: make(chan struct{}), closing: make(chan struct{}),
	}
	if n.log == nil {
		n.log = slog.New(slog.DiscardHandler)
	}
	if n.count == nil {
		n.count = func(int, bool) {}
	}
	open := opt.Transport
	if open == nil {
		open = openShoutrrr
	}
	var all []error
	for i, place := range opt.Places {
		service, send, err := openPlace(place, open)
		if err != nil {
			all = append(all, fmt.Errorf("alert number %d: %w", i+1, err))
			continue
		}
		n.lines = append(n.lines, newLine(i+1, service, send, n.log, n.count))
	}
	if len(all) > 0 {
		return nil, errors.Join(all...)
	}
	return n, nil
}

// Send hands m over and returns at once. When more wait than anybody would read, the
// oldest goes and is counted. After Close it does nothing.
func (n *Notifier) Send(m Message) {
	if len(n.lines) == 0 {
		return
	}
	m.Text = inZone(m.Text, n.zone)
	m = bounded(m)
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.closed {
		return
	}
	if len(n.queue) == maxQueue {
		copy(n.queue, n.queue[1:])
		n.queue = n.queue[:maxQueue-1]
		n.lost++
	}
	n.queue = append(n.queue, m)
	select {
	case n.wake <- struct{}{}:
	default: // it is awake
	}
}

// Assume notes that the operator knows of a state from before this notifier was, so that
// its end is told.
func (n *Notifier) Assume(kind, account string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.assumed = append(n.assumed, topicKey{kind: clean(kind, maxName), account: clean(account, maxName)})
}

// Close ends Run and waits for it: what waits is sent within 5 s or logged as lost. It
// may be called more than once, and without Run.
func (n *Notifier) Close() {
	if n.shut() {
		<-n.ended
	}
}

// shut refuses further messages, and tells whether Run is or was there.
func (n *Notifier) shut() (running bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if !n.closed {
		n.closed = true
		close(n.closing)
		if len(n.queue) > 0 && !n.running {
			n.count(len(n.queue)+n.lost, false)
			n.log.Error("alerts not sent: the notifier never ran", journal.Key, journal.AlertLost, "count", len(n.queue)+n.lost)
		}
	}
	return n.running
}

// pending takes the messages off the queue, with what is assumed and the number of those
// that were dropped.
func (n *Notifier) pending() (messages []Message, assumed []topicKey, lost int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	messages, assumed, lost = n.queue, n.assumed, n.lost
	n.queue, n.assumed, n.lost = nil, nil, 0
	return messages, assumed, lost
}

func openPlace(place config.Alert, open func(string) (SendFunc, error)) (service string, send SendFunc, err error) {
	if len(place.Command) > 0 {
		send, err = openCommand(place.Command)
		return serviceCommand, send, err
	}
	service = serviceOf(place.URL)
	if send, err = openSafely(open, place.URL); err != nil {
		err = fmt.Errorf("url: service %q does not take this address: %s", service, wayOut(service)) // err contains it
	}
	return service, send, err
}
