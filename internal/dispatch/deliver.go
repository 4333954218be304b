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

// recordAgain is the first pause after the disk refused an answer.
const recordAgain = time.Second

// keyForgotten is how long Mastodon remembers an idempotency key, and a little more.
const keyForgotten = time.Hour + time.Minute

// deliver takes one due delivery through steps 5 to 9 of its way (design §3):
// page live and intent in one transaction, a look at the page where it is wished, the
// picture where there is one, then the request, then its ending.
func (w *worker) deliver(ctx context.Context, next action) error {
	due := next.delivery
	if w.engine.opt.Outbox.NeedsLook(due) {
		return w.ask(ctx, next, time.Now())
	}
	if cancelled, err := w.leadsNowhere(due); cancelled || err != nil {
		return err
	}
	d, art, err := w.claim(next, false, time.Now())
	if err != nil {
		return w.lost(due.ID, err)
	}
	if goOn, err := w.checked(ctx, d, art); !goOn {
		return err
	}
	w.warnOfBudget(time.Now())
	media, goOn, err := w.picture(ctx, d)
	if !goOn {
		return err
	}
	if goOn, err := w.stillWished(ctx, d); !goOn {
		return err
	}
	w.log.Debug("posting", journal.Key, journal.AttemptStarted, "delivery", d.ID, "attempt", lastAttempt(d), "slug", art.Slug, "bytes", len(d.Text))
	receipt, err := w.send(ctx, d, art, media)
	return w.settle(ctx, d, receipt, err, time.Now())
}

// claim writes the intent: attempt n with its frozen text. From the same
// transaction on, the article's page answers, the slot is used and the post paid.
func (w *worker) claim(next action, asks bool, now time.Time) (delivery.Delivery, outbox.Article, error) {
	limits, err := w.engine.Limits(w.acc)
	if err != nil {
		return delivery.Delivery{}, outbox.Article{}, err
	}
	d, err := w.engine.opt.Outbox.Claim(next.delivery.ID, now, outbox.Terms{
		PerHour: w.engine.opt.PerHour,
		Compose: func(a outbox.Article) (string, error) {
			c, err := w.acc.Compose(a.Article, w.engine.opt.PageURL(a.Slug), limits)
			return c.Text, err
		},
		Asks: asks, Slot: next.slot.At, Month: w.acc.Pace.month(now),
		Cost: func(text string) outbox.Micros { return outbox.MicrosOf(w.acc.Cost(text)) },
	})
	if err != nil {
		return delivery.Delivery{}, outbox.Article{}, err
	}
	art, _, err := w.engine.opt.Outbox.Article(d.ArticleID)
	return d, art, err
}

// lost tells a claim that could not be made from a broken outbox.
func (w *worker) lost(id string, err error) error {
	var compose *outbox.ComposeError
	var breaker *outbox.BreakerError
	switch {
	case errors.As(err, &breaker):
		w.tripped = true
		w.count(CountedBreaker, "")
		w.log.Error("breaker: too many posts within an hour", journal.Key, journal.BreakerTripped, "delivery", id, "per_hour", breaker.PerHour, "until", breaker.Until)
		w.engine.opt.Alert(Alert{Kind: AlertBreaker, Account: w.acc.Name, Text: fmt.Sprintf(
			"%d posts within an hour are the most allowed: nothing more until %s", breaker.PerHour, breaker.Until.UTC().Format(time.RFC3339))})
		w.waitUntil(breaker.Until, fmt.Sprintf("breaker: %d posts within an hour are the most allowed (delivery.breaker_per_hour); next %s",
			breaker.PerHour, breaker.Until.UTC().Format(time.RFC3339)))
		return nil
	case errors.As(err, &compose):
		// It fitted when it was enqueued, so the account has changed since, not the article.
		w.stop(fmt.Sprintf("the text of delivery %s cannot be composed any more: %v: correct the account's limit, template or content warning", id, compose.Err), "", time.Time{})
		return nil
	case errors.Is(err, outbox.ErrExpired):
		d, err := w.engine.opt.Outbox.Delivery(id)
		if err != nil {
			return err
		}
		w.tellExpired(d)
		return nil
	case errors.Is(err, outbox.ErrWithdrawn):
		w.log.Warn("delivery of a withdrawn article cancelled", journal.Key, journal.DeliveryCancelled, "delivery", id)
		return nil
	case errors.Is(err, outbox.ErrNotScheduled):
		return nil
	}
	return fmt.Errorf("claim %s: %w", id, err)
}

// send makes the one request. Once it is under way a shutdown does not cut it,
// because a cut request is one whose ending nobody knows.
func (w *worker) send(ctx context.Context, d delivery.Delivery, art outbox.Article, media string) (delivery.Receipt, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), w.engine.opt.SendTimeout)
	defer cancel()
	failpoint.Reach("send.before")
	defer failpoint.Reach("send.after")
	return w.acc.Client.Post(ctx, platform.Post{
		Text:           d.Text,
		ContentWarning: w.acc.contentWarning(art.Article),
		Visibility:     w.acc.Visibility,
		Language:       art.Language,
		Key:            d.Key,
		MediaID:        media,
	})
}

