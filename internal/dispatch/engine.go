// Package dispatch is the engine: one worker per account takes what is due from
// the outbox and brings it to its one ending. The intent of every request is on
// disk before the request; a request without a clear answer is never repeated.
package dispatch

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/outbox"
)

// Retry bounds what happens after a refusal.
type Retry struct {
	Min, Max    time.Duration // exponential backoff with full jitter between these
	MaxAttempts int           // that count; 0: no bound
}

// ErrUnknownAccount means that no account of that name is configured.
var ErrUnknownAccount = errors.New("not configured")

// Options are what an engine is made of.
type Options struct {
	Outbox      *outbox.Outbox
	Accounts    []Account
	PageURL     func(slug string) string
	Retry       Retry
	SendTimeout time.Duration // of one request, also while shutting down; 0: 30 s
	Settle      time.Duration // before looking for a post, and between looks; 0: 60 s
	VerifyPosts bool          // look once after each success whether the post is there
	PerHour     int           // breaker: posts begun per hour and account, whatever the bug; 0: no bound
	// BeforePost does what has to be done for the page of a slug before the first post that
	// leads to it, on each platform: write its files, look at it as the platform will. It
	// must heed its context. An error that is context.Canceled or DeadlineExceeded schedules
	// the delivery again, any other holds it, with its text for a person. nil: nothing.
	BeforePost func(ctx context.Context, slug, platform string) error
	// ExportError is why not all pages are written as files, which a web server answers
	// with; "": they are, or nobody wants them. nil: they are not this process's to write.
	ExportError func() string
	// ClockWatched promises that Wake is called whenever the clock is set. Without it a
	// worker looks at the clock every minute.
	ClockWatched bool
	Version      string
	Log          *slog.Logger        // nil: discarded
	Alert        func(Alert)         // told what needs a person; must not block; nil: nobody
	Count        func(Counted)       // told what can be counted; must not block; nil: nobody
	Rand         func(n int64) int64 // in [0, n); nil: math/rand
}

// Kinds of alerts.
const (
	AlertHeld     = "held"
	AlertDead     = "dead"
	AlertStopped  = "stopped"
	AlertBreaker  = "breaker"
	AlertVanished = "vanished"
	AlertDoubled  = "doubled"
	AlertExpired  = "expired"
	AlertBudget   = "budget"
	AlertToken    = "token"
)

// Alert is news for an operator.
type Alert struct {
	Kind     string
	Account  string
	Delivery string // empty: the account as a whole
	Title    string // of the article, when there is one
	Text     string // what happened, and what to do
	Over     bool   // the state of this kind and account has ended; told of states that nobody was told of too
}

// Engine runs the workers. Without Start it still answers Status and Compose, as
// the offline commands need.
type Engine struct {
	opt     Options
	log     *slog.Logger
	workers []*worker
	cleared cleared

	mu        sync.Mutex
	startedAt time.Time
	running   bool
}

// New checks the options and makes an engine.
func New(opt Options) (*Engine, error) {
	if opt.SendTimeout == 0 {
		opt.SendTimeout = 30 * time.Second
	}
	if opt.Settle == 0 {
		opt.Settle = time.Minute
	}
	if opt.Rand == nil {
		opt.Rand = rand.Int64N
	}
	if opt.Alert == nil {
		opt.Alert = func(Alert) {}
	}
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	e := &Engine{opt: opt, log: opt.Log}
	seen := map[string]bool{}
	for _, a := range opt.Accounts {
		if seen[a.Name] {
			return nil, fmt.Errorf("account %q: named twice", a.Name)
		}
		seen[a.Name] = true
		w := newWorker(e, a)
		if a.Meter != nil {
			a.Meter.to(w.observe)
		}
		e.workers = append(e.workers, w)
	}
	return e, nil
}

// Start makes the workers work until ctx ends; wait returns when the requests in
// flight have been settled. Recover comes first; what that could not do, each worker does
// before all else. An outbox that fails makes the accounts wait, never the process end:
// the pages stay up, and a receipt that is not stored yet is not lost.
func (e *Engine) Start(ctx context.Context) (wait func()) {
	e.setRunning(true)
	var wg sync.WaitGroup
	for _, w := range e.workers {
		wg.Go(func() { w.run(ctx) })
		wg.Go(func() { w.readLimits(ctx) })
		wg.Go(func() { w.keepLogin(ctx) })
	}
	return func() {
		wg.Wait()
		e.setRunning(false)
	}
}

// Wake makes the workers look at the outbox now, after something was enqueued.
func (e *Engine) Wake() {
	for _, w := range e.workers {
		w.wakeUp()
	}
}

// Accounts returns the engine's accounts.
func (e *Engine) Accounts() []Account { return e.opt.Accounts }

// PageURL returns the public address of a slug.
func (e *Engine) PageURL(slug string) string { return e.opt.PageURL(slug) }

// Limits returns what an account must obey: what its platform told last, else its default.
func (e *Engine) Limits(a Account) (delivery.Limits, error) {
	if e.opt.Outbox == nil {
		return a.Default, nil
	}
	l, ok, err := e.opt.Outbox.Limits(a.Name)
	if err != nil || !ok {
		return a.Default, err
	}
	return l, nil
}

func (e *Engine) setRunning(on bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.running = on
	if on {
		e.startedAt = time.Now()
	}
}

func lastAttempt(d delivery.Delivery) int {
	if len(d.Attempts) == 0 {
		return 0
	}
	return d.Attempts[len(d.Attempts)-1].N
}
