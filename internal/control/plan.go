package control

import (
	"context"
	"errors"
	"fmt"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/dispatch"
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
	case moments == 0 && c.Priority == nil:
		return StoryDelivery{}, badInput(errors.New("say when: --at TIME, --now or --slot; or --priority N"))
	case d.State != delivery.Scheduled:
		return StoryDelivery{}, badInput(fmt.Errorf("delivery %s is %s: only a scheduled one can be moved", d.ID, d.State))
	case c.Priority != nil && (*c.Priority < -128 || *c.Priority > 127):
		return StoryDelivery{}, badInput(fmt.Errorf("priority %d: want -128 to 127", *c.Priority))
	}
	now := time.Now()
	if moments > 0 {
		due, err := s.newMoment(c, d, now)
		if err != nil {
			return StoryDelivery{}, badInput(err)
		}
		if d, err = s.Outbox.Reschedule(d.ID, now, due); err != nil {
			return StoryDelivery{}, err
		}
	}
	if c.Priority != nil {
		if d, err = s.Outbox.Prioritise(d.ID, *c.Priority); err != nil {
			return StoryDelivery{}, err
		}
	}
	s.Engine.Wake()
	return story(d), nil
}

// newMoment is zero for "when the account posts next".
func (s *Service) newMoment(c Change, d delivery.Delivery, now time.Time) (time.Time, error) {
	switch {
	case c.Slot:
		return time.Time{}, nil
	case c.Now:
		return now, nil
	}
	zone := s.Zone
	for _, a := range s.Engine.Accounts() {
		if a.Name == d.Account && a.Pace.Rules.Zone != nil {
			zone = a.Pace.Rules.Zone
		}
	}
	due, err := parseMoment(c.At, zone)
	switch {
	case err != nil:
		return due, err
	case due.Before(now.Add(-time.Minute)):
		return due, fmt.Errorf("time %q is past, it is %s now: give a moment to come, or --now", c.At, now.UTC().Format(time.RFC3339))
	case !d.Expires.IsZero() && !due.Before(d.Expires):
		return due, fmt.Errorf("time %q is after the delivery expires (%s): it would never be posted", c.At, d.Expires.UTC().Format(time.RFC3339))
	}
	return due, nil
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
	if d, err = s.Outbox.Reschedule(d.ID, time.Now(), time.Now()); err != nil {
		return StoryDelivery{}, err
	}
	s.Engine.Wake()
	return story(d), nil
}
