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
