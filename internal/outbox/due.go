package outbox

import (
	"bytes"
	"fmt"
	"time"

	"crieur/internal/delivery"
)

// head is the first entry of one priority in an account's due index.
type head struct {
	inverted  byte // priority; lower goes first
	due       time.Time
	articleID string
}

// NextDue returns the account's best delivery that is due: of the highest priority;
// among equals first those with a moment of their own, by that moment, because it
// was promised, then by age of the article. It does not look at Expires: Claim does.
func (o *Outbox) NextDue(account string, now time.Time) (d delivery.Delivery, ok bool, err error) {
	err = o.view(func(t tx) error {
		var best head
		best, ok, err = t.firstWaiting(account)
		if err != nil {
			return err
		}
		err = t.timedHeads(account, func(h head) bool {
			if ok && h.inverted > best.inverted {
				return false
			}
			if h.due.After(now) {
				return true
			}
			best, ok = h, true
			return false
		})
		if err != nil || !ok {
			return err
		}
		d, err = t.delivery(deliveryID(best.articleID, account))
		return err
	})
	return d, ok && err == nil, err
}

// NextMoment returns when the account's next delivery becomes due (possibly in the
// past); ok is false when none is scheduled.
func (o *Outbox) NextMoment(account string) (at time.Time, ok bool, err error) {
	err = o.view(func(t tx) error {
		var h head
		if h, ok, err = t.firstWaiting(account); err != nil {
			return err
		}
		if ok {
			d, err := t.delivery(deliveryID(h.articleID, account))
			if err != nil {
				return err
			}
			at = d.Due
		}
		return t.timedHeads(account, func(h head) bool {
			if !ok || h.due.Before(at) {
				at, ok = h.due, true
			}
			return true
		})
	})
	return at, ok && err == nil, err
}

func (t tx) firstWaiting(account string) (h head, ok bool, err error) {
	prefix := accountPrefix(kindWaiting, account)
	k, _ := t.data.Cursor().Seek(prefix)
	if !bytes.HasPrefix(k, prefix) {
		return head{}, false, nil
	}
	rest := k[len(prefix):]
	if len(rest) != 1+idLen {
		return head{}, false, fmt.Errorf("%w: waiting index of account %q: key %q", ErrDamaged, account, k)
	}
	return head{inverted: rest[0], articleID: string(rest[1:])}, true, nil
}

// timedHeads calls fn with the earliest entry of each priority, highest priority
// first, until it returns false. It costs one look-up for each priority in use.
func (t tx) timedHeads(account string, fn func(head) bool) error {
	prefix := accountPrefix(kindTimed, account)
	c := t.data.Cursor()
	for k, _ := c.Seek(prefix); bytes.HasPrefix(k, prefix); {
		rest := k[len(prefix):]
		if len(rest) != 1+momentLen+idLen {
			return fmt.Errorf("%w: timed index of account %q: key %q", ErrDamaged, account, k)
		}
		h := head{inverted: rest[0], due: readMoment(rest[1:]), articleID: string(rest[1+momentLen:])}
		if !fn(h) || h.inverted == 0xff {
			return nil
		}
		k, _ = c.Seek(append(bytes.Clone(prefix), h.inverted+1))
	}
	return nil
}
