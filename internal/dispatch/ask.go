package dispatch

import (
	"context"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/outbox"
)

// This file is about deliveries of an outbox that was restored from a backup: they may have
// been posted since (outbox.NeedsLook). The platform is asked before one is sent, and before
// one is said to have expired unposted.

// questionsAtMost bounds the deliveries that are looked for at once: a platform that shows no
// posts for a while must not make riddles of the whole queue.
const questionsAtMost = 20

// asked tells whether the last attempt only asked.
func asked(d delivery.Delivery) bool {
	n := len(d.Attempts)
	return n > 0 && d.Attempts[n-1].Asked
}

// wouldAsk tells whether a step asks the platform about one more delivery.
func (w *worker) wouldAsk(s action) (bool, error) {
	if s.passes || s.expires == "" {
		return !s.passes && w.engine.opt.Outbox.NeedsLook(s.delivery), nil
	}
	d, err := w.engine.opt.Outbox.Delivery(s.expires)
	return w.engine.opt.Outbox.NeedsLook(d), err
}

// ask makes a delivery unknown, to be looked for. Nothing was sent.
func (w *worker) ask(ctx context.Context, next action, now time.Time) error {
	d, _, err := w.claim(next, true, now)
	if err != nil {
		return w.lost(next.delivery.ID, err)
	}
	_, err = w.record(ctx, d, outbox.Outcome{
		To: delivery.Unknown, Class: delivery.Ambiguous, Due: time.Now(),
		Error: "the outbox was restored from a backup: it may have been posted since",
	})
	return err
}

// expireOrAsk ends a delivery whose time is over, unless it may have been posted.
func (w *worker) expireOrAsk(ctx context.Context, id string, now time.Time) error {
	d, err := w.engine.opt.Outbox.Delivery(id)
	switch {
	case err != nil:
		return err
	case !w.engine.opt.Outbox.NeedsLook(d):
		return w.expire(id, now)
	case d.Expires.IsZero() || d.Expires.After(now):
		return nil // an operator was quicker
	}
	return w.ask(ctx, action{delivery: d}, now)
}
