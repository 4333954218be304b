package dispatch

import (
	"cmp"
	"slices"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/outbox"
)

// stored is what waits for an account in the outbox.
type stored struct {
	*outbox.Outbox
	account string
}

func (s stored) waiting() (delivery.Delivery, time.Time, bool, error) {
	return s.BestWaiting(s.account)
}

func (s stored) timed(at time.Time) (delivery.Delivery, bool, error) {
	return s.BestTimed(s.account, at)
}

func (s stored) nextTimed() (time.Time, bool, error) { return s.NextTimed(s.account) }

func (s stored) nextExpiry() (string, time.Time, bool, error) { return s.NextExpiry(s.account) }

// picture is a copy of what waits, from which a plan takes what it would post. Both
// lists are in the order of the outbox: the best first.
type picture struct {
	free  []delivery.Delivery // by priority, then ID
	fixed []delivery.Delivery // by priority, then moment, then ID
}

func newPicture(ds []delivery.Delivery) *picture {
	p := &picture{}
	for _, d := range ds {
		if d.Timed {
			p.fixed = append(p.fixed, d)
		} else {
			p.free = append(p.free, d)
		}
	}
	slices.SortFunc(p.free, func(a, b delivery.Delivery) int {
		return cmp.Or(cmp.Compare(b.Priority, a.Priority), cmp.Compare(a.ArticleID, b.ArticleID))
	})
	slices.SortFunc(p.fixed, func(a, b delivery.Delivery) int {
		return cmp.Or(cmp.Compare(b.Priority, a.Priority), a.Due.Compare(b.Due), cmp.Compare(a.ArticleID, b.ArticleID))
	})
	return p
}

func (p *picture) waiting() (d delivery.Delivery, since time.Time, ok bool, err error) {
	for i, f := range p.free {
		if i > 0 && f.Priority == p.free[i-1].Priority {
			continue
		}
		if !ok || f.Due.Before(since) {
			since, ok = f.Due, true
		}
	}
	if ok {
		d = p.free[0]
	}
	return d, since, ok, nil
}

func (p *picture) timed(at time.Time) (delivery.Delivery, bool, error) {
	for _, d := range p.fixed {
		if !d.Due.After(at) {
			return d, true, nil
		}
	}
	return delivery.Delivery{}, false, nil
}

func (p *picture) nextTimed() (at time.Time, ok bool, err error) {
	for _, d := range p.fixed {
		if !ok || d.Due.Before(at) {
			at, ok = d.Due, true
		}
	}
	return at, ok, nil
}

func (p *picture) nextExpiry() (id string, at time.Time, ok bool, err error) {
	for _, list := range [][]delivery.Delivery{p.free, p.fixed} {
		for _, d := range list {
			if d.Expires.IsZero() {
				continue
			}
			if c := d.Expires.Compare(at); !ok || c < 0 || c == 0 && d.ID < id {
				id, at, ok = d.ID, d.Expires, true
			}
		}
	}
	return id, at, ok, nil
}

// take removes a delivery and returns it.
func (p *picture) take(id string) (d delivery.Delivery) {
	drop := func(list []delivery.Delivery) []delivery.Delivery {
		return slices.DeleteFunc(list, func(e delivery.Delivery) bool {
			if e.ID == id {
				d = e
			}
			return e.ID == id
		})
	}
	p.free, p.fixed = drop(p.free), drop(p.fixed)
	return d
}
