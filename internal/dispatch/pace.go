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
}

// action is what an account does next.
type action struct {
	at       time.Time // not before this moment
	delivery delivery.Delivery
	slot     schedule.Slot // that the post uses, or that passes without one
	expires  string        // ID of a delivery that expires instead
	passes   bool          // the slot is too long ago
}

// next tells what an account does next, and when. It is the one rule, for the worker
// and for the plan: nothing but queue, pace and memory decides. The answer holds until
// its moment or until any of them changes.
func (p Pace) next(q queue, mem memory, now time.Time) (s action, ok bool, err error) {
	free, ok, err := p.nextFree(q, mem, now)
	if err != nil {
		return action{}, false, err
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
		} else if found && (!ok || free.passes || goesBefore(d, at, free)) {
			s, ok = action{at: at, delivery: d}, true
		}
	}
	if free.passes { // costs nothing, so it comes first
		s = free
	}
	id, at, expires, err := q.nextExpiry()
	if err != nil {
		return action{}, false, err
	}
	if expires && (!ok || !at.After(s.at)) {
		return action{at: latest(at, now), expires: id}, true, nil
	}
	return s, ok, nil
}

// goesBefore tells whether a delivery with a moment of its own goes before one
// without: by time, then priority, then because its moment was promised.
func goesBefore(timed delivery.Delivery, at time.Time, free action) bool {
	if !at.Equal(free.at) {
		return at.Before(free.at)
	}
	return timed.Priority >= free.delivery.Priority
}

// nextFree is the next post of a delivery without a moment of its own.
func (p Pace) nextFree(q queue, mem memory, now time.Time) (action, bool, error) {
	d, since, ok, err := q.waiting()
	if err != nil || !ok {
		return action{}, false, err
	}
	if p.Slots == nil {
		return action{at: p.earliest(now, mem), delivery: d}, true, nil
	}
	// A slot before anything waited was an empty one. What is remembered from after now
	// is from before the clock was set back, and must not silence the account.
	slot, ok := p.Slots.Next(latest(earliest(mem.Slot, now), earliest(since, now).Add(-1)))
	if !ok {
		return action{}, false, nil
	}
	for p.CatchUp != CatchUpAll {
		later, ok := p.Slots.Next(slot.At)
		if !ok || later.At.After(now) {
			break
		}
		slot = later
	}
	if p.CatchUp == CatchUpNone && now.Sub(p.earliest(slot.At, mem)) > slotGrace {
		return action{at: now, slot: slot, passes: true}, true, nil
	}
	return action{at: p.earliest(latest(slot.At, now), mem), delivery: d, slot: slot}, true, nil
}

// earliest is the first moment from t on at which a post is permitted.
func (p Pace) earliest(t time.Time, mem memory) time.Time {
	return p.Rules.Earliest(latest(t, mem.notBefore), mem.Posts)
}

// month names the month in which a moment's costs are booked.
func (p Pace) month(t time.Time) string { return t.In(p.zone()).Format("2006-01") }

// nextMonth is when the budget begins anew.
func (p Pace) nextMonth(t time.Time) time.Time {
	t = t.In(p.zone())
	return time.Date(t.Year(), t.Month()+1, 1, 0, 0, 0, 0, p.zone())
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

func earliest(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func latest(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}
