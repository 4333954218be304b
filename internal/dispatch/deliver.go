package dispatch

import (
	"context"
	"errors"
	"fmt"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/outbox"
	"crieur/internal/platform"
)

// recordAgain is the first pause after the disk refused an answer.
const recordAgain = time.Second

// deliver takes one due delivery through steps 5 to 9 of its way (design §3):
// page live and intent in one transaction, then the request, then its ending.
func (w *worker) deliver(ctx context.Context, id string) error {
	d, art, err := w.claim(id, time.Now())
	if err != nil {
		return w.lost(id, err)
	}
	receipt, err := w.send(ctx, d, art)
	return w.settle(ctx, d, receipt, err, time.Now())
}

// claim writes the intent: attempt n with its frozen text. From the same
// transaction on, the article's page answers.
func (w *worker) claim(id string, now time.Time) (delivery.Delivery, outbox.Article, error) {
	limits, err := w.engine.Limits(w.acc)
	if err != nil {
		return delivery.Delivery{}, outbox.Article{}, err
	}
	compose := func(a outbox.Article) (string, error) {
		c, err := w.acc.Compose(a.Article, w.engine.opt.PageURL(a.Slug), limits)
		return c.Text, err
	}
	d, err := w.engine.opt.Outbox.Claim(id, now, compose)
	if err != nil {
		return delivery.Delivery{}, outbox.Article{}, err
	}
	art, _, err := w.engine.opt.Outbox.Article(d.ArticleID)
	return d, art, err
}

// lost tells a claim that could not be made from a broken outbox.
func (w *worker) lost(id string, err error) error {
	var compose *outbox.ComposeError
	switch {
	case errors.As(err, &compose):
		// It fitted when it was enqueued, so the account has changed since, not the article.
		w.stop(fmt.Sprintf("the text of delivery %s cannot be composed any more: %v: correct the account's limit, template or content warning", id, compose.Err))
		return nil
	case errors.Is(err, outbox.ErrExpired):
		w.log.Warn("delivery expired before it could be posted", "delivery", id)
		return nil
	case errors.Is(err, outbox.ErrNotScheduled):
		return nil
	}
	return fmt.Errorf("claim %s: %w", id, err)
}

// send makes the one request. Once it is under way a shutdown does not cut it,
// because a cut request is one whose ending nobody knows.
func (w *worker) send(ctx context.Context, d delivery.Delivery, art outbox.Article) (delivery.Receipt, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), w.engine.opt.SendTimeout)
	defer cancel()
	return w.acc.Client.Post(ctx, platform.Post{
		Text:           d.Text,
		ContentWarning: w.acc.contentWarning(art.Article),
		Visibility:     w.acc.Visibility,
		Language:       art.Language,
		Key:            d.Key,
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
		w.log.Info("delivered", "delivery", d.ID, "attempt", n, "post", r.PostID, "url", r.URL)
		return nil
	}
	perr := classed(sendErr)
	out := w.ending(d, perr, now)
	settled, err := w.record(ctx, d, out)
	if err != nil {
		return err
	}
	w.log.Warn("not delivered", "delivery", d.ID, "attempt", n, "class", string(perr.Class), "state", string(out.To), "error", out.Error)
	if out.To == delivery.Unknown {
		_, err = w.engine.hold(settled, now)
	}
	return err
}

// record settles an attempt, again and again while the disk refuses: what the
// platform answered is known only here. It gives up when crieur has to end.
func (w *worker) record(ctx context.Context, d delivery.Delivery, out outbox.Outcome) (delivery.Delivery, error) {
	for pause := recordAgain; ; pause = min(2*pause, longestSleep) {
		settled, err := w.engine.opt.Outbox.Settle(d.ID, lastAttempt(d), time.Now(), out)
		if err == nil || errors.Is(err, outbox.ErrNotSending) || errors.Is(err, outbox.ErrNotFound) {
			return settled, err
		}
		w.log.Error("the platform's answer cannot be recorded, trying again", "delivery", d.ID, "state", string(out.To), "receipt", receiptURL(out), "error", err)
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
		if why := delivery.GiveUp(d.Spent+1, time.Time{}, time.Time{}, retry.MaxAttempts, 0); why != "" {
			out.To, out.Due, out.Reason = delivery.Dead, time.Time{}, why+"; the last error: "+out.Error
		}
	case delivery.Throttled:
		out.To, out.Due = delivery.Scheduled, now.Add(perr.RetryAfter)
		w.waitUntil(out.Due, "throttled by the platform until "+out.Due.UTC().Format(time.RFC3339))
	case delivery.Auth, delivery.Quota:
		out.To, out.Due = delivery.Scheduled, now
		w.stop(fmt.Sprintf("%s: %s", perr.Class, out.Error))
	case delivery.Permanent:
		out.To, out.Reason = delivery.Dead, out.Error
	default:
		// A platform in trouble must not turn the whole queue into riddles.
		w.failed(now, perr)
		out.To, out.Class = delivery.Unknown, delivery.Ambiguous
	}
	return out
}

// hold hands a delivery with an unknown ending to an operator.
func (e *Engine) hold(d delivery.Delivery, now time.Time) (delivery.Delivery, error) {
	cause := "no clear answer"
	if n := len(d.Attempts); n > 0 && d.Attempts[n-1].Error != "" {
		cause = d.Attempts[n-1].Error
	}
	reason := fmt.Sprintf("it may or may not be on %s (%s): look at the account before anything is sent again", platformName(d.Platform), cause)
	e.log.Error("delivery held", "delivery", d.ID, "reason", reason)
	return e.opt.Outbox.Move(d.ID, now, outbox.Outcome{To: delivery.Held, Reason: reason})
}

// classed makes any error a typed one; what is not typed is ambiguous.
func classed(err error) *platform.Error {
	var perr *platform.Error
	if errors.As(err, &perr) && perr.Err != nil {
		return perr
	}
	return &platform.Error{Class: delivery.Ambiguous, Err: err}
}

func platformName(p string) string {
	if p == "x" {
		return "X"
	}
	return "Mastodon"
}
