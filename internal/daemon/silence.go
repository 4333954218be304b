package daemon

import (
	"context"
	"errors"
	"fmt"
	"time"

	"crieur/config"
	"crieur/internal/alert"
	"crieur/internal/dispatch"
	"crieur/internal/journal"
)

const (
	alertSilence = "silence"
	// silenceGrace is how long after its start the daemon has time to catch up.
	silenceGrace = 10 * time.Minute
	// silenceRound bounds how long a clock that is set goes unnoticed.
	silenceRound = time.Hour
)

// silences tells the operator of accounts that posted nothing for too long, whatever the
// reason, and when they post again. Only one goroutine uses it at a time.
type silences struct {
	began time.Time            // of this process
	told  map[string]time.Time // by account: the last post before the silence that was told
}

// watchSilence works until ctx ends.
func (d *Daemon) watchSilence(ctx context.Context) {
	g := d.current.Load()
	for {
		news := d.outbox.NextReceipt()
		next, err := d.silences.look(g, d.lastPost, time.Now())
		if err != nil {
			d.opt.Log.Error("silence of the accounts not looked at, trying again", journal.Key, journal.OutboxFailed, "error", err)
		}
		if next.IsZero() {
			return // nobody wants to know
		}
		select {
		case <-ctx.Done():
			return
		case <-news:
		case <-time.After(min(silenceRound, time.Until(next))):
		}
	}
}

// lastPost is when an account posted last; false: never.
func (d *Daemon) lastPost(account string) (at time.Time, ok bool, err error) {
	last, ok, err := d.outbox.LastDelivered(account)
	if err != nil || !ok || last.Receipt == nil {
		return time.Time{}, false, err
	}
	return last.Receipt.PostedAt, true, nil
}

// look tells what there is to tell, and returns when to look again; zero: no account
// wants it.
func (s *silences) look(g *generation, lastPost func(string) (time.Time, bool, error), now time.Time) (next time.Time, err error) {
	var failed []error
	for _, acc := range g.cfg.Accounts {
		bound := time.Duration(acc.MaxSilence)
		if bound == 0 {
			delete(s.told, acc.Name)
			continue
		}
		last, posted, err := lastPost(acc.Name)
		if err != nil {
			failed = append(failed, err)
		}
		if !posted || last.After(now) {
			last = s.began // before it anything may have been; after now, the clock was set back
		}
		due := last.Add(bound)
		if grace := s.began.Add(min(bound, silenceGrace)); due.Before(grace) {
			due = grace
		}
		told, was := s.told[acc.Name]
		switch {
		case was && last.After(told):
			delete(s.told, acc.Name)
			g.alerts.Send(alert.Message{Kind: alertSilence, Account: acc.Name, Text: "it posts again", At: now, Over: true})
		case err == nil && !was && !now.Before(due):
			s.told[acc.Name] = last
			g.alerts.Send(alert.Message{Kind: alertSilence, Account: acc.Name, Text: silenceText(g, acc, last, posted, now), At: now})
		}
		if !due.After(now) {
			due = now.Add(silenceRound)
		}
		if next.IsZero() || due.Before(next) {
			next = due
		}
	}
	return next, errors.Join(failed...)
}

func silenceText(g *generation, acc config.Account, last time.Time, posted bool, now time.Time) string {
	since := "since " + last.UTC().Format(time.RFC3339)
	if !posted {
		since = "yet, since crieur started at " + last.UTC().Format(time.RFC3339)
	}
	return fmt.Sprintf("nothing posted %s (max_silence is %s): %s", since, acc.MaxSilence, whySilent(g, acc.Name, now))
}

// whySilent is the most likely reason, for a person.
func whySilent(g *generation, account string, now time.Time) string {
	st, err := g.service.Engine.Status(now)
	if err != nil {
		return err.Error()
	}
	for _, a := range st.Accounts {
		switch {
		case a.Name != account:
		case a.State != dispatch.StateRunning:
			return fmt.Sprintf("it is %s: %s", a.State, a.Reason)
		case a.Queued == 0:
			return "its queue is empty: enqueue an article, or look why none came"
		case a.Next == nil:
			return fmt.Sprintf("of the %d that wait none will be posted within a year: see \"crieur plan\"", a.Queued)
		default:
			return fmt.Sprintf("the next of the %d that wait goes at %s: see \"crieur plan\"", a.Queued, a.Next.At.UTC().Format(time.RFC3339))
		}
	}
	return "see \"crieur status\""
}
