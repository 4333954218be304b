package dispatch

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/failpoint"
	"crieur/internal/journal"
	"crieur/internal/outbox"
	"crieur/internal/platform"
)

const (
	// absences is how often a post must be missing from the whole list before it
	// counts as never posted: timelines lag.
	absences = 2
	// looksAtMost bounds looks that decide nothing; then a person decides.
	looksAtMost = 10
	lookWithin  = 2 * time.Minute
)

// look searches the platform for the post of an attempt without a clear answer, and
// draws the one conclusion that what it found allows.
func (w *worker) look(ctx context.Context, d delivery.Delivery) error {
	query, err := w.query(d)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, lookWithin)
	defer cancel()
	w.log.Debug("looking for the post", journal.Key, journal.LookStarted, "delivery", d.ID, "since", query.Since, "until", query.Until)
	failpoint.Reach("look.before")
	found, err := w.acc.Client.Find(ctx, query)
	failpoint.Reach("look.after")
	now := time.Now()
	switch {
	case ctx.Err() != nil && errors.Is(context.Cause(ctx), context.Canceled):
		return nil // crieur ends; the next start looks again
	case err != nil:
		return w.lookFailed(d, classed(err), now)
	case found.Receipt != nil:
		w.count(CountedLook, lookFound)
		w.log.Info("found on the platform", journal.Key, journal.LookFound, "delivery", d.ID, "post", found.Receipt.PostID, "url", found.Receipt.URL)
		return w.conclude(d, now, w.acc.Found(d, *found.Receipt, now))
	case !found.Whole:
		w.count(CountedLook, lookUndecided)
		return w.undecided(d, now, delivery.Look{At: now, Error: "not all posts of the account could be read"}, 0)
	}
	return w.absent(d, now)
}

// query names the post by the page's address, or by its text where it does not carry that.
func (w *worker) query(d delivery.Delivery) (platform.Query, error) {
	q := platform.Query{Text: d.Text, Visibility: w.acc.Visibility, Since: w.engine.opt.Outbox.LookSince(d), Until: time.Now()}
	if n := len(d.Attempts); n > 0 {
		q.Until = d.Attempts[n-1].At.Add(w.sendWithin(d))
	}
	a, _, err := w.engine.opt.Outbox.Article(d.ArticleID)
	// What was sent decides: base_url, or whether there is a link, may have changed since.
	if link := w.engine.opt.PageURL(a.Slug); platform.HoldsLink(d.Text, link) || d.Text == "" && w.acc.Link {
		q.Link = link
	}
	return q, err
}

// absent counts a look that read everything and found nothing. Only the second one,
// spaced, proves that the post does not exist.
func (w *worker) absent(d delivery.Delivery, now time.Time) error {
	w.count(CountedLook, lookAbsent)
	seen := 1
	for _, l := range d.Looks {
		if l.Absent {
			seen++
		}
	}
	w.log.Debug("the post is not there", journal.Key, journal.LookMissing, "delivery", d.ID, "look", seen, "of", absences)
	look := delivery.Look{At: now, Absent: true}
	looked, err := w.engine.opt.Outbox.Looked(d.ID, now, look, now.Add(w.engine.opt.Settle))
	failpoint.Reach("absent.after")
	if err != nil || seen < absences {
		return err
	}
	if d.Landed {
		return w.engine.hold(looked, now, "the platform refused it as a duplicate, but no such post is found")
	}
	if why := delivery.GiveUp(d.Spent, w.engine.opt.Retry.MaxAttempts); why != "" {
		return w.engine.hold(looked, now, why+"; the last one is not on the platform")
	}
	w.log.Info("certainly not posted, to be sent again", journal.Key, journal.LookAbsent, "delivery", d.ID)
	due := now // not in a slot: it had one
	if asked(looked) && !looked.Timed {
		due = time.Time{} // to ask used no slot
	}
	return w.conclude(looked, now, outbox.Outcome{To: delivery.Scheduled, Due: due})
}

// lookFailed decides what a failed look means: nothing about the post.
func (w *worker) lookFailed(d delivery.Delivery, perr *platform.Error, now time.Time) error {
	w.count(CountedLook, lookUndecided)
	look := delivery.Look{At: now, Error: perr.Err.Error()}
	switch perr.Class {
	case delivery.Auth, delivery.Quota:
		looked, err := w.engine.opt.Outbox.Looked(d.ID, now, look, now.Add(w.engine.opt.Settle))
		if err != nil {
			return err
		}
		return w.engine.hold(looked, now, "the account's posts cannot be read: "+look.Error)
	case delivery.Throttled:
		w.noReadBefore(now.Add(perr.RetryAfter))
		_, err := w.engine.opt.Outbox.Looked(d.ID, now, look, now.Add(perr.RetryAfter))
		return err
	default:
		return w.undecided(d, now, look, perr.RetryAfter)
	}
}

