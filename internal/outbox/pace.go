package outbox

import (
	"fmt"
	"slices"
	"time"

	"crieur/internal/delivery"
)

// What keptPosts and postsWindow leave is enough for every rule about posts: those of
// the day, which may have 25 hours, and the latest.
const (
	keptPosts   = 1000
	postsWindow = 26 * time.Hour
)

// Pace is what an account did so far, as far as its rules ask.
type Pace struct {
	Posts []time.Time // of the last 26 hours and at least the latest, oldest first; whatever may have been posted counts
	Slot  time.Time   // the last slot that was used or passed; zero: none ever
	Plan  string      // which schedule that slot belongs to, as PassSlot was told
}

// Pace returns what is remembered of an account.
func (o *Outbox) Pace(account string) (p Pace, err error) {
	err = o.view(func(t tx) error {
		p, err = t.pace(account)
		return err
	})
	return p, err
}

func (t tx) pace(account string) (p Pace, err error) {
	if p.Posts, err = t.moments(paceKey(account, 'p')); err != nil {
		return Pace{}, err
	}
	p.Slot, p.Plan, err = t.slot(account)
	return p, err
}

// ahead is more than the millisecond to which moments are rounded up.
const ahead = time.Second

// SetBack counts what is remembered from after now as now: then the clock was ahead.
func (p Pace) SetBack(now time.Time) Pace {
	if p.Slot.Sub(now) > ahead {
		p.Slot = now
	}
	p.Posts = slices.Clone(p.Posts)
	for i, at := range p.Posts {
		if at.Sub(now) > ahead {
			p.Posts[i] = now
		}
	}
	slices.SortFunc(p.Posts, time.Time.Compare) // some stay, up to a second ahead
	return p
}

// SetBack makes what is remembered of an account from after now be from now, once: it
// must not be in the future for as long as the clock is behind.
func (o *Outbox) SetBack(account string, now time.Time) error {
	p, err := o.Pace(account)
	if err != nil {
		return err
	}
	isAhead := func(t time.Time) bool { return t.Sub(now) > ahead }
	if !isAhead(p.Slot) && !slices.ContainsFunc(p.Posts, isAhead) {
		return nil
	}
	return o.update(func(t tx) error {
		if p, err = t.pace(account); err != nil { // as it is now: others write too
			return err
		}
		p = p.SetBack(stamp(now))
		if err := t.putMoments(paceKey(account, 'p'), p.Posts); err != nil {
			return err
		}
		if err := t.countAttemptsBack(account, stamp(now)); err != nil || p.Slot.IsZero() {
			return err
		}
		return t.putSlot(account, p.Slot, p.Plan)
	})
}

// countAttemptsBack makes attempts that may yet turn out to have posted nothing count as of
// now, as their posts do: else those were not found again.
func (t tx) countAttemptsBack(account string, now time.Time) error {
	var open []string
	err := t.each([]delivery.State{delivery.Sending, delivery.Unknown, delivery.Held}, account, "", func(articleID, account string) (bool, error) {
		open = append(open, deliveryID(articleID, account))
		return true, nil
	})
	if err != nil {
		return err
	}
	for _, id := range open {
		old, err := t.delivery(id)
		if err != nil {
			return err
		}
		last := len(old.Attempts) - 1
		if last < 0 || old.Attempts[last].CountedAt().Sub(now) <= ahead {
			continue
		}
		d := old
		d.Attempts = slices.Clone(old.Attempts)
		d.Attempts[last].Counted = now
		if err := t.change(old, d); err != nil {
			return err
		}
	}
	return nil
}

// PassSlot remembers that a slot of a schedule is over without a post.
func (o *Outbox) PassSlot(account string, slot time.Time, plan string) error {
	if err := validAccount(account); err != nil {
		return err
	}
	return o.update(func(t tx) error { return t.putSlot(account, slot, plan) })
}

