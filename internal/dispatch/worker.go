package dispatch

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/outbox"
)

const (
	// longestSleep bounds a wait for a known moment, so that a clock set forward is
	// noticed where nobody tells.
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
	StatePaused  = "paused"  // until an operator resumes it
	StateOffline = "offline" // no daemon runs
)

// worker posts for one account and knows nothing of the others.
type worker struct {
	engine *Engine
	acc    Account
	log    *slog.Logger
	wake   chan struct{} // one slot: a second wake-up adds nothing

	readBacks []readBack // by moment; of this worker's goroutine alone

	mu        sync.Mutex
	standing  outbox.AccountState
	failures  int       // in a row
	broke     time.Time // the month's budget is used up until then; zero: it is not
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

// turn looks for at most one post, or delivers one, and returns how long nothing will be due;
// negative: until woken.
func (w *worker) turn(ctx context.Context) (time.Duration, error) {
	w.setBusy(true)
	defer w.setBusy(false)
	now := time.Now()
	if pause, blocked := w.blocked(now); blocked {
		return w.expireMeanwhile(now, pause)
	}
	unknown, looking, err := w.nextLook(now)
	if err != nil {
		return 0, err
	}
	if looking && (!unknown.NextLook.After(now) || fromTheFuture(unknown, now)) {
		return 0, w.look(ctx, unknown)
	}
	s, ok, err := w.nextStep(now)
	if err != nil {
		return 0, err
	}
	if ok && !s.at.After(now) {
		return 0, w.take(ctx, s, now)
	}
	if len(w.readBacks) > 0 && !w.readBacks[0].at.After(now) {
		return 0, w.verifyPost(ctx, now) // last: it must not delay a post
	}
	at := s.at
	if looking && (!ok || unknown.NextLook.Before(at)) {
		at, ok = unknown.NextLook, true
	}
	if len(w.readBacks) > 0 && (!ok || w.readBacks[0].at.Before(at)) {
		at, ok = w.readBacks[0].at, true
	}
	if !ok {
		return -1, nil
	}
	return max(at.Sub(now), time.Millisecond), nil
}

// nextStep asks the account's pace what comes next in the outbox.
func (w *worker) nextStep(now time.Time) (action, bool, error) {
	mem, err := w.memory(now)
	if err != nil {
		return action{}, false, err
	}
	return w.acc.Pace.next(stored{w.engine.opt.Outbox, w.acc.Name}, mem, now)
}

// take does a step whose moment has come.
func (w *worker) take(ctx context.Context, s action, now time.Time) error {
	switch {
	case s.expires != "":
		return w.expire(s.expires, now)
	case s.passes:
		w.log.Warn("slot missed", "slot", s.slot.At, "catch_up", w.acc.Pace.CatchUp)
		return w.engine.opt.Outbox.PassSlot(w.acc.Name, s.slot.At, w.acc.Pace.Plan)
	}
	return w.deliver(ctx, s)
}

// expire ends a delivery that nobody wants to read any more.
func (w *worker) expire(id string, now time.Time) error {
	d, err := w.engine.opt.Outbox.Move(id, now, outbox.Outcome{To: delivery.Expired})
	if err != nil {
		if d, rerr := w.engine.opt.Outbox.Delivery(id); rerr == nil && d.State != delivery.Scheduled {
			return nil // an operator was quicker
		}
		return err
	}
	w.log.Warn("delivery expired before it could be posted", "delivery", id)
	w.engine.alert(AlertExpired, d, "not posted: it was to go before "+d.Expires.UTC().Format(time.RFC3339))
	return nil
}

// expireMeanwhile lets news grow old also where the account may not post for a while.
func (w *worker) expireMeanwhile(now time.Time, pause time.Duration) (time.Duration, error) {
	id, at, ok, err := w.engine.opt.Outbox.NextExpiry(w.acc.Name)
	if err != nil || !ok {
		return pause, err
	}
	if !at.After(now) {
		return 0, w.expire(id, now)
	}
	if until := at.Sub(now); pause < 0 || until < pause {
		pause = until
	}
	return pause, nil
}

func (w *worker) sleep(ctx context.Context, pause time.Duration) {
	if pause == 0 {
		return
	}
	var moment <-chan time.Time
	if pause > 0 {
		if !w.engine.opt.ClockWatched {
			pause = min(pause, longestSleep)
		}
		t := time.NewTimer(pause)
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

// troubled remembers whether the outbox failed: an account without one is not ready.
func (w *worker) troubled(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.trouble = err
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
