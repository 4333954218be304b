package dispatch

import (
	"context"
	"fmt"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/journal"
	"crieur/internal/outbox"
	"crieur/internal/platform"
)

// readBacksAtMost bounds how many successes wait to be read back: beyond that a
// newsroom has other troubles.
const readBacksAtMost = 100

// readBack is a success that is looked at once more: a platform may answer with an ID
// and drop the post in silence.
type readBack struct {
	id     string
	at     time.Time
	absent int
}

// readBackWait is how many settling times the oldest success waits for younger ones, so
// that one reading of the list, which may be billed by the post, serves them all.
const readBackWait = 5

// expect queues a success to be read back after the settling time.
func (w *worker) expect(id string, now time.Time) {
	if w.engine.opt.VerifyPosts && len(w.readBacks) < readBacksAtMost {
		w.readBacks = append(w.readBacks, readBack{id: id, at: now.Add(w.engine.opt.Settle)})
	}
}

// noReadBefore remembers when the platform shows posts again; posting goes on meanwhile.
func (w *worker) noReadBefore(until time.Time) {
	w.stand(func(s *outbox.AccountState) { s.ReadUntil = until })
}

// nextReadBack is when successes are to be read back: when nothing younger is about to
// settle, but the oldest does not wait for ever.
func (w *worker) nextReadBack(now time.Time) (time.Time, bool) {
	if len(w.readBacks) == 0 {
		return time.Time{}, false
	}
	at := w.readBacks[len(w.readBacks)-1].at
	if last := w.readBacks[0].at.Add(readBackWait * w.engine.opt.Settle); last.Before(at) {
		at = last
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return latest(at, believed(w.standing.ReadUntil, now)), true
}

// expectLast queues the latest success anew, if the process before may not have read
// it back any more.
func (w *worker) expectLast(now time.Time) error {
	d, ok, err := w.engine.opt.Outbox.LastDelivered(w.acc.Name)
	if err != nil || !ok || d.Receipt == nil {
		return err
	}
	age := now.Sub(d.Receipt.PostedAt)
	if age >= 0 && age < 2*w.engine.opt.Settle && len(w.readBacks) == 0 {
		w.expect(d.ID, now)
	}
	return nil
}

// Inherit takes over what an engine that has ended still wanted to read back.
func (e *Engine) Inherit(old *Engine) {
	for _, w := range e.workers {
		for _, o := range old.workers {
			if o.acc.Name == w.acc.Name {
				w.readBacks = o.readBacks
			}
		}
	}
}

// verifyPosts looks once for all successes that have settled. What is missing twice is
// reported, and never posted again: an operator may have deleted it.
func (w *worker) verifyPosts(ctx context.Context, now time.Time) error {
	rbs, ds, qs, err := w.settled(now)
	if err != nil || len(qs) == 0 {
		return err
	}
	afford, err := w.affords(len(qs), now)
	if err != nil {
		return err
	}
	if !afford { // nobody needs it as much as a post
		w.log.Warn("posts not read back: the month's budget is used up", journal.Key, journal.ReadbackUndecided, "posts", len(qs))
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, lookWithin)
	defer cancel()
	found, err := w.acc.Client.FindEach(ctx, qs)
	if err != nil {
		w.log.Warn("posts not read back", journal.Key, journal.ReadbackUndecided, "posts", len(qs), "error", err)
		if perr := classed(err); perr.Class == delivery.Throttled {
			w.noReadBefore(time.Now().Add(perr.RetryAfter))
			w.readBacks = append(rbs, w.readBacks...) // their turn comes then
		}
		return nil
	}
	for i, f := range found {
		w.verified(rbs[i], ds[i], f, now)
	}
	return nil
}

// settled takes the successes that may be looked for off the queue.
func (w *worker) settled(now time.Time) (rbs []readBack, ds []delivery.Delivery, qs []platform.Query, err error) {
	for len(w.readBacks) > 0 && !w.readBacks[0].at.After(now) {
		rb := w.readBacks[0]
		w.readBacks = w.readBacks[1:]
		d, err := w.engine.opt.Outbox.Delivery(rb.id)
		if err != nil {
			return nil, nil, nil, err
		}
		if d.State != delivery.Delivered || d.Receipt == nil {
			continue
		}
		q, err := w.query(d)
		if err != nil {
			return nil, nil, nil, err
		}
		if n := len(d.Attempts); n > 0 && d.Attempts[n-1].Class == delivery.OK {
			q.Since = d.Attempts[n-1].At // this one made it, whatever came before
		}
		rbs, ds, qs = append(rbs, rb), append(ds, d), append(qs, q)
	}
	return rbs, ds, qs, nil
}

// affords tells whether the month's budget has room to read n posts.
func (w *worker) affords(n int, now time.Time) (bool, error) {
	p := w.acc.Pace
	if p.Budget == 0 || w.acc.Price == nil {
		return true, nil
	}
	spent, err := w.engine.opt.Outbox.Spent(w.acc.Name, p.month(now))
	return spent+w.acc.Price(platform.OpReadOwned, n) <= p.Budget, err
}

// verified tells what came out for one success.
func (w *worker) verified(rb readBack, d delivery.Delivery, found platform.Found, now time.Time) {
	switch {
	case found.Receipt != nil && found.Receipt.PostID != d.Receipt.PostID:
		w.log.Error("post read back under another ID: it may stand there twice", journal.Key, journal.ReadbackDoubled, "delivery", d.ID, "post", d.Receipt.PostID, "found", found.Receipt.PostID)
		w.engine.alert(AlertDoubled, d, fmt.Sprintf("the platform gave the ID %s, and the post was found under %s: it may stand there twice, look and delete one: %s", d.Receipt.PostID, found.Receipt.PostID, found.Receipt.URL))
	case found.Receipt != nil:
		w.log.Debug("post read back", journal.Key, journal.ReadbackFound, "delivery", d.ID, "post", d.Receipt.PostID)
	case !found.Whole:
		w.log.Warn("post not read back: not all posts of the account could be read", journal.Key, journal.ReadbackUndecided, "delivery", d.ID)
	case rb.absent+1 < absences:
		w.readBacks = append(w.readBacks, readBack{id: rb.id, at: now.Add(w.engine.opt.Settle), absent: rb.absent + 1})
	default:
		w.log.Error("post vanished: the platform gave an ID, but the post is not among the account's", journal.Key, journal.PostVanished, "delivery", d.ID, "post", d.Receipt.PostID, "url", d.Receipt.URL)
		w.engine.alert(AlertVanished, d, "the platform gave the ID "+d.Receipt.PostID+", but the post is not there (it is not sent again): "+d.Receipt.URL)
	}
}
