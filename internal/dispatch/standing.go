package dispatch

import (
	"fmt"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/outbox"
	"crieur/internal/platform"
)

// This file is an account's standing: posting, waiting until a moment, paused or
// stopped. It is on disk, so that a restart neither forgets a platform's wish to wait
// nor starts a stopped account.

// remember loads the standing. Logins other than those that were refused start a
// stopped account again.
func (w *worker) remember() error {
	s, err := w.engine.opt.Outbox.AccountState(w.acc.Name)
	if err != nil {
		return err
	}
	if s.Stopped && s.Login != "" && s.Login != w.acc.Login {
		w.log.Info("account starts again: its login was changed", "was", s.Reason)
		s = afresh(s)
		if err := w.engine.opt.Outbox.SetAccountState(w.acc.Name, s); err != nil {
			return err
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.standing = s
	return nil
}

// beginSchedule lets a schedule that is new begin now: what would have been its slots
// before that were none, and nothing catches up on them.
func (w *worker) beginSchedule(now time.Time) error {
	p := w.acc.Pace
	if p.Slots == nil {
		return nil
	}
	known, err := w.engine.opt.Outbox.Pace(w.acc.Name)
	if err != nil || known.Plan == p.Plan {
		return err
	}
	return w.engine.opt.Outbox.PassSlot(w.acc.Name, now, p.Plan)
}

// afresh ends all waiting, but keeps what an operator wants and the platform said.
func afresh(s outbox.AccountState) outbox.AccountState {
	return outbox.AccountState{Paused: s.Paused, PostUntil: s.PostUntil, ReadUntil: s.ReadUntil}
}

// stand sets the standing; where the disk refuses it holds for this process.
func (w *worker) stand(change func(*outbox.AccountState)) {
	w.mu.Lock()
	change(&w.standing)
	s := w.standing
	w.mu.Unlock()
	if err := w.engine.opt.Outbox.SetAccountState(w.acc.Name, s); err != nil {
		w.log.Error("the account's standing is not recorded", "error", err)
	}
}

// blocked tells whether the account may not post now, and for how long (negative: until woken).
func (w *worker) blocked(now time.Time) (time.Duration, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch s := w.standing; {
	case s.Paused, s.Stopped && s.Until.IsZero():
		return -1, true
	case s.Until.After(now) && s.Since.After(now):
		// The clock was ahead when the wait began and was set back: the wait is as long
		// as it was, and begins now, not when the clock comes there again.
		w.standing.Since, w.standing.Until = now, now.Add(s.Until.Sub(s.Since))
		return s.Until.Sub(s.Since), true
	case s.Until.After(now):
		return s.Until.Sub(now), true
	}
	return 0, false
}

// failed counts a failure and makes the whole account wait, returning until when:
// while the platform is in trouble its queue must not knock once per delivery.
func (w *worker) failed(now time.Time, perr *platform.Error) time.Time {
	r := w.engine.opt.Retry
	w.mu.Lock()
	pause := max(delivery.Backoff(r.Min, r.Max, w.failures, w.engine.opt.Rand), perr.RetryAfter)
	w.failures++
	w.mu.Unlock()
	until := now.Add(pause)
	w.waitUntil(until, fmt.Sprintf("%v; next try %s", perr.Err, until.UTC().Format(time.RFC3339)))
	return until
}

func (w *worker) waitUntil(at time.Time, reason string) {
	w.stand(func(s *outbox.AccountState) { s.Until, s.Reason, s.Since = at, reason, time.Now() })
}

// succeeded ends all waiting.
func (w *worker) succeeded() {
	w.mu.Lock()
	w.failures = 0
	waiting := !w.standing.Until.IsZero() || w.standing.Reason != ""
	w.mu.Unlock()
	if waiting {
		w.stand(func(s *outbox.AccountState) { *s = afresh(*s) })
	}
}

// stop ends posting for this account until an operator resumes it, its login is
// changed, or (where the platform names one) a moment has come.
func (w *worker) stop(reason, login string, until time.Time) {
	w.log.Error("account stopped, its queue is kept", "reason", reason)
	w.engine.opt.Alert(Alert{Kind: AlertStopped, Account: w.acc.Name, Text: wayOut(reason, w.acc.Name)})
	w.stand(func(s *outbox.AccountState) {
		s.Stopped, s.Reason, s.Since, s.Until, s.Login = true, reason, time.Now(), until, login
	})
}

// Resume starts a stopped, waiting or paused account again; "" means all.
func (e *Engine) Resume(account string) error {
	return e.eachStanding(account, func(s *outbox.AccountState) { *s = outbox.AccountState{} })
}

// Pause ends posting for an account until Resume; "" means all.
func (e *Engine) Pause(account string) error {
	return e.eachStanding(account, func(s *outbox.AccountState) { s.Paused, s.Since = true, time.Now() })
}

func (e *Engine) eachStanding(account string, change func(*outbox.AccountState)) error {
	known := false
	for _, w := range e.workers {
		if account != "" && account != w.acc.Name {
			continue
		}
		known = true
		s, err := e.opt.Outbox.AccountState(w.acc.Name)
		if err != nil {
			return err
		}
		change(&s)
		if err := e.opt.Outbox.SetAccountState(w.acc.Name, s); err != nil {
			return err
		}
		w.mu.Lock()
		w.standing, w.failures, w.broke = s, 0, time.Time{}
		w.mu.Unlock()
		w.wakeUp()
	}
	if !known {
		return fmt.Errorf("account %q: %w", account, ErrUnknownAccount)
	}
	return nil
}

func wayOut(reason, account string) string {
	return reason + ": put it right, then \"crieur resume " + account + "\""
}

// state is the standing in a word, with its reason.
func (w *worker) state(now time.Time) (state, reason string) {
	if !w.engine.Running() {
		return StateOffline, ""
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	switch s := w.standing; {
	case w.trouble != nil:
		return StateWaiting, "outbox: " + w.trouble.Error()
	case s.Paused:
		return StatePaused, "paused by an operator: crieur resume " + w.acc.Name
	case s.Stopped && (s.Until.IsZero() || s.Until.After(now)):
		return StateStopped, wayOut(s.Reason, w.acc.Name)
	case s.Until.After(now):
		return StateWaiting, s.Reason
	case w.broke.After(now):
		return StateWaiting, w.brokeReason()
	case believed(s.PostUntil, now).After(now):
		return StateWaiting, "the platform takes no post before " + s.PostUntil.UTC().Format(time.RFC3339)
	}
	return StateRunning, ""
}
