package dispatch

import (
	"context"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/journal"
	"crieur/internal/outbox"
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

// nextReadBack is when the oldest success is to be read back.
func (w *worker) nextReadBack(now time.Time) (time.Time, bool) {
	if len(w.readBacks) == 0 {
		return time.Time{}, false
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return latest(w.readBacks[0].at, believed(w.standing.ReadUntil, now)), true
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

// verifyPost looks for the post of the oldest success. What is missing twice is
// reported, and never posted again: an operator may have deleted it.
func (w *worker) verifyPost(ctx context.Context, now time.Time) error {
	rb := w.readBacks[0]
	w.readBacks = w.readBacks[1:]
	d, err := w.engine.opt.Outbox.Delivery(rb.id)
	if err != nil || d.State != delivery.Delivered || d.Receipt == nil {
		return err
	}
	q, err := w.query(d)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, lookWithin)
	defer cancel()
	found, err := w.acc.Client.Find(ctx, q)
	switch {
	case err != nil:
		w.log.Warn("post not read back", journal.Key, journal.ReadbackUndecided, "delivery", d.ID, "error", err)
		if perr := classed(err); perr.Class == delivery.Throttled {
			w.noReadBefore(time.Now().Add(perr.RetryAfter))
			w.readBacks = append([]readBack{rb}, w.readBacks...) // its turn comes then
		}
	case found.Receipt != nil && found.Receipt.PostID != d.Receipt.PostID:
		w.log.Error("post read back under another ID: it may stand there twice", journal.Key, journal.ReadbackDoubled, "delivery", d.ID, "post", d.Receipt.PostID, "found", found.Receipt.PostID)
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
	return nil
}
