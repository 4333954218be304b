package outbox

import (
	"bytes"
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"crieur/internal/delivery"
)

// pageRows are read in one transaction. A reader that is slow, or that writes from
// within yield, then neither holds pages back nor deadlocks.
const pageRows = 100

type row struct {
	d delivery.Delivery
	a Article
}

// List calls yield for each selected delivery with its article, newest first, until
// it returns false. yield runs outside any transaction and may call the outbox; what
// changes meanwhile is seen as it is when its turn comes.
func (o *Outbox) List(f Filter, yield func(delivery.Delivery, Article) bool) error {
	states := delivery.States()
	if f.State != "" {
		s, err := delivery.ParseState(string(f.State))
		if err != nil {
			return err
		}
		states = []delivery.State{s}
	}
	if f.After != "" {
		if _, _, ok := splitDeliveryID(f.After); !ok {
			return fmt.Errorf("list after %q: want a delivery ID", f.After)
		}
	}
	left := f.Limit
	if left <= 0 {
		left = math.MaxInt
	}
	for left > 0 {
		rows, err := o.page(states, f, min(left, pageRows))
		if err != nil {
			return err
		}
		for _, r := range rows {
			if !yield(r.d, r.a) {
				return nil
			}
		}
		if len(rows) < min(left, pageRows) {
			return nil
		}
		left -= len(rows)
		f.After = rows[len(rows)-1].d.ID
	}
	return nil
}

func (o *Outbox) page(states []delivery.State, f Filter, limit int) (rows []row, err error) {
	err = o.view(func(t tx) error {
		var a Article
		var ds []delivery.Delivery
		return t.each(states, f.Account, f.After, func(articleID, account string) (bool, error) {
			if a.ID != articleID {
				if a, ds, err = t.article(articleID); err != nil {
					return false, err
				}
			}
			for _, d := range ds {
				if d.Account == account {
					rows = append(rows, row{d, a})
					return len(rows) < limit, nil
				}
			}
			return false, fmt.Errorf("%w: delivery %q is in an index only", ErrDamaged, deliveryID(articleID, account))
		})
	})
	return rows, err
}

// Interrupted lists deliveries left sending or unknown, as a crash leaves them,
// newest first.
func (o *Outbox) Interrupted() (ds []delivery.Delivery, err error) {
	err = o.view(func(t tx) error {
		states := []delivery.State{delivery.Sending, delivery.Unknown}
		return t.each(states, "", "", func(articleID, account string) (bool, error) {
			d, err := t.delivery(deliveryID(articleID, account))
			ds = append(ds, d)
			return err == nil, err
		})
	})
	if err != nil {
		return nil, err
	}
	return ds, nil
}

// Scheduled returns what waits for an account: at most most deliveries without a
// moment of their own, the best first, and at most most of those whose moment comes
// until then, the earliest. more tells that something was left out.
func (o *Outbox) Scheduled(account string, until time.Time, most int) (ds []delivery.Delivery, more bool, err error) {
	err = o.view(func(t tx) error {
		ids, cut := t.firstFree(account, most)
		timed, cutTimed, err := t.firstTimed(account, until, most)
		if err != nil {
			return err
		}
		more = cut || cutTimed
		for _, id := range append(ids, timed...) {
			d, err := t.delivery(deliveryID(id, account))
			if err != nil {
				return err
			}
			ds = append(ds, d)
		}
		return nil
	})
	if err != nil {
		return nil, false, err
	}
	return ds, more, nil
}

// firstFree are the article IDs of the best deliveries without a moment of their own.
func (t tx) firstFree(account string, most int) (ids []string, more bool) {
	prefix := accountPrefix(kindWaiting, account)
	c := t.data.Cursor()
	for k, _ := c.Seek(prefix); bytes.HasPrefix(k, prefix); k, _ = c.Next() {
		if len(ids) == most {
			return ids, true
		}
		ids = append(ids, string(k[len(k)-idLen:]))
	}
	return ids, false
}

// firstTimed are the article IDs of the deliveries whose own moment comes first.
func (t tx) firstTimed(account string, until time.Time, most int) (ids []string, more bool, err error) {
	type entry struct {
		due time.Time
		id  string
	}
	var all []entry
	c := t.data.Cursor()
	err = t.timedHeads(account, func(h head) bool {
		prefix := append(accountPrefix(kindTimed, account), h.inverted)
		n := 0
		for k, _ := c.Seek(prefix); bytes.HasPrefix(k, prefix); k, _ = c.Next() {
			rest := k[len(prefix):]
			due := readMoment(rest)
			if due.After(until) {
				break
			}
			if n++; n > most {
				more = true
				break
			}
			all = append(all, entry{due, string(rest[momentLen:])})
		}
		return true
	})
	if err != nil {
		return nil, false, err
	}
	slices.SortFunc(all, func(a, b entry) int { return cmp.Or(a.due.Compare(b.due), cmp.Compare(a.id, b.id)) })
	if len(all) > most {
		all, more = all[:most], true
	}
	for _, e := range all {
		ids = append(ids, e.id)
	}
	return ids, more, nil
}
