package dispatch

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"crieur/internal/article"
	"crieur/internal/delivery"
	"crieur/internal/journal"
	"crieur/internal/outbox"
)

const (
	// preflightWithin bounds a check of a page, which looks at it from outside and tries
	// again where a server restarts.
	preflightWithin = 4 * time.Minute
	// clearedAtMost bounds what is remembered of checks; after so many all are made again.
	clearedAtMost = 10_000
)

// cleared are the pages that a check found fine, each with the platform that it was
// made for. A process checks them once.
type cleared struct {
	mu   sync.Mutex
	fine map[[2]string]bool // article ID, platform
}

func (c *cleared) has(articleID, platform string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.fine[[2]string{articleID, platform}]
}

func (c *cleared) add(articleID, platform string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.fine == nil || len(c.fine) >= clearedAtMost {
		c.fine = map[[2]string]bool{}
	}
	c.fine[[2]string{articleID, platform}] = true
}

// checked looks at the page before the first post that leads to it: after the claim,
// since the page exists only from then on, and before the request. go on: send. Else the
// delivery is settled: held where the card would be broken, scheduled again where the
// check did not come to an end. Nothing was sent, so no attempt is spent and what the
// claim booked is given back.
func (w *worker) checked(ctx context.Context, d delivery.Delivery, art outbox.Article) (goOn bool, err error) {
	check, known := w.engine.opt.BeforePost, &w.engine.cleared
	if check == nil || !w.acc.Link || known.has(art.ID, d.Platform) {
		return true, nil
	}
	_, ds, err := w.engine.opt.Outbox.Article(art.ID)
	if err != nil {
		// An intent that cannot be read on is given back, or left for the next start.
		return false, errors.Join(err, w.unchecked(ctx, d, err))
	}
	if slices.ContainsFunc(ds, func(d delivery.Delivery) bool { return d.Receipt != nil }) {
		return true, nil // a post leads there already
	}
	w.allow(preflightWithin)
	within, cancel := context.WithTimeout(ctx, preflightWithin)
	broken := check(within, art.Slug, d.Platform)
	cancel()
	w.setBusy(true) // anew: the request has its own time
	switch {
	case ctx.Err() != nil:
		// Also when it was fine: who stops does not want one more request.
		return false, w.unchecked(ctx, d, ctx.Err())
	case broken == nil:
		known.add(art.ID, d.Platform)
		return true, nil
	case errors.Is(broken, context.Canceled) || errors.Is(broken, context.DeadlineExceeded):
		return false, w.unchecked(ctx, d, broken)
	}
	return false, w.holdUnsent(ctx, d, broken)
}

// leadsNowhere cancels a delivery whose link would be dead: older versions took slugs that
// no page can have. Before the claim, so that there never was such a page. What may have been
// posted since a backup is looked for first.
func (w *worker) leadsNowhere(d delivery.Delivery) (cancelled bool, err error) {
	if !w.acc.Link {
		return false, nil
	}
	art, err := w.engine.opt.Outbox.Draft(d.ArticleID)
	if err != nil || article.IsSlug(art.Slug) {
		return false, err
	}
	reason := fmt.Sprintf("no page can have the slug %q, so the link would be dead: write another one into the article, as %q, then \"crieur enqueue --again --account %s FILE\" posts it",
		art.Slug, article.Slug(art.Slug, ""), d.Account)
	if cancelled, err := w.cancel(d.ID, reason); !cancelled {
		return err == nil, err
	}
	w.log.Warn("delivery cancelled whose link would be dead", journal.Key, journal.DeliveryCancelled, "delivery", d.ID, "reason", reason)
	w.engine.alert(AlertDead, d, reason)
	return true, nil
}

// cancel ends a scheduled delivery; false: an operator was quicker.
func (w *worker) cancel(id, reason string) (bool, error) {
	_, err := w.engine.opt.Outbox.Move(id, time.Now(), outbox.Outcome{To: delivery.Cancelled, Reason: reason})
	if err == nil {
		return true, nil
	}
	if d, rerr := w.engine.opt.Outbox.Delivery(id); rerr == nil && d.State != delivery.Scheduled {
		return false, nil
	}
	return false, err
}

func (w *worker) holdUnsent(ctx context.Context, d delivery.Delivery, broken error) error {
	reason := fmt.Sprintf(delivery.NotSent+"%v: correct that, then \"crieur resolve %s --not-posted\" sends it (pages.preflight = false posts it all the same)", broken, d.ID)
	_, err := w.record(ctx, d, outbox.Outcome{
		To: delivery.Held, Class: delivery.Throttled, Error: delivery.NotSent + broken.Error(), Reason: reason,
	})
	if err != nil {
		return err
	}
	w.log.Error("delivery held", journal.Key, journal.DeliveryHeld, "delivery", d.ID, "reason", reason)
	w.engine.alert(AlertHeld, d, reason)
	return nil
}

// unchecked gives a delivery back whose page could not be looked at.
func (w *worker) unchecked(ctx context.Context, d delivery.Delivery, cause error) error {
	now := time.Now()
	due := now
	if ctx.Err() == nil {
		due = now.Add(delivery.Backoff(w.engine.opt.Retry.Min, w.engine.opt.Retry.Max, 0, w.engine.opt.Rand))
	}
	_, err := w.record(ctx, d, outbox.Outcome{
		To: delivery.Scheduled, Class: delivery.Throttled, Due: due,
		Error: delivery.NotSent + "the check of the page did not come to an end: " + cause.Error(),
	})
	if err == nil {
		w.log.Warn("page not checked, the delivery is scheduled again", journal.Key, journal.PageUnchecked, "delivery", d.ID, "error", cause)
	}
	return err
}
