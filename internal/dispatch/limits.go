package dispatch

import (
	"context"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/journal"
	"crieur/internal/outbox"
	"crieur/internal/platform"
)

const (
	limitsEvery  = 24 * time.Hour
	limitsRetry  = 10 * time.Minute
	limitsWithin = 30 * time.Second
)

// remembering is a client for which a look at its own login costs money.
type remembering interface{ Remember(platform.Identity) }

// readLimits asks the platform at start and daily for its limits, and as whom we
// post; the last good answer is kept.
func (w *worker) readLimits(ctx context.Context) {
	if w.acc.Client == nil {
		return
	}
	for ctx.Err() == nil {
		pause, known := w.stillKnown(time.Now())
		if !known {
			pause = limitsEvery
			certain, err := w.readLimitsOnce(ctx)
			if err != nil || !certain {
				pause = limitsRetry
			}
			if err != nil {
				if ctx.Err() == nil {
					w.log.Warn("limits not read, the last known ones stay in force", journal.Key, journal.LimitsUnread, "error", err)
				}
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

// stillKnown spares a question that is billed: the same login was verified within the
// day, perhaps by the process before. It tells how long that holds.
func (w *worker) stillKnown(now time.Time) (time.Duration, bool) {
	client, ok := w.acc.Client.(remembering)
	if !ok || w.acc.Price == nil {
		return 0, false
	}
	l, ok, err := w.engine.opt.Outbox.Limits(w.acc.Name)
	age := now.Sub(l.ReadAt)
	if err == nil {
		var check outbox.LoginCheck
		check, err = w.engine.opt.Outbox.LoginCheck(w.acc.Name)
		ok = ok && check.Error == ""
	}
	if err != nil || !ok || l.Username == "" || l.Login != w.acc.Login || age < 0 || age >= limitsEvery {
		return 0, false
	}
	client.Remember(platform.Identity{ID: l.UserID, Username: l.Username})
	return limitsEvery - age, true
}

// readLimitsOnce returns whether the platform said clearly whose the login is: yes, or
// that it is refused. A platform that could not be asked is asked again soon.
func (w *worker) readLimitsOnce(ctx context.Context) (certain bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, limitsWithin)
	defer cancel()
	// X's adapter learns here which name its receipts show. A login that may post
	// but not read posts all the same, so a failure stops nothing.
	id, verr := w.acc.Client.Verify(ctx)
	if verr != nil {
		w.log.Warn("login not verified", journal.Key, journal.LoginUnverified, "error", verr)
	} else {
		w.log.Info("login verified", journal.Key, journal.LoginVerified, "username", id.Username)
	}
	certain = verr == nil || classed(verr).Class == delivery.Auth
	if ctx.Err() == nil || verr == nil { // a stop says nothing of the login
		if err := w.noteCheck(id, verr, time.Now()); err != nil {
			return certain, err
		}
	}
	l, err := w.acc.Client.Limits(ctx)
	if err != nil {
		return certain, err
	}
	l.ReadAt, l.UserID, l.Username, l.Login = time.Now(), id.ID, id.Username, w.acc.Login
	if verr != nil {
		if l, err = w.asKnown(l); err != nil {
			return certain, err
		}
	}
	return certain, w.engine.opt.Outbox.SetLimits(w.acc.Name, l)
}

// asKnown keeps as whom we posted where that could not be asked this time.
func (w *worker) asKnown(l delivery.Limits) (delivery.Limits, error) {
	known, err := w.engine.Limits(w.acc)
	l.UserID, l.Username, l.Login = known.UserID, known.Username, known.Login
	return l, err
}
