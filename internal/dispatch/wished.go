package dispatch

import (
	"context"
	"errors"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/journal"
	"crieur/internal/outbox"
)

// stillWished asks directly before the request whether the post may go: since its claim,
// a page was looked at and a picture handed over, which may take minutes. go on: send. Else
// the delivery is scheduled again, and what holds it back is dealt with there: it expires,
// or waits for the end of quiet hours or for an operator. One whose article was withdrawn
// is cancelled.
func (w *worker) stillWished(ctx context.Context, d delivery.Delivery) (goOn bool, err error) {
	if w.engine.opt.BeforePost == nil && d.Media == nil {
		return true, nil // nothing took time
	}
	now := time.Now()
	a, err := w.engine.opt.Outbox.Draft(d.ArticleID)
	if err == nil {
		err = w.unwished(d, a, now)
	}
	if err == nil {
		return true, nil
	}
	_, settleErr := w.record(ctx, d, outbox.Outcome{
		To: delivery.Scheduled, Class: delivery.Throttled, Due: now, Error: delivery.NotSent + err.Error(),
	})
	if settleErr != nil {
		return false, settleErr
	}
	if !a.WithdrawnAt.IsZero() {
		cancelled, err := w.cancel(d.ID, "")
		if cancelled {
			w.log.Warn("delivery of a withdrawn article cancelled", journal.Key, journal.DeliveryCancelled, "delivery", d.ID)
		}
		return false, err
	}
	w.log.Warn("not posted, the delivery is scheduled again", journal.Key, journal.DeliveryPostponed, "delivery", d.ID, "reason", err)
	return false, nil
}

// unwished is an error when a claimed delivery is not to be sent now.
func (w *worker) unwished(d delivery.Delivery, a outbox.Article, now time.Time) error {
	if err := w.reread(); err != nil {
		return err
	}
	_, blocked := w.blocked(now)
	switch {
	case !a.WithdrawnAt.IsZero():
		return errors.New("the article was withdrawn meanwhile")
	case blocked:
		return errors.New("the account was paused or stopped meanwhile")
	case !d.Expires.IsZero() && !d.Expires.After(now):
		return errors.New("it expired meanwhile")
	case w.acc.Pace.Rules.Quiet.In(now, w.acc.Pace.zone()):
		return errors.New("quiet hours began meanwhile")
	}
	return nil
}
