package dispatch

import (
	"time"

	"crieur/internal/delivery"
	"crieur/internal/outbox"
	"crieur/internal/schedule"
)

// What becomes of slots that passed while nothing could be posted.
const (
	CatchUpOne  = "one"  // one post stands for all of them
	CatchUpNone = "none" // they are gone
	CatchUpAll  = "all"  // a post for each, as the rules permit
)

// slotGrace is how late a slot may be looked at and still count as met.
const slotGrace = time.Minute

// Pace is when an account posts. The zero Pace posts whatever waits, at once.
type Pace struct {
	Slots   *schedule.Slots // nil: whatever waits goes as soon as the rules permit
	Plan    string          // identifies the schedule: under another one old slots mean nothing
	Rules   schedule.Rules
	CatchUp string        // empty: CatchUpOne
	Budget  outbox.Micros // for a calendar month of the account's zone; 0: no bound
}

// queue is what waits for an account: the outbox, or a plan's picture of it.
type queue interface {
	// waiting returns the best delivery without a moment of its own, and since when the
	// longest waiting of all priorities waits.
	waiting() (d delivery.Delivery, since time.Time, ok bool, err error)
	// timed returns the best of those whose own moment has come at a moment.
	timed(at time.Time) (d delivery.Delivery, ok bool, err error)
	// nextTimed returns the earliest moment of all with one of their own.
	nextTimed() (at time.Time, ok bool, err error)
	// nextExpiry returns what expires first.
	nextExpiry() (id string, at time.Time, ok bool, err error)
}

// memory is what an account did, and when it may go on.
type memory struct {
	outbox.Pace
	notBefore time.Time // no post before this moment, whatever the rules permit

	// What a post will cost, and what the requests of a month cost so far; nil where
	// there is no budget.
	cost  func(delivery.Delivery) (outbox.Micros, error)
	spent func(month string) (outbox.Micros, error)
}

// action is what an account does next.
type action struct {
	at       time.Time // not before this moment
	delivery delivery.Delivery
	wanted   time.Time     // the moment that the delivery was to go at, had nothing stood in its way
	slot     schedule.Slot // that the post uses, or that passes without one
	expires  string        // ID of a delivery that expires instead
	passes   bool          // the slot is too long ago
	broke    *overdraft    // the budget has put the post off
}

// overdraft is a post that the rest of the month's budget does not pay.
type overdraft struct {
	spent, cost outbox.Micros
	until       time.Time // when the budget begins anew; zero: no month's budget pays for it
}

// next tells what an account does next, and when. It is the one rule, for the worker
// and for the plan: nothing but queue, pace and memory decides. The answer holds until
// its moment or until any of them changes.
func (p Pace) next(q queue, mem memory, now time.Time) (s action, ok bool, err error) {
	free, ok, err := p.nextFree(q, mem, now)
	if err != nil {
		return action{}, false, err
	}
	if free.passes {
		return free, true, nil // it costs nothing, so it comes first
	}
	s = free
	due, has, err := q.nextTimed()
	if err != nil {
		return action{}, false, err
	}
	if has {
		at := p.earliest(latest(due, now), mem)
		if d, found, err := q.timed(at); err != nil {
			return action{}, false, err
		} else if found && (!ok || goesBefore(d, at, free)) {
			s, ok = action{at: at, delivery: d, wanted: d.Due}, true
		}
	}
	if ok {
		if err := p.pay(&s, mem); err != nil {
			return action{}, false, err
		}
	}
	id, at, expires, err := q.nextExpiry()
	if err != nil {
		return action{}, false, err
	}
	if expires && (!ok || !at.After(s.at)) {
		return action{at: latest(at, now), expires: id, broke: s.broke}, true, nil
	}
	return s, ok, nil
}

