package dispatch

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/journal"
	"crieur/internal/outbox"
)

const (
	// longestSleep bounds a wait for a known moment, so that a clock set forward is
	// noticed where nobody tells.
	longestSleep = time.Minute
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
	tripped   bool       // the breaker was told of, and no post succeeded since; likewise

	changing sync.Mutex // held over each change of the standing, disk and memory together
	unsaved  bool       // the disk refused the last one; under changing

	mu        sync.Mutex
	standing  outbox.AccountState
	failures  int        // in a row
	uploading string     // the delivery whose picture is handed over: it is charged for that
	broke     *overdraft // the budget puts the next post off
	warned    string     // the month whose budget was said to be nearly used up
	busySince time.Time  // zero: idle
	trouble   error      // of the outbox, at the last turn
	lastTurn  time.Time  // when the last turn ended; zero: none did
	nextTurn  time.Time  // when the next one is to begin; zero: when woken
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
	trouble, recovered := time.Duration(0), false
	for ctx.Err() == nil {
		var pause time.Duration
		var err error
		// An engine that starts on a full disk, or again since a reload failed on one, finds its own.
		if !recovered {
			if err = w.engine.interrupted(w.acc.Name, time.Now()); err == nil {
				err = w.recall(time.Now())
			}
			recovered = err == nil
		}
		if recovered {
			pause, err = w.turn(ctx)
		}
		if err != nil {
			trouble = min(max(2*trouble, recordAgain), longestSleep)
			pause = trouble
			w.log.Error("outbox", journal.Key, journal.OutboxFailed, "error", err)
		} else {
			trouble = 0
		}
		w.troubled(err)
		w.turned(pause)
		w.sleep(ctx, pause)
	}
}

// turn looks for at most one post, or delivers one, and returns how long nothing will be due;
// negative: until woken.
func (w *worker) turn(ctx context.Context) (time.Duration, error) {
	w.setBusy(true)
	defer w.setBusy(false)
	now := time.Now()
	if err := w.reread(); err != nil {
		return 0, err
	}
	if err := w.engine.opt.Outbox.SetBack(w.acc.Name, now); err != nil {
		return 0, err
	}
	if pause, blocked := w.blocked(now); blocked {
		return w.expireMeanwhile(now, pause)
	}
	unknown, questions, err := w.nextLook(now)
	if err != nil {
		return 0, err
	}
	looking := questions > 0
	if looking && (!unknown.NextLook.After(now) || fromTheFuture(unknown, now)) {
		return 0, w.look(ctx, unknown)
	}
	s, ok, err := w.nextStep(now)
	if err != nil {
		return 0, err
	}
	if ok && !s.at.After(now) {
		asks, err := w.wouldAsk(s)
		if err != nil {
			return 0, err
		}
		if !asks || questions < questionsAtMost {
			return 0, w.take(ctx, s, now)
		}
		ok = false // until a look has answered one
	}
	back, reads := w.nextReadBack(now)
	if reads && !back.After(now) {
		return 0, w.verifyPosts(ctx, now) // last: it must not delay a post
	}
	at := s.at
	if looking && (!ok || unknown.NextLook.Before(at)) {
		at, ok = unknown.NextLook, true
	}
	if reads && (!ok || back.Before(at)) {
		at, ok = back, true
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
	s, ok, err := w.acc.Pace.next(stored{w.engine.opt.Outbox, w.acc.Name}, mem, now)
	if err == nil && !s.passes {
		w.noteBudget(s.broke)
	}
	return s, ok, err
}

// take does a step whose moment has come.
func (w *worker) take(ctx context.Context, s action, now time.Time) error {
	switch {
	case s.expires != "":
		return w.expireOrAsk(ctx, s.expires, now)
	case s.passes:
		w.log.Warn("slot missed", journal.Key, journal.SlotMissed, "slot", s.slot.At, "catch_up", w.acc.Pace.CatchUp)
		return w.engine.opt.Outbox.PassSlot(w.acc.Name, s.slot.At, w.acc.Pace.Plan)
	}
	return w.deliver(ctx, s)
}

// expire ends a delivery that nobody wants to read any more.
func (w *worker) expire(id string, now time.Time) error {
	d, err := w.engine.opt.Outbox.Expire(id, now)
	if errors.Is(err, outbox.ErrNotExpired) {
		return nil // an operator was quicker
	}
	if err != nil {
		return err
	}
	w.tellExpired(d)
	return nil
}

func (w *worker) tellExpired(d delivery.Delivery) {
	w.log.Warn("delivery expired before it could be posted", journal.Key, journal.DeliveryExpired, "delivery", d.ID)
	w.engine.alert(AlertExpired, d, "not posted: it was to go before "+d.Expires.UTC().Format(time.RFC3339))
}

// expireMeanwhile lets news grow old also where the account may not post for a while.
func (w *worker) expireMeanwhile(now time.Time, pause time.Duration) (time.Duration, error) {
	// What may have been posted, before a restore, is asked for when the account goes on.
	id, at, ok, err := w.engine.opt.Outbox.NextSureExpiry(w.acc.Name)
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

// turned notes that a turn is over, and when the next one is to begin.
func (w *worker) turned(pause time.Duration) {
	now := time.Now()
	w.mu.Lock()
	w.lastTurn, w.nextTurn = now, time.Time{}
	if pause >= 0 {
		w.nextTurn = now.Add(pause)
	}
	w.mu.Unlock()
	if pause != 0 {
		w.log.Debug("nothing to do now", journal.Key, journal.WorkerWaits, "for", told(pause))
	}
}

func told(pause time.Duration) string {
	if pause < 0 {
		return "until woken"
	}
	return pause.Round(time.Millisecond).String()
}

// allow lets a turn last longer before the worker counts as stuck.
func (w *worker) allow(longer time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.busySince = time.Now().Add(longer)
}

func (w *worker) setBusy(on bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.busySince = time.Time{}
	w.nextTurn = time.Time{} // this is it
	if on {
		w.busySince = time.Now()
	}
}
