package dispatch

import (
	"context"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/journal"
	"crieur/internal/outbox"
)

// stillWished asks directly before the request whether the post may go: since its claim,
// a page was looked at and a picture handed over, which may take minutes. go on: send. Else
// the delivery is scheduled again, and what holds it back is dealt with there: it expires,
// is cancelled with its article, waits for the end of quiet hours or for an operator.
func (w *worker) stillWished(ctx context.Context, d delivery.Delivery) (goOn bool, err error) {
	if w.engine.opt.BeforePost == nil && d.Media == nil {
		return true, nil // nothing took time
	}
	now := time.Now()
	why, err := w.unwished(d, now)
	if err == nil && why == "" {
		return true, nil
	}
	if err != nil {
		why = "the outbox cannot be read: " + err.Error()
	}
	_, settleErr := w.record(ctx, d, outbox.Outcome{
		To: delivery.Scheduled, Class: delivery.Throttled, Due: now, Error: delivery.NotSent + why,
	})
	if settleErr == nil {
		w.log.Warn("not posted, the delivery is scheduled again", journal.Key, journal.DeliveryPostponed, "delivery", d.ID, "reason", why)
	}
	return false, settleErr
}

// unwished is why a claimed delivery is not to be sent now; empty: it is.
func (w *worker) unwished(d delivery.Delivery, now time.Time) (string, error) {
	if err := w.reread(); err != nil {
		return "", err
	}
	a, err := w.engine.opt.Outbox.Draft(d.ArticleID)
	if err != nil {
		return "", err
	}
	rules := w.acc.Pace.Rules
	_, blocked := w.blocked(now)
	switch {
	case !a.WithdrawnAt.IsZero():
		return "the article was withdrawn meanwhile", nil
	case blocked:
		return "the account was paused or stopped meanwhile", nil
	case !d.Expires.IsZero() && !d.Expires.After(now):
		return "it expired meanwhile", nil
	case rules.Quiet.In(now, w.acc.Pace.zone()):
		return "quiet hours began meanwhile", nil
	}
	return "", nil
}
