package dispatch

import (
	"context"
	"errors"
	"strings"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/journal"
	"crieur/internal/outbox"
	"crieur/internal/platform"
)

// keepLogin lets a login that ends by itself be renewed in time.
func (w *worker) keepLogin(ctx context.Context) {
	if w.acc.Keep != nil && w.acc.Client != nil {
		w.acc.Keep(ctx, w.loginNews, w.loginGone)
	}
}

func (w *worker) loginNews(text string, over bool) {
	if over {
		w.over(AlertToken, text)
		return
	}
	w.log.Warn("the login could not be renewed", journal.Key, journal.LoginExpiring, "reason", text)
	w.engine.opt.Alert(Alert{Kind: AlertToken, Account: w.acc.Name, Text: text})
}

// loginGone stops the account before a post finds out. At a restart it is not told again.
func (w *worker) loginGone(err error) {
	w.mu.Lock()
	known := w.standing.Stopped && w.standing.Login == w.acc.Login
	w.mu.Unlock()
	if !known {
		w.stop(reasonOf(err), w.acc.Login, time.Time{})
		w.wakeUp()
	}
}

func reasonOf(err error) string {
	if perr, ok := errors.AsType[*platform.Error](err); ok {
		return string(perr.Class) + ": " + perr.Err.Error()
	}
	return err.Error()
}

// noteCheck remembers what the question whose login it is came to. That a login is
// refused is told once: it may still post where it may not read.
func (w *worker) noteCheck(id platform.Identity, verr error, now time.Time) error {
	known, err := w.engine.opt.Outbox.LoginCheck(w.acc.Name)
	if err != nil {
		return err
	}
	if known.Login != w.acc.Login {
		known = outbox.LoginCheck{Login: w.acc.Login}
	}
	refused := strings.HasPrefix(known.Error, string(delivery.Auth)+": ") // as reasonOf writes it
	known.At, known.Error = now, ""
	if verr == nil {
		known.VerifiedAt, known.VerifiedAs = now, id.Username
	} else {
		known.Error = reasonOf(verr)
	}
	if verr != nil && !refused && classed(verr).Class == delivery.Auth {
		w.loginNews("the login is refused at its daily check: "+known.Error, false)
	}
	if verr == nil && refused {
		w.loginNews("the login is good again: @"+id.Username, true)
	}
	return w.engine.opt.Outbox.SetLoginCheck(w.acc.Name, known)
}

// readCheck fills in when the login was last checked in earnest.
func (w *worker) readCheck(s *AccountStatus) error {
	c, err := w.engine.opt.Outbox.LoginCheck(w.acc.Name)
	// Without a daemon the logins are not read: then the last ones are meant.
	if err != nil || w.acc.Login != "" && c.Login != w.acc.Login {
		return err
	}
	s.VerifiedAs, s.VerifyError = c.VerifiedAs, c.Error
	if !c.At.IsZero() {
		s.CheckedAt = &c.At
	}
	if !c.VerifiedAt.IsZero() {
		s.VerifiedAt = &c.VerifiedAt
	}
	return nil
}