// book tells the account's memory of a claim.
func (t tx) book(d delivery.Delivery, now time.Time, terms Terms) error {
	if terms.Asks {
		return nil
	}
	if err := t.countPost(d.Account, now, now); err != nil {
		return err
	}
	if !terms.Slot.IsZero() {
		_, plan, err := t.slot(d.Account)
		if err != nil {
			return err
		}
		if err := t.putSlot(d.Account, terms.Slot, plan); err != nil {
			return err
		}
	}
	if terms.Cost == nil {
		return nil
	}
	return t.charge(d.Account, terms.Month, Charge{At: now, Op: "post", Units: 1, Cost: terms.Cost(d.Text), Delivery: d.ID})
}

// bookFound tells the account's memory of a post of which it knew nothing, since the store
// was restored from a backup that is older than the post.
func (t tx) bookFound(d delivery.Delivery, now time.Time, out Outcome) error {
	last := len(d.Attempts) - 1
	if out.To != delivery.Delivered || last < 0 || !d.Attempts[last].Asked {
		return nil
	}
	if err := t.countPost(d.Account, d.Receipt.PostedAt, now); err != nil || out.Cost == 0 {
		return err
	}
	return t.charge(d.Account, out.Month, Charge{At: d.Attempts[last].At, Op: "post", Units: 1, Cost: out.Cost, Delivery: d.ID})
}

// countPost adds a post to those that rules of pace ask for.
func (t tx) countPost(account string, at, now time.Time) error {
	posts, err := t.moments(paceKey(account, 'p'))
	if err != nil {
		return err
	}
	return t.putMoments(paceKey(account, 'p'), recentPosts(append(posts, at), now))
}

// recentPosts puts posts in order and forgets what no rule asks for; a moment in the future,
// where the clock was set back, counts as now.
func recentPosts(posts []time.Time, now time.Time) []time.Time {
	for i, at := range posts {
		if at.Sub(now) > ahead {
			posts[i] = now
		}
	}
	slices.SortFunc(posts, time.Time.Compare)
	old := 0
	for old < len(posts)-1 && now.Sub(posts[old]) >= postsWindow {
		old++
	}
	return posts[max(old, len(posts)-keptPosts):]
}

// giveBack takes an attempt that posted nothing out of the account's memory.
func (t tx) giveBack(d delivery.Delivery, a delivery.Attempt) error {
	if a.Asked {
		return nil
	}
	posts, err := t.moments(paceKey(d.Account, 'p'))
	if err != nil {
		return err
	}
	if i := slices.IndexFunc(posts, wholeMilli(a.CountedAt()).Equal); i >= 0 {
		if err := t.putMoments(paceKey(d.Account, 'p'), slices.Delete(posts, i, i+1)); err != nil {
			return err
		}
	}
	return t.refund(d, a.At)
}

// giveBackLast gives back the attempt of which it is known only now that it posted
// nothing. Those before it, and one that was refused, were given back when that was told:
// once more would take away what another delivery posted at the same moment.
func (t tx) giveBackLast(d delivery.Delivery) error {
	last := len(d.Attempts) - 1
	if last < 0 || d.Attempts[last].Class.PostedNothing() {
		return nil
	}
	return t.giveBack(d, d.Attempts[last])
}

func (t tx) slot(account string) (at time.Time, plan string, err error) {
	b := t.data.Get(paceKey(account, 's'))
	switch {
	case b == nil:
		return time.Time{}, "", nil
	case len(b) < momentLen:
		return time.Time{}, "", fmt.Errorf("%w: last slot of account %q: %q", ErrDamaged, account, b)
	}
	return readMoment(b), string(b[momentLen:]), nil
}

func (t tx) putSlot(account string, at time.Time, plan string) error {
	if err := t.data.Put(paceKey(account, 's'), append(appendMoment(nil, at), plan...)); err != nil {
		return fmt.Errorf("last slot of account %q: %w", account, err)
	}
	return nil
}

func paceKey(account string, what byte) []byte {
	return append(accountPrefix(kindPace, account), what)
}