// goesBefore tells whether a delivery with a moment of its own goes before one
// without: by time, then priority, then by which moment was wanted first. So neither
// can starve the other.
func goesBefore(timed delivery.Delivery, at time.Time, free action) bool {
	switch {
	case !at.Equal(free.at):
		return at.Before(free.at)
	case timed.Priority != free.delivery.Priority:
		return timed.Priority > free.delivery.Priority
	}
	return !timed.Due.After(free.wanted)
}

// pay puts a post off to the month whose budget pays for it.
func (p Pace) pay(s *action, mem memory) error {
	if p.Budget == 0 || mem.cost == nil {
		return nil
	}
	cost, err := mem.cost(s.delivery)
	if err != nil {
		return err
	}
	spent, err := mem.spent(p.month(s.at))
	if err != nil || p.affords(spent, cost) {
		return err
	}
	s.broke = &overdraft{spent: spent, cost: cost, until: p.nextMonth(s.at)}
	if cost > p.Budget { // no month pays for it: it waits until it expires, or an operator acts
		s.broke.until, s.at = time.Time{}, s.at.AddDate(100, 0, 0)
		return nil
	}
	s.at = p.Rules.Earliest(s.broke.until, mem.Posts)
	return nil
}

// nextFree is the next post of a delivery without a moment of its own.
func (p Pace) nextFree(q queue, mem memory, now time.Time) (action, bool, error) {
	d, since, ok, err := q.waiting()
	if err != nil || !ok {
		return action{}, false, err
	}
	if p.Slots == nil {
		return action{at: p.earliest(now, mem), delivery: d, wanted: d.Due}, true, nil
	}
	// A slot before anything waited was an empty one. What waits since a moment to come
	// was handed over before the clock was set back.
	after := mem.Slot
	if !since.After(now) {
		after = latest(after, since.Add(-1))
	}
	slot, ok := p.Slots.Next(after)
	if !ok {
		return action{}, false, nil
	}
	wanted := slot.At
	if p.CatchUp != CatchUpAll && slot.At.Before(now) {
		slot = p.lastSlot(slot, now)
	}
	if p.CatchUp == CatchUpNone && now.Sub(p.earliest(slot.At, mem)) > slotGrace {
		return action{at: now, slot: slot, passes: true}, true, nil
	}
	return action{at: p.earliest(latest(slot.At, now), mem), delivery: d, slot: slot, wanted: wanted}, true, nil
}

// lastSlot is the last one until now, known to be first or later. It looks back from
// now, in spans that double: a year of missed minutes must not be walked.
func (p Pace) lastSlot(first schedule.Slot, now time.Time) schedule.Slot {
	for span := time.Minute; ; span *= 2 {
		begin := now.Add(-span)
		if !begin.After(first.At) {
			begin = first.At.Add(-1)
		}
		last, ok := p.Slots.Next(begin)
		if !ok || last.At.After(now) {
			continue // at the latest it finds the first
		}
		for {
			next, ok := p.Slots.Next(last.At)
			if !ok || next.At.After(now) {
				return last
			}
			last = next
		}
	}
}

// earliest is the first moment from t on at which a post is permitted.
func (p Pace) earliest(t time.Time, mem memory) time.Time {
	return p.Rules.Earliest(latest(t, mem.notBefore), mem.Posts)
}

// month names the month in which a moment's costs are booked.
func (p Pace) month(t time.Time) string { return t.In(p.zone()).Format("2006-01") }

// nextMonth is when the budget begins anew.
func (p Pace) nextMonth(t time.Time) time.Time {
	local := t.In(p.zone())
	first, _ := schedule.Instant(time.Date(local.Year(), local.Month()+1, 1, 0, 0, 0, 0, time.UTC), p.zone())
	return first.In(p.zone())
}

// affords tells whether one more request keeps within the month's budget.
func (p Pace) affords(spent, cost outbox.Micros) bool {
	return p.Budget == 0 || cost == 0 || spent+cost <= p.Budget
}

func (p Pace) zone() *time.Location {
	if p.Rules.Zone == nil {
		return time.UTC
	}
	return p.Rules.Zone
}

func latest(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}
