package main

import (
	"context"
	"fmt"
	"time"

	"crieur/config"
	"crieur/internal/control"
	"crieur/internal/delivery"
	"crieur/internal/dispatch"
)

// lookAhead is how far a command looks for the moment of a delivery, in days.
const lookAhead = 31

// outlook tells in words when deliveries are posted.
type outlook struct {
	planned map[string]dispatch.PlanEntry // by delivery
	zones   map[string]*time.Location     // by account
	site    *time.Location
	now     time.Time
}

// outlook asks once for what is planned. The change that a command is for is made by
// then: without an answer it only says less.
func (a *app) outlook(ctx context.Context, api control.API, cfg config.Config) (outlook, error) {
	o := outlook{map[string]dispatch.PlanEntry{}, map[string]*time.Location{}, a.zone, time.Now()}
	for _, c := range cfg.Accounts {
		if zone, err := time.LoadLocation(c.Timezone); c.Timezone != "" && err == nil { // a wrong one was refused before
			o.zones[c.Name] = zone
		}
	}
	entries, err := api.Plan(ctx, control.PlanWish{Days: lookAhead})
	if err != nil {
		_, err = fmt.Fprintf(a.err, "crieur: done, but what is planned now cannot be told: %v\n", err)
	}
	for _, e := range entries {
		if e.Delivery != nil {
			o.planned[*e.Delivery] = e
		}
	}
	return o, err
}

// when is a scheduled delivery's own moment, and the planned one where that differs or
// is the only one. It is empty for others.
func (o outlook) when(id, account, state string, due time.Time) string {
	if delivery.State(state) != delivery.Scheduled {
		return ""
	}
	zone := o.site
	if z, ok := o.zones[account]; ok {
		zone = z
	}
	own := due.After(o.now)
	e, known := o.planned[id]
	switch {
	case known && e.Kind == dispatch.PlanExpires && own:
		return bothTimes(due, zone) + ", expires before it can be posted: " + bothTimes(e.At, zone)
	case known && e.Kind == dispatch.PlanExpires:
		return "expires before it can be posted: " + bothTimes(e.At, zone)
	case own && known && e.At.Sub(due) >= time.Second:
		return bothTimes(due, zone) + ", planned for " + bothTimes(e.At, zone)
	case own:
		return bothTimes(due, zone)
	case known:
		return bothTimes(e.At, zone)
	}
	return "in the queue"
}

// bothTimes is a moment in a zone and in UTC: 2026-12-01 08:30 (07:30 UTC).
func bothTimes(t time.Time, zone *time.Location) string {
	clock := "15:04"
	if t.Second() != 0 {
		clock = "15:04:05"
	}
	local, utc := t.In(zone), t.UTC()
	text := local.Format(time.DateOnly + " " + clock)
	if _, offset := local.Zone(); offset == 0 {
		return text + " UTC"
	}
	if local.Format(time.DateOnly) != utc.Format(time.DateOnly) {
		clock = time.DateOnly + " " + clock
	}
	return text + " (" + utc.Format(clock) + " UTC)"
}