// undecided looks again later, and hands over to a person when that goes on.
func (w *worker) undecided(d delivery.Delivery, now time.Time, look delivery.Look, wait time.Duration) error {
	undecided := 1
	for _, l := range d.Looks {
		if !l.Absent {
			undecided++
		}
	}
	pause := max(wait, delivery.Backoff(w.engine.opt.Settle, w.engine.opt.Retry.Max, undecided, w.engine.opt.Rand))
	looked, err := w.engine.opt.Outbox.Looked(d.ID, now, look, now.Add(pause))
	failpoint.Reach("undecided.after")
	if err != nil {
		return err
	}
	w.log.Warn("looked for the post, undecided", journal.Key, journal.LookUndecided, "delivery", d.ID, "error", look.Error)
	if undecided < looksAtMost {
		return nil
	}
	return w.engine.hold(looked, now, fmt.Sprintf("%d looks decided nothing, the last: %s", undecided, look.Error))
}

func (w *worker) conclude(d delivery.Delivery, now time.Time, out outbox.Outcome) error {
	_, err := w.engine.opt.Outbox.Move(d.ID, now, out)
	return err
}

// hold hands a delivery with an unknown ending to an operator.
func (e *Engine) hold(d delivery.Delivery, now time.Time, cause string) error {
	reason := fmt.Sprintf("it may or may not be on %s (%s): look at the account, then \"crieur resolve %s --posted URL\" or \"--not-posted\"",
		platformName(d.Platform), cause, d.ID)
	e.log.Error("delivery held", journal.Key, journal.DeliveryHeld, "delivery", d.ID, "reason", reason)
	if _, err := e.opt.Outbox.Move(d.ID, now, outbox.Outcome{To: delivery.Held, Reason: reason}); err != nil {
		return err
	}
	e.alert(AlertHeld, d, reason)
	return nil
}

// alert names the article, so that the message says which post it is about.
func (e *Engine) alert(kind string, d delivery.Delivery, text string) {
	a, _, err := e.opt.Outbox.Article(d.ArticleID)
	if err != nil {
		e.log.Error("article of an alert not read", journal.Key, journal.OutboxFailed, "delivery", d.ID, "error", err)
	}
	e.opt.Alert(Alert{Kind: kind, Account: d.Account, Delivery: d.ID, Title: a.Title, Text: text})
}

// Recover turns what was in flight when the process ended into questions to the
// platform: whether it was posted is not known, so it is looked for, never simply sent.
func (e *Engine) Recover(now time.Time) error {
	failpoint.Reach("recover.before")
	defer failpoint.Reach("recover.after")
	errs := []error{e.interrupted("", now)}
	for _, w := range e.workers {
		errs = append(errs, w.recall(now)) // a full disk can still be read
	}
	return errors.Join(errs...)
}

// recall takes the account's standing, schedule and latest post from the outbox.
func (w *worker) recall(now time.Time) error {
	if err := w.remember(); err != nil {
		return err
	}
	if err := w.beginSchedule(now); err != nil {
		return err
	}
	return w.expectLast(now)
}

// interrupted asks what became of the attempts of an account ("": of all), and of accounts
// that are no longer configured, that nobody waits for any more. It is for when no worker
// of the account runs.
func (e *Engine) interrupted(account string, now time.Time) error {
	ds, err := e.opt.Outbox.Interrupted()
	if err != nil {
		return fmt.Errorf("deliveries in flight at the last stop: %w", err)
	}
	for _, d := range ds {
		if d.State != delivery.Sending || account != "" && d.Account != account && e.posts(d.Account) {
			continue
		}
		out := outbox.Outcome{
			To: delivery.Unknown, Class: delivery.Ambiguous, Due: now.Add(e.opt.Settle),
			Error: "crieur stopped before the platform's answer was recorded",
		}
		if _, err := e.opt.Outbox.Settle(d.ID, lastAttempt(d), now, out); err != nil && !errors.Is(err, outbox.ErrNotSending) {
			return err
		}
	}
	return nil
}

func (e *Engine) posts(account string) bool {
	return slices.ContainsFunc(e.workers, func(w *worker) bool { return w.acc.Name == account })
}

// nextLook is the unknown delivery to be looked for first, of so many.
func (w *worker) nextLook(now time.Time) (d delivery.Delivery, n int, err error) {
	ds, err := w.engine.opt.Outbox.Unknown(w.acc.Name)
	if err != nil || len(ds) == 0 {
		return d, 0, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	// The platform has said that it answers no earlier.
	ds[0].NextLook = latest(ds[0].NextLook, believed(w.standing.ReadUntil, now))
	return ds[0], len(ds), nil
}

// fromTheFuture tells that a look was put further away than any wait that a platform
// can ask for: the clock was ahead then and was set back. It must not wait until the
// clock comes there again.
func fromTheFuture(d delivery.Delivery, now time.Time) bool {
	return d.NextLook.Sub(now) > longestWindow
}
