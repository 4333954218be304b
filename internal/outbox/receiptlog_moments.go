package outbox

import (
	"fmt"
	"time"
)

const (
	// momentsAtOnce bounds one transaction of EachPosted: an open one keeps pages from
	// being used again.
	momentsAtOnce = 10_000
	// oldInARow ends EachPosted. The log is in the order in which posts became known: one
	// that an operator resolved may be older than those around it.
	oldInARow = 100
)

// EachPosted calls fn with the moment of every post since a moment whose entry in the log
// of receipts is newer than after, newest entry first, and returns the number of the
// newest: with that as after, the next call tells only what came since. It reads no
// record, and of the log what it yields and a little more. A hundred entries in a row
// from before since end it.
func (o *Outbox) EachPosted(since time.Time, after uint64, fn func(posted time.Time)) (newest uint64, err error) {
	if newest, err = o.LastReceipt(); err != nil {
		return 0, err
	}
	old := 0
	for seq := newest; seq > after && old < oldInARow; {
		var times []time.Time
		if times, seq, err = o.postedBefore(seq, after); err != nil {
			return 0, err
		}
		for _, at := range times {
			if at.Before(since) {
				if old++; old == oldInARow {
					break
				}
				continue
			}
			old = 0
			fn(at)
		}
	}
	return newest, nil
}

// postedBefore reads the moments of the entries from seq down to the one after after, and
// tells where to go on; that is after where nothing is left.
func (o *Outbox) postedBefore(seq, after uint64) (times []time.Time, next uint64, err error) {
	err = o.view(func(t tx) error {
		times, next = nil, after
		c := t.data.Cursor()
		k, v := c.Seek(receiptKey(seq))
		for ; isReceipt(k); k, v = c.Prev() {
			n, err := readReceiptKey(k)
			if err != nil {
				return err
			}
			switch {
			case n > seq: // that entry was pruned meanwhile, and all before it
				continue
			case n <= after:
				return nil
			}
			if len(times) == momentsAtOnce {
				next = n
				return nil
			}
			if len(v) < momentLen {
				return fmt.Errorf("%w: log of receipts, entry %d: %q", ErrDamaged, n, v)
			}
			times = append(times, readMoment(v))
		}
		return nil
	})
	return times, next, err
}
