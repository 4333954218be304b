package dispatch

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/platform"
)

const (
	// longestSleep bounds a wait for a known moment, so that a clock set forward is noticed.
	longestSleep = time.Minute
	limitsEvery  = 24 * time.Hour
	limitsRetry  = 10 * time.Minute
	limitsWithin = 30 * time.Second
)

// Account states, as status shows them.
const (
	StateRunning = "running" // posting what is due
	StateWaiting = "waiting" // until a moment: the platform throttles or fails
	StateStopped = "stopped" // until an operator acts
	StateOffline = "offline" // no daemon runs
)

// worker posts for one account and knows nothing of the others.
type worker struct {
	engine *Engine
	acc    Account
	log    *slog.Logger
	wake   chan struct{} // one slot: a second wake-up adds nothing

	mu        sync.Mutex
	notBefore time.Time // while waiting
	reason    string    // why waiting or stopped
	stopped   bool
	failures  int       // refusals in a row
	busySince time.Time // zero: idle
	trouble   error     // of the outbox, at the last turn
}

func newWorker(e *Engine, a Account) *worker {
	return &worker{engine: e, acc: a, log: e.log.With("account", a.Name, "platform", a.Platform), wake: make(chan struct{}, 1)}
}

// run delivers what is due until ctx ends. While the outbox fails it tries again
// after a while: a full disk may be emptied, and nothing is claimed meanwhile.
func (w *worker) run(ctx context.Context) {
	if w.acc.Client == nil {
		return
	}
	trouble := time.Duration(0)
	for ctx.Err() == nil {
		pause, err := w.turn(ctx)
		if err != nil {
			trouble = min(max(2*trouble, recordAgain), longestSleep)
			pause = trouble
			w.log.Error("outbox", "error", err)
		} else {
			trouble = 0
		}
		w.troubled(err)
		w.sleep(ctx, pause)
	}
}

// turn delivers at most one post and returns how long nothing will be due;
// negative: until woken.
func (w *worker) turn(ctx context.Context) (time.Duration, error) {
	w.setBusy(true)
	defer w.setBusy(false)
	now := time.Now()
	if pause, blocked := w.blocked(now); blocked {
		return pause, nil
	}
	d, ok, err := w.engine.opt.Outbox.NextDue(w.acc.Name, now)
	if err != nil {
		return 0, err
	}
	if ok {
		return 0, w.deliver(ctx, d.ID)
	}
	at, ok, err := w.engine.opt.Outbox.NextMoment(w.acc.Name)
	if err != nil || !ok {
		return -1, err
	}
	return max(at.Sub(now), time.Millisecond), nil
}

func (w *worker) sleep(ctx context.Context, pause time.Duration) {
	if pause == 0 {
		return
	}
	var moment <-chan time.Time
	if pause > 0 {
		t := time.NewTimer(min(pause, longestSleep))
		defer t.Stop()
		moment = t.C
	}
	select {
	case <-ctx.Done():
	case <-w.wake:
	case <-moment:
	}
}

func (w *worker) wakeUp() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// blocked tells whether the account may not post now, and for how long (negative: until woken).
func (w *worker) blocked(now time.Time) (time.Duration, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.stopped {
		return -1, true
	}
	if wait := w.notBefore.Sub(now); wait > 0 {
		return wait, true
	}
	w.notBefore = time.Time{}
	return 0, false
}

// failed counts a failure and makes the whole account wait, returning until when:
// while the platform is in trouble its queue must not knock once per delivery.
func (w *worker) failed(now time.Time, perr *platform.Error) time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	r := w.engine.opt.Retry
	pause := max(delivery.Backoff(r.Min, r.Max, w.failures, w.engine.opt.Rand), perr.RetryAfter)
	w.failures++
	w.notBefore = now.Add(pause)
	w.reason = fmt.Sprintf("%v; next try %s", perr.Err, w.notBefore.UTC().Format(time.RFC3339))
	return w.notBefore
}

// troubled remembers whether the outbox failed: an account without one is not ready.
func (w *worker) troubled(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.trouble = err
}

func (w *worker) succeeded() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.failures, w.notBefore, w.reason = 0, time.Time{}, ""
}

func (w *worker) waitUntil(at time.Time, reason string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.notBefore, w.reason = at, reason
}

// stop ends posting for this account until crieur is started anew with what was wrong put right.
func (w *worker) stop(reason string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stopped, w.reason = true, reason
	w.log.Error("account stopped, its queue is kept", "reason", reason)
}

func (w *worker) setBusy(on bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.busySince = time.Time{}
	if on {
		w.busySince = time.Now()
	}
}

// readLimits asks the platform at start and daily for its limits, and as whom we
// post; the last good answer is kept.
func (w *worker) readLimits(ctx context.Context) {
	if w.acc.Client == nil {
		return
	}
	for ctx.Err() == nil {
		pause := limitsEvery
		if err := w.readLimitsOnce(ctx); err != nil {
			pause = limitsRetry
			if ctx.Err() == nil {
				w.log.Warn("limits not read, the last known ones stay in force", "error", err)
			}
		}
		t := time.NewTimer(pause)
		select {
		case <-ctx.Done():
		case <-t.C:
		}
		t.Stop()
	}
}

func (w *worker) readLimitsOnce(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, limitsWithin)
	defer cancel()
	// X's adapter learns here which name its receipts show. A login that may post
	// but not read posts all the same, so a failure stops nothing.
	id, verr := w.acc.Client.Verify(ctx)
	if verr != nil {
		w.log.Warn("login not verified", "error", verr)
	} else {
		w.log.Info("login verified", "username", id.Username)
	}
	l, err := w.acc.Client.Limits(ctx)
	if err != nil {
		return err
	}
	l.ReadAt = time.Now()
	return w.engine.opt.Outbox.SetLimits(w.acc.Name, l)
}
