package outbox

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/failpoint"
)

// Settle ends attempt n of a delivery, only if it is still sending (else
// ErrNotSending). What counts as spent, Class.Spends tells. An ambiguous one can
// only make the delivery unknown, to be looked for from out.Due on: what may exist
// is never scheduled again from here.
//
// A request that certainly posted nothing gives back what its claim took: it was no
// post and is not billed. Its slot stays used.
func (o *Outbox) Settle(id string, n int, now time.Time, out Outcome) (delivery.Delivery, error) {
	failpoint.Reach("settle.before")
	defer failpoint.Reach("settle.after")
	return o.replace(id, "settle", func(t tx, d delivery.Delivery) (delivery.Delivery, error) {
		last := len(d.Attempts) - 1
		if d.State != delivery.Sending || last < 0 || d.Attempts[last].N != n {
			return d, fmt.Errorf("attempt %d, the delivery is %s: %w", n, d.State, ErrNotSending)
		}
		if err := out.classFits(); err != nil {
			return d, err
		}
		if out.To == delivery.Scheduled && out.Due.IsZero() {
			return d, errors.New("scheduled again without a moment")
		}
		if out.To == delivery.Unknown && out.Due.IsZero() {
			return d, errors.New("unknown without a moment to look for the post")
		}
		d.Attempts = slices.Clone(d.Attempts)
		a := &d.Attempts[last]
		a.Class, a.Status, a.Error = out.Class, out.Status, valid(out.Error)
		if out.Class.Spends() && !a.Asked {
			d.Spent++
		}
		if out.Class.PostedNothing() {
			if err := t.giveBack(d, *a); err != nil {
				return d, err
			}
		}
		return out.apply(d, now)
	})
}

// Move makes any other legal move (unknown -> held, an operator's decision). Without
// a Due, scheduled means as soon as the account posts. Class, Status and Error are
// those of attempts and do not matter here, except that Error stands in for a Reason.
// A delivery that has landed is not scheduled again, unless an operator who holds it
// says so: every move from held forgets that it landed. What is scheduled again is
// certainly not posted, so its last attempt is given back as by Settle. What is found
// after a restore is booked now, when nothing but the asking was before.
func (o *Outbox) Move(id string, now time.Time, out Outcome) (delivery.Delivery, error) {
	failpoint.Reach("move.before")
	defer failpoint.Reach("move.after")
	return o.replace(id, "move", func(t tx, d delivery.Delivery) (delivery.Delivery, error) {
		if err := delivery.Move(d.State, out.To); err != nil {
			return d, err
		}
		if d.State == delivery.Sending || out.To == delivery.Sending {
			return d, fmt.Errorf("from %s to %s: only a claim begins an attempt and only settling ends it", d.State, out.To)
		}
		moved, err := out.apply(d, now)
		switch {
		case err != nil:
			return d, err
		case out.To == delivery.Scheduled:
			return moved, t.giveBackLast(d)
		}
		return moved, t.bookFound(moved, stamp(now), out)
	})
}

// Expire ends a scheduled delivery that has expired by now (else ErrNotExpired): an
// operator may have given it more time since it was seen to expire.
func (o *Outbox) Expire(id string, now time.Time) (delivery.Delivery, error) {
	return o.replace(id, "expire", func(_ tx, d delivery.Delivery) (delivery.Delivery, error) {
		if d.State != delivery.Scheduled || d.Expires.IsZero() || d.Expires.After(now) {
			return d, fmt.Errorf("it is %s and expires at %s: %w", d.State, d.Expires.Format(time.RFC3339), ErrNotExpired)
		}
		return Outcome{To: delivery.Expired}.apply(d, now)
	})
}

// Wish is what shall be different about a scheduled delivery; nil fields stay.
type Wish struct {
	Due      *time.Time // zero: as soon as the account posts
	Expires  *time.Time // zero: never
	Priority *int       // -128 to 127
}

