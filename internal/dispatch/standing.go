package dispatch

import (
	"fmt"
	"strings"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/journal"
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
		w.log.Info("account starts again: its login was changed", journal.Key, journal.AccountRestarted, "was", s.Reason)
		w.setStanding(s) // so that its end is told
		return w.change(func(s *outbox.AccountState) { *s = afresh(*s) })
	}
	return w.reread()
}

// reread takes the standing from the disk: another engine of this process, or an
// operator while none ran, may have changed it. What the disk refused is tried again.
func (w *worker) reread() error {
	w.changing.Lock()
	defer w.changing.Unlock()
	s, err := w.engine.opt.Outbox.AccountState(w.acc.Name)
	if w.unsaved && err == nil {
		s = w.standing
		err = w.engine.opt.Outbox.SetAccountState(w.acc.Name, s)
	}
	if err != nil {
		return fmt.Errorf("the account's standing: %w", err)
	}
	w.unsaved = false
	w.setStanding(s)
	return nil
}

// change makes a change to the standing durable, or fails and changes nothing.
func (w *worker) change(change func(*outbox.AccountState)) error {
	w.changing.Lock()
	defer w.changing.Unlock()
	return w.changeLocked(change)
}

func (w *worker) changeLocked(change func(*outbox.AccountState)) error {
	unsaved := w.unsaved
	s, err := w.engine.opt.Outbox.ChangeAccountState(w.acc.Name, func(s *outbox.AccountState) {
		if unsaved {
			*s = w.standing
		}
		change(s)
	})
	if err != nil {
		return err
	}
	w.unsaved = false
	w.setStanding(s)
	return nil
}

func (w *worker) setStanding(s outbox.AccountState) {
	w.mu.Lock()
	started := w.standing.Stopped && !s.Stopped
	w.standing = s
	w.mu.Unlock()
	if started {
		w.over(AlertStopped, "it posts again")
	}
}

// over tells that a state has ended, to whoever was told of it.
func (w *worker) over(kind, text string) {
	w.engine.opt.Alert(Alert{Kind: kind, Account: w.acc.Name, Text: text, Over: true})
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
	w.changing.Lock()
	defer w.changing.Unlock()
	if err := w.changeLocked(change); err != nil {
		w.log.Error("the account's standing is not recorded", journal.Key, journal.AccountUnsaved, "error", err)
		s := w.standing
		change(&s)
		w.unsaved = true
		w.setStanding(s)
	}
}

// blocked tells whether the account may not post now, and for how long (negative: until woken).
func (w *worker) blocked(now time.Time) (time.Duration, bool) {
	w.mu.Lock()
	s := w.standing
	w.mu.Unlock()
	switch {
	case s.Paused, s.Stopped && s.Until.IsZero():
		return -1, true
	case s.Until.After(now) && s.Since.After(now):
		// The clock was ahead when the wait began and was set back: the wait is as long
		// as it was, and begins now, not when the clock comes there again.
		wait := s.Until.Sub(s.Since)
		w.stand(func(s *outbox.AccountState) { s.Since, s.Until = now, now.Add(wait) })
		return wait, true
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
	if w.tripped {
		w.tripped = false
		w.over(AlertBreaker, "it posts again")
	}
}

// stop ends posting for this account until an operator resumes it, its login is
// changed, or (where the platform names one) a moment has come.
func (w *worker) stop(reason, login string, until time.Time) {
	w.log.Error("account stopped, its queue is kept", journal.Key, journal.AccountStopped, "reason", reason)
	w.engine.opt.Alert(Alert{Kind: AlertStopped, Account: w.acc.Name, Text: wayOut(reason, w.acc.Name)})
	w.stand(func(s *outbox.AccountState) {
		s.Stopped, s.Reason, s.Since, s.Until, s.Login = true, reason, time.Now(), until, login
	})
}

// Resume starts a stopped, waiting or paused account again; "" means all. When the
// platform takes the next request is not for an operator to say.
func (e *Engine) Resume(account string) error {
	return e.eachStanding(account, func(s *outbox.AccountState) {
		*s = outbox.AccountState{PostUntil: s.PostUntil, ReadUntil: s.ReadUntil}
	})
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
		if err := w.change(change); err != nil {
			return err
		}
		w.mu.Lock()
		w.failures, w.broke = 0, nil
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

func pausedReason(account string) string {
	return pausedBy + ": crieur resume " + account
}

const pausedBy = "paused by an operator"

// Why is the reason without the command that ends it, for who shows the command apart.
func (a AccountStatus) Why() string {
	if a.Reason == pausedReason(a.Name) {
		return pausedBy
	}
	return strings.TrimSuffix(a.Reason, wayOut("", a.Name))
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
		return StatePaused, pausedReason(w.acc.Name)
	case s.Stopped && (s.Until.IsZero() || s.Until.After(now)):
		return StateStopped, wayOut(s.Reason, w.acc.Name)
	case s.Until.After(now):
		return StateWaiting, s.Reason
	case w.broke != nil:
		return StateWaiting, w.brokeReason()
	case believed(s.PostUntil, now).After(now):
		return StateWaiting, "the platform takes no post before " + s.PostUntil.UTC().Format(time.RFC3339)
	}
	return StateRunning, ""
}
