package control

import (
	"context"
	"errors"
	"fmt"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/dispatch"
	"crieur/internal/outbox"
)

// mostDays bounds a plan.
const mostDays = 366

// PlanWish selects what to plan.
type PlanWish struct {
	From string `json:"from"` // RFC 3339 or a wall time of the site; empty: now
	Days int    `json:"days"`
}

// Plan implements API.
func (s *Service) Plan(_ context.Context, w PlanWish) ([]dispatch.PlanEntry, error) {
	from := time.Now()
	if w.From != "" {
		var err error
		if from, err = parseMoment(w.From, s.Zone); err != nil {
			return nil, badInput(err)
		}
	}
	if w.Days < 1 || w.Days > mostDays {
		return nil, badInput(fmt.Errorf("%d days: want 1 to %d", w.Days, mostDays))
	}
	return s.Engine.Plan(from, from.AddDate(0, 0, w.Days))
}

// Change is another wish for a delivery that is still scheduled.
type Change struct {
	ID       string `json:"id"`
	At       string `json:"at,omitempty"`       // RFC 3339, or a wall time in the account's zone
	Now      bool   `json:"now,omitempty"`      // at the next permitted moment, whatever the slots
	Slot     bool   `json:"slot,omitempty"`     // when the account posts next: no moment of its own any more
	Expires  string `json:"expires,omitempty"`  // a duration from the moment, or RFC 3339
	Priority *int   `json:"priority,omitempty"` // higher goes first
}

// Reschedule implements API.
func (s *Service) Reschedule(_ context.Context, c Change) (StoryDelivery, error) {
	d, err := s.one(c.ID)
	if err != nil {
		return StoryDelivery{}, err
	}
	moments := 0
	for _, on := range []bool{c.At != "", c.Now, c.Slot} {
		if on {
			moments++
		}
	}
	switch {
	case moments > 1:
		return StoryDelivery{}, badInput(errors.New("--at, --now and --slot exclude each other"))
	case moments == 0 && c.Priority == nil && c.Expires == "":
		return StoryDelivery{}, badInput(errors.New("say when: --at TIME, --now or --slot; or --expires, or --priority N"))
	case d.State != delivery.Scheduled:
		return StoryDelivery{}, badInput(fmt.Errorf("delivery %s is %s: only a scheduled one can be moved", d.ID, d.State))
	case c.Priority != nil && (*c.Priority < -128 || *c.Priority > 127):
		return StoryDelivery{}, badInput(fmt.Errorf("priority %d: want -128 to 127", *c.Priority))
	}
	now := time.Now()
	wish, err := s.wish(c, d, now)
	if err != nil {
		return StoryDelivery{}, badInput(err)
	}
	if d, err = s.Outbox.Reschedule(d.ID, now, wish); err != nil {
		return StoryDelivery{}, err
	}
	s.wake()
	return story(d), nil
}

// wish reads the moments of a change, and refuses what would never be posted.
func (s *Service) wish(c Change, d delivery.Delivery, now time.Time) (w outbox.Wish, err error) {
	w.Priority = c.Priority
	start := now
	switch {
	case c.Slot:
		w.Due = new(time.Time)
	case c.Now:
		w.Due = &now
	case c.At != "":
		due, err := parseMoment(c.At, s.zoneOf(d.Account))
		if err != nil {
			return w, err
		}
		if due.Before(now.Add(-time.Minute)) {
			return w, fmt.Errorf("time %q is past, it is %s now: give a moment to come, or --now", c.At, now.UTC().Format(time.RFC3339))
		}
		if err := notTooFar(c.At, due, now); err != nil {
			return w, err
		}
		w.Due, start = &due, latest(due, now)
	case d.Timed:
		start = latest(d.Due, now)
	}
	expires := d.Expires
	if c.Expires != "" {
		if expires, err = parseExpiry(c.Expires, start); err != nil {
			return w, err
		}
		w.Expires = &expires
	}
	if !expires.IsZero() && !start.Before(expires) {
		return w, fmt.Errorf("the delivery expires at %s, before that moment: --expires 48h moves the end too", expires.UTC().Format(time.RFC3339))
	}
	return w, nil
}

func (s *Service) zoneOf(account string) *time.Location {
	for _, a := range s.Engine.Accounts() {
		if a.Name == account && a.Pace.Rules.Zone != nil {
			return a.Pace.Rules.Zone
		}
	}
	return s.Zone
}

func latest(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// Retry implements API.
func (s *Service) Retry(_ context.Context, id string) (StoryDelivery, error) {
	d, err := s.one(id)
	if err != nil {
		return StoryDelivery{}, err
	}
	switch d.State {
	case delivery.Scheduled:
	case delivery.Held:
		return StoryDelivery{}, badInput(fmt.Errorf("delivery %s is held: look at the account, then \"crieur resolve %s --not-posted\" sends it again", d.ID, d.ID))
	case delivery.Dead, delivery.Cancelled, delivery.Expired:
		return StoryDelivery{}, badInput(fmt.Errorf("delivery %s is %s, and that is final: \"crieur enqueue --again --account %s FILE\" makes a new one", d.ID, d.State, d.Account))
	case delivery.Sending, delivery.Unknown, delivery.Delivered:
		return StoryDelivery{}, badInput(fmt.Errorf("delivery %s is %s: there is nothing to try again", d.ID, d.State))
	}
	if d, err = s.retryNow(d.ID); err != nil {
		return StoryDelivery{}, err
	}
	s.wake()
	return story(d), nil
}

func (s *Service) retryNow(id string) (delivery.Delivery, error) {
	now := time.Now()
	return s.Outbox.Reschedule(id, now, outbox.Wish{Due: &now})
}
