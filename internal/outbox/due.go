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

// BestWaiting returns the account's best delivery without a moment of its own, and
// since when the one waits that waits longest among the first of each priority.
func (o *Outbox) BestWaiting(account string) (d delivery.Delivery, since time.Time, ok bool, err error) {
	err = o.view(func(t tx) error {
		prefix := accountPrefix(kindWaiting, account)
		c := t.data.Cursor()
		for k, _ := c.Seek(prefix); bytes.HasPrefix(k, prefix); {
			rest := k[len(prefix):]
			if len(rest) != 1+idLen {
				return fmt.Errorf("%w: waiting index of account %q: key %q", ErrDamaged, account, k)
			}
			first, err := t.delivery(deliveryID(string(rest[1:]), account))
			if err != nil {
				return err
			}
			if !ok {
				d, since, ok = first, first.Due, true
			}
			if first.Due.Before(since) {
				since = first.Due
			}
			if rest[0] == 0xff {
				return nil
			}
			k, _ = c.Seek(append(bytes.Clone(prefix), rest[0]+1))
		}
		return nil
	})
	return d, since, ok && err == nil, err
}

// BestTimed returns the best of the account's deliveries whose own moment has come:
// of the highest priority, then the earliest.
func (o *Outbox) BestTimed(account string, now time.Time) (d delivery.Delivery, ok bool, err error) {
	err = o.view(func(t tx) error {
		var best head
		err := t.timedHeads(account, func(h head) bool {
			best, ok = h, !h.due.After(now)
			return !ok
		})
		if err != nil || !ok {
			return err
		}
		d, err = t.delivery(deliveryID(best.articleID, account))
		return err
	})
	return d, ok && err == nil, err
}

// NextTimed returns the earliest moment that a delivery of the account has of its own.
func (o *Outbox) NextTimed(account string) (at time.Time, ok bool, err error) {
	err = o.view(func(t tx) error {
		return t.timedHeads(account, func(h head) bool {
			if !ok || h.due.Before(at) {
				at, ok = h.due, true
			}
			return true
		})
	})
	return at, ok && err == nil, err
}

// NextExpiry returns the account's scheduled delivery that expires first, and when.
func (o *Outbox) NextExpiry(account string) (id string, at time.Time, ok bool, err error) {
	return o.nextExpiry(account, func(tx, string) (bool, error) { return true, nil })
}

// NextSureExpiry is NextExpiry of those that certainly were not posted (see NeedsLook). Of
// what came with a backup it reads a hundred: what else of that is sure can wait.
func (o *Outbox) NextSureExpiry(account string) (id string, at time.Time, ok bool, err error) {
	read := 0
	return o.nextExpiry(account, func(t tx, id string) (bool, error) {
		if articleID, _, _ := splitDeliveryID(id); !o.restored.holds(delivery.Delivery{ArticleID: articleID}) {
			return true, nil
		}
		if read++; read > 100 {
			return false, nil
		}
		d, err := t.delivery(id)
		return err == nil && !o.NeedsLook(d), err
	})
}

func (o *Outbox) nextExpiry(account string, counts func(t tx, id string) (bool, error)) (id string, at time.Time, ok bool, err error) {
	err = o.view(func(t tx) error {
		prefix := accountPrefix(kindExpiry, account)
		c := t.data.Cursor()
		for k, _ := c.Seek(prefix); !ok && bytes.HasPrefix(k, prefix); k, _ = c.Next() {
			rest := k[len(prefix):]
			if len(rest) != momentLen+idLen {
				return fmt.Errorf("%w: expiry index of account %q: key %q", ErrDamaged, account, k)
			}
			id, at = deliveryID(string(rest[momentLen:]), account), readMoment(rest)
			var err error
			if ok, err = counts(t, id); err != nil {
				return err
			}
		}
		return nil
	})
	return id, at, ok && err == nil, err
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