// settle records how the attempt ended, and what that means for the account.
func (w *worker) settle(ctx context.Context, d delivery.Delivery, r delivery.Receipt, sendErr error, now time.Time) error {
	n := lastAttempt(d)
	if sendErr == nil && r.PostID == "" {
		sendErr = &platform.Error{Class: delivery.Ambiguous, Err: errors.New("the platform answered with success but without a post ID")}
	}
	if sendErr == nil {
		w.succeeded()
		if _, err := w.record(ctx, d, outbox.Outcome{To: delivery.Delivered, Class: delivery.OK, Receipt: &r}); err != nil {
			return fmt.Errorf("delivery %s is posted as %s (%s), but that is not recorded: %w", d.ID, r.PostID, r.URL, err)
		}
		w.expect(d.ID, now)
		w.count(CountedAttempt, string(delivery.OK))
		w.log.Info("delivered", journal.Key, journal.DeliveryDelivered, "delivery", d.ID, "attempt", n, "post", r.PostID, "url", r.URL)
		return nil
	}
	perr := classed(sendErr)
	out := w.ending(d, perr, now)
	if _, err := w.record(ctx, d, out); err != nil {
		return err
	}
	w.count(CountedAttempt, string(out.Class))
	if out.To == delivery.Dead {
		w.log.Error("given up", journal.Key, journal.DeliveryDead, "delivery", d.ID, "attempt", n, "class", string(out.Class), "reason", out.Reason)
		w.engine.alert(AlertDead, d, out.Reason)
		return nil
	}
	w.log.Warn("not delivered", journal.Key, journal.DeliveryFailed, "delivery", d.ID, "attempt", n, "class", string(out.Class), "state", string(out.To), "status", out.Status, "due", out.Due, "error", out.Error)
	return nil
}

// record settles an attempt, again and again while the disk refuses: what the
// platform answered is known only here. It gives up when crieur has to end.
func (w *worker) record(ctx context.Context, d delivery.Delivery, out outbox.Outcome) (delivery.Delivery, error) {
	for pause := recordAgain; ; pause = min(2*pause, longestSleep) {
		settled, err := w.engine.opt.Outbox.Settle(d.ID, lastAttempt(d), time.Now(), out)
		if err == nil || errors.Is(err, outbox.ErrNotSending) || errors.Is(err, outbox.ErrNotFound) {
			return settled, err
		}
		w.log.Error("the platform's answer cannot be recorded, trying again", journal.Key, journal.AnswerUnsaved, "delivery", d.ID, "state", string(out.To), "receipt", receiptURL(out), "error", err)
		w.troubled(err)
		w.setBusy(true) // anew: it waits for the disk and is not stuck
		select {
		case <-ctx.Done():
			return settled, err
		case <-time.After(pause):
		}
	}
}

func receiptURL(out outbox.Outcome) string {
	if out.Receipt == nil {
		return ""
	}
	return out.Receipt.URL
}

// ending decides by effect class. Whatever is not certain counts as posted until a person says otherwise.
func (w *worker) ending(d delivery.Delivery, perr *platform.Error, now time.Time) outbox.Outcome {
	out := outbox.Outcome{Class: perr.Class, Status: perr.Status, Error: perr.Err.Error()}
	retry := w.engine.opt.Retry
	switch perr.Class {
	case delivery.Refused:
		out.To, out.Due = delivery.Scheduled, w.failed(now, perr)
		if why := delivery.GiveUp(d.Spent+1, retry.MaxAttempts); why != "" {
			out.To, out.Due, out.Reason = delivery.Dead, time.Time{}, why+"; the last error: "+out.Error
		}
	case delivery.Throttled:
		out.To, out.Due = delivery.Scheduled, now.Add(perr.RetryAfter)
		w.waitUntil(out.Due, "throttled by the platform until "+out.Due.UTC().Format(time.RFC3339))
	case delivery.Auth:
		if errors.Is(perr, platform.ErrDeleted) && triedBefore(d) {
			// The key is forgotten after an hour. Nothing is wrong with the account.
			out.To, out.Class, out.Due = delivery.Scheduled, delivery.Throttled, now.Add(keyForgotten)
			break
		}
		out.To, out.Due = delivery.Scheduled, now
		w.stop(fmt.Sprintf("%s: %s", perr.Class, out.Error), w.acc.Login, time.Time{})
	case delivery.Quota:
		out.To, out.Due = delivery.Scheduled, now // the account waits, which an operator may end earlier
		until := time.Time{}                      // the platform does not say: an operator resumes
		if perr.RetryAfter > 0 {
			until = now.Add(perr.RetryAfter)
		}
		w.stop(fmt.Sprintf("%s: %s", perr.Class, out.Error), "", until)
	case delivery.Permanent:
		if errors.Is(perr, platform.ErrDuplicate) && triedBefore(d) {
			// Evidence that the earlier attempt landed; the look finds its ID.
			out.To, out.Class, out.Landed, out.Due = delivery.Unknown, delivery.Ambiguous, true, now.Add(w.engine.opt.Settle)
			break
		}
		out.To, out.Reason = delivery.Dead, out.Error
	default:
		// A platform in trouble must not turn the whole queue into riddles.
		w.failed(now, perr)
		out.To, out.Class, out.Due = delivery.Unknown, delivery.Ambiguous, now.Add(w.engine.opt.Settle)
	}
	return out
}

// classed makes any error a typed one; what is not typed is ambiguous.
func classed(err error) *platform.Error {
	var perr *platform.Error
	if errors.As(err, &perr) && perr.Err != nil {
		return perr
	}
	return &platform.Error{Class: delivery.Ambiguous, Err: err}
}

// triedBefore tells whether an earlier attempt may have landed.
func triedBefore(d delivery.Delivery) bool {
	return slices.ContainsFunc(d.Attempts, func(a delivery.Attempt) bool { return a.Class == delivery.Ambiguous })
}

func platformName(p string) string {
	if p == "x" {
		return "X"
	}
	return "Mastodon"
}