// Reschedule changes a scheduled delivery (else ErrNotScheduled).
func (o *Outbox) Reschedule(id string, now time.Time, w Wish) (delivery.Delivery, error) {
	return o.replace(id, "reschedule", func(_ tx, d delivery.Delivery) (delivery.Delivery, error) {
		if d.State != delivery.Scheduled {
			return d, fmt.Errorf("it is %s: %w", d.State, ErrNotScheduled)
		}
		if w.Priority != nil {
			if d.Priority = *w.Priority; d.Priority < -128 || d.Priority > 127 {
				return d, fmt.Errorf("priority %d: want -128 to 127", d.Priority)
			}
		}
		if w.Expires != nil {
			d.Expires = stamp(*w.Expires)
		}
		if w.Due == nil {
			return d, nil
		}
		if !d.Expires.IsZero() && w.Due.After(d.Expires) {
			return d, fmt.Errorf("it expires at %s, before %s", d.Expires.Format(time.RFC3339), w.Due.Format(time.RFC3339))
		}
		return scheduled(d, now, *w.Due), nil
	})
}

// replace changes one delivery in one transaction.
func (o *Outbox) replace(id, verb string, fn func(tx, delivery.Delivery) (delivery.Delivery, error)) (d delivery.Delivery, err error) {
	err = o.update(func(t tx) error {
		old, err := t.delivery(id)
		if err != nil {
			return fmt.Errorf("%s: %w", verb, err)
		}
		if d, err = fn(t, old); err != nil {
			return fmt.Errorf("%s delivery %q: %w", verb, id, err)
		}
		return t.change(old, d)
	})
	if err != nil {
		return delivery.Delivery{}, err
	}
	if d.State == delivery.Delivered {
		o.logged.tell()
	}
	return d, nil
}

// classFits refuses a class that contradicts where the delivery goes.
func (out Outcome) classFits() error {
	switch {
	case !slices.Contains(delivery.Classes(), out.Class):
		return fmt.Errorf("effect class %q: want one of %v", out.Class, delivery.Classes())
	case (out.Class == delivery.OK) != (out.To == delivery.Delivered),
		(out.Class == delivery.Ambiguous) != (out.To == delivery.Unknown):
		return fmt.Errorf("an attempt that ended %q cannot make the delivery %s", out.Class, out.To)
	}
	return nil
}

// apply makes the move.
func (out Outcome) apply(d delivery.Delivery, now time.Time) (delivery.Delivery, error) {
	if err := delivery.Move(d.State, out.To); err != nil {
		return d, err
	}
	if (out.Receipt != nil) != (out.To == delivery.Delivered) {
		return d, fmt.Errorf("%s: a receipt belongs to delivered, and to nothing else", out.To)
	}
	d.Landed = out.Landed || d.Landed && d.State != delivery.Held
	if d.Landed && !mayHaveLanded(out.To) {
		return d, fmt.Errorf("the platform said that the post exists: it cannot become %s", out.To)
	}
	d.State, d.Reason, d.NextLook = out.To, valid(out.Reason), time.Time{}
	switch out.To {
	case delivery.Delivered:
		r := *out.Receipt
		if strings.TrimSpace(r.PostID) == "" {
			return d, errors.New("success needs a post ID")
		}
		if r.PostedAt.IsZero() {
			r.PostedAt = now
		}
		d.Receipt = &delivery.Receipt{PostID: valid(r.PostID), URL: valid(r.URL), PostedAt: stamp(r.PostedAt)}
	case delivery.Scheduled:
		d = scheduled(d, now, out.Due)
	case delivery.Held, delivery.Dead:
		if d.Reason = valid(cmp.Or(out.Reason, out.Error)); d.Reason == "" {
			return d, fmt.Errorf("%s needs a reason that a person understands", out.To)
		}
	case delivery.Unknown:
		d.NextLook, d.Looks = stamp(out.Due), nil
	case delivery.Sending, delivery.Cancelled, delivery.Expired:
	}
	return d, nil
}

func scheduled(d delivery.Delivery, now, due time.Time) delivery.Delivery {
	d.State, d.Reason = delivery.Scheduled, ""
	d.Timed, d.Due = !due.IsZero(), stamp(due)
	if !d.Timed {
		d.Due = stamp(now)
	}
	return d
}

// valid keeps what is returned equal to what JSON can store.
func valid(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }
