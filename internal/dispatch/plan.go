package dispatch

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/outbox"
	"crieur/internal/schedule"
)

// Kinds of plan entries.
const (
	PlanPost    = "post"
	PlanEmpty   = "empty"   // a slot with nothing to post
	PlanMissed  = "missed"  // a slot in which nothing can be posted
	PlanExpires = "expires" // a delivery that will not be posted any more
	PlanNote    = "note"    // about the account
)

// PlanEntry is one thing that will happen on an account, as far as is known now.
type PlanEntry struct {
	At       time.Time `json:"at"`
	Account  string    `json:"account"`
	Delivery *string   `json:"delivery"` // null: a slot without a post, or a note
	Title    string    `json:"title"`
	Reason   string    `json:"reason"`
	Kind     string    `json:"kind"`
	Platform string    `json:"platform"`
	Zone     string    `json:"zone"` // of the account
	CostUSD  float64   `json:"cost_usd"`
}

// mostPlanned bounds the entries of an account, and what is read for them.
const mostPlanned = 2000

// Plan tells what will be posted from a moment until another, by the code that will
// do it: each account's next action is taken in a picture of its queue, as if every
// post succeeded. Accounts come in time's order, mixed.
func (e *Engine) Plan(from, until time.Time) ([]PlanEntry, error) {
	return e.PlanAtMost(from, until, mostPlanned)
}

// PlanAtMost is Plan for who shows only so many entries of an account, and does not wait
// for more; a note tells from when on entries are missing.
func (e *Engine) PlanAtMost(from, until time.Time, most int) ([]PlanEntry, error) {
	all := []PlanEntry{}
	for _, w := range e.workers {
		entries, err := w.plan(from, until, most)
		if err != nil {
			return nil, fmt.Errorf("plan of account %q: %w", w.acc.Name, err)
		}
		all = append(all, entries...)
	}
	slices.SortStableFunc(all, func(a, b PlanEntry) int { return a.At.Compare(b.At) })
	return all, nil
}

// simulation is an account's future in the making.
type simulation struct {
	*worker
	queue   *picture
	mem     memory
	now     time.Time
	spent   map[string]outbox.Micros // by month, by what was planned
	told    bool                     // that the budget is used up
	broke   time.Time                // until when the budget was last said to be used up
	used    map[int64]bool           // slots with a post or a reason, by second
	emptied time.Time                // when the last delivery without a moment left the queue; zero: some are left
	out     []PlanEntry
}

func (w *worker) plan(from, until time.Time, most int) ([]PlanEntry, error) {
	s, more, err := w.simulate(from, until, most)
	if err != nil {
		return nil, err
	}
	for len(s.out) < most {
		next, ok, err := w.acc.Pace.next(s.queue, s.mem, s.now)
		if err != nil {
			return nil, err
		}
		if next.broke != nil {
			s.noteBudget(next.broke)
		}
		if !ok || next.at.After(until) {
			break
		}
		if next.at.After(s.now) {
			s.now = next.at // and look again: a later slot may have come meanwhile
			continue
		}
		if err := s.take(next); err != nil {
			return nil, err
		}
	}
	s.slots(from, until, most)
	if n := len(s.out); n >= most {
		s.add(PlanEntry{At: s.out[n-1].At, Kind: PlanNote, Reason: fmt.Sprintf("not all is shown from here on: a plan has %d entries an account; ask for fewer days", most)})
	}
	if more {
		s.add(PlanEntry{At: until, Kind: PlanNote, Reason: fmt.Sprintf("more deliveries wait than a plan looks at (%d)", most)})
	}
	return s.out, nil
}

// simulate begins at a moment with what is in the outbox and how the account stands.
func (w *worker) simulate(from, until time.Time, most int) (*simulation, bool, error) {
	if w.engine.opt.Outbox == nil { // nothing was ever enqueued
		return &simulation{worker: w, queue: newPicture(nil), now: from, emptied: from}, false, nil
	}
	ds, more, err := w.engine.opt.Outbox.Scheduled(w.acc.Name, until, most)
	if err != nil {
		return nil, false, err
	}
	mem, err := w.memory(from)
	if err != nil {
		return nil, false, err
	}
	if from.After(time.Now()) {
		mem.Slot = latest(mem.Slot, from.Add(-1)) // what comes before is not missed, it is not planned
	}
	standing, err := w.engine.opt.Outbox.AccountState(w.acc.Name)
	if err != nil {
		return nil, false, err
	}
	s := &simulation{worker: w, queue: newPicture(ds), mem: mem, now: from, spent: map[string]outbox.Micros{}, used: map[int64]bool{}}
	if mem.spent != nil {
		s.mem.spent = func(month string) (outbox.Micros, error) {
			so, err := mem.spent(month)
			return so + s.spent[month], err
		}
	}
	if len(s.queue.free) == 0 {
		s.emptied = from
	}
	s.stand(standing, until)
	return s, more, nil
}

// stand applies the account's standing: stopped or paused it posts nothing.
func (s *simulation) stand(a outbox.AccountState, until time.Time) {
	switch never := until.Add(time.Second); {
	case a.Paused:
		s.mem.notBefore = never
		s.add(PlanEntry{At: s.now, Kind: PlanNote, Reason: "the account is paused: crieur resume " + s.acc.Name})
	case a.Stopped && a.Until.IsZero():
		s.mem.notBefore = never
		s.add(PlanEntry{At: s.now, Kind: PlanNote, Reason: "the account is stopped: " + wayOut(a.Reason, s.acc.Name)})
	case a.Until.After(s.now):
		s.mem.notBefore = latest(s.mem.notBefore, a.Until)
		s.add(PlanEntry{At: s.now, Kind: PlanNote, Reason: "the account waits: " + a.Reason})
	}
}

func (s *simulation) take(next action) error {
	switch {
	case next.expires != "":
		d := s.queue.take(next.expires)
		s.left(d)
		return s.tell(d, PlanEntry{Kind: PlanExpires, Reason: "expires before it could be posted"})
	case next.passes:
		s.used[next.slot.At.Unix()] = true
		s.mem.Slot = next.slot.At
		s.add(PlanEntry{At: next.slot.At, Kind: PlanMissed, Reason: "slot missed (catch_up = \"none\")"})
		return nil
	}
	d := next.delivery
	cost, err := s.costOf(d)
	if err != nil {
		return err
	}
	s.queue.take(d.ID)
	s.left(d)
	s.mem.Posts = append(s.mem.Posts, s.now)
	s.spent[s.acc.Pace.month(s.now)] += cost
	if !next.slot.At.IsZero() {
		s.mem.Slot = next.slot.At
		s.used[next.slot.At.Unix()] = true
	}
	return s.tell(d, PlanEntry{Kind: PlanPost, CostUSD: cost.USD(), Reason: s.why(d, next.slot)})
}

// noteBudget says once for each month that the budget puts posts off.
func (s *simulation) noteBudget(o *overdraft) {
	if s.told && o.until.Equal(s.broke) {
		return
	}
	s.told, s.broke = true, o.until
	s.add(PlanEntry{At: s.now, Kind: PlanNote, Reason: brokeReason(s.acc.Pace, *o)})
}

// left notes when the last delivery that slots are for is gone.
func (s *simulation) left(d delivery.Delivery) {
	if !d.Timed && len(s.queue.free) == 0 {
		s.emptied = s.now
	}
}

// why tells in words what brings a post about at its moment.
func (s *simulation) why(d delivery.Delivery, slot schedule.Slot) string {
	var want time.Time
	var why string
	switch {
	case !slot.At.IsZero():
		want, why = slot.At, "slot"
	case d.Timed && len(d.Attempts) > 0:
		want, why = d.Due, "another try"
	case d.Timed:
		want, why = d.Due, "its own moment"
	default:
		return "as soon as permitted"
	}
	if d := s.now.Sub(want); d >= time.Second {
		return fmt.Sprintf("%s of %s, put off", why, want.In(s.acc.Pace.zone()).Format("2006-01-02 15:04:05"))
	}
	return why
}

// slots adds those without a post.
func (s *simulation) slots(from, until time.Time, most int) {
	if s.acc.Pace.Slots == nil {
		return
	}
	for at := from.Add(-1); len(s.out) < most; {
		slot, ok := s.acc.Pace.Slots.Next(at)
		if !ok || slot.At.After(until) {
			return
		}
		at = slot.At
		switch {
		case s.used[slot.At.Unix()]:
		case slot.At.Before(s.mem.notBefore) || slot.At.Before(s.broke): // a note says why, once
		case s.emptied.IsZero() || slot.At.Before(s.emptied):
			s.add(PlanEntry{At: slot.At, Kind: PlanMissed, Reason: "slot passes: no post is permitted before the next one"})
		default:
			s.add(PlanEntry{At: slot.At, Kind: PlanEmpty, Reason: "empty slot"})
		}
	}
}

func (s *simulation) tell(d delivery.Delivery, e PlanEntry) error {
	a, err := s.engine.opt.Outbox.Draft(d.ArticleID)
	e.At, e.Delivery, e.Title = s.now, &d.ID, strings.TrimSpace(a.Title)
	s.add(e)
	return err
}

func (s *simulation) add(e PlanEntry) {
	e.At, e.Account, e.Platform, e.Zone = e.At.UTC(), s.acc.Name, s.acc.Platform, s.acc.Pace.zone().String()
	s.out = append(s.out, e)
}
