package status

import (
	"fmt"
	"strings"
	"time"

	"crieur/internal/dispatch"
)

// WeekEntries is how many entries of an account the calendar wants at most: more would
// not be read, and cost time.
const WeekEntries = 300

const (
	weekDays   = 7
	shownOfDay = 10 // entries of a day; the rest is a number
)

// weekday is one column of the calendar.
type weekday struct {
	ISO, Name, Date string
	Today           bool
	Total           string
	Entries         []entry
	More            int
}

// entry is one thing that the plan says, or several empty slots in a row.
type entry struct {
	ISO, Time             string
	Account, Title, Aside string
	Kind                  string // of dispatch.PlanEntry
	ID                    string
}

// weekEnd is the end of the calendar: of the last of seven days, today the first.
func (c clock) weekEnd() time.Time {
	y, m, d := c.now.In(c.zone).Date()
	return time.Date(y, m, d+weekDays, 0, 0, 0, 0, c.zone)
}

// lastPlan is the calendar's plan as it was made last: full weeks of many accounts take
// longer than all the rest of the page.
type lastPlan struct {
	entries []dispatch.PlanEntry
	seen    uint64    // the outbox's change
	minute  time.Time // in which it was made
	made    time.Time
	cost    time.Duration
}

// of makes the plan anew when the outbox or the minute is another, but spends only a
// small share of the time on it.
func (l *lastPlan) of(p *pages, now, until time.Time) ([]dispatch.PlanEntry, error) {
	seen, err := p.change()
	if err != nil {
		return nil, err
	}
	minute := now.Truncate(time.Minute)
	fresh := seen == l.seen && minute.Equal(l.minute)
	if age := now.Sub(l.made); fresh || age >= 0 && age < idleShare*l.cost {
		return l.entries, nil
	}
	begun := time.Now()
	entries, err := p.Week(now, until)
	if err != nil {
		return nil, err
	}
	*l = lastPlan{entries, seen, minute, now, time.Since(begun)}
	return entries, nil
}

// week lays a plan out by days of the zone.
func (c clock) week(plan []dispatch.PlanEntry) []weekday {
	y, m, d := c.now.In(c.zone).Date()
	days := make([]weekday, weekDays)
	at := map[string]int{}
	for i := range days {
		date := time.Date(y, m, d+i, 12, 0, 0, 0, c.zone)
		days[i] = weekday{ISO: date.Format(time.DateOnly), Name: date.Format("Mon"), Date: date.Format("2 Jan"), Today: i == 0}
		at[days[i].ISO] = i
	}
	byDay := make([][]dispatch.PlanEntry, weekDays)
	for _, e := range plan {
		if i, ok := at[e.At.In(c.zone).Format(time.DateOnly)]; ok {
			byDay[i] = append(byDay[i], e)
		}
	}
	for i := range days {
		c.fill(&days[i], byDay[i])
	}
	return days
}

func (c clock) fill(d *weekday, plan []dispatch.PlanEntry) {
	posts, cost := 0, 0.0
	for _, e := range plan {
		if e.Kind == dispatch.PlanPost {
			posts++
		}
		cost += e.CostUSD
	}
	if posts > 0 {
		d.Total = counted(posts, "post", "posts")
	}
	if cost > 0 {
		d.Total += fmt.Sprintf(" · $%.2f", cost)
	}
	d.Entries = c.joined(plan)
	if n := len(d.Entries) - shownOfDay; n > 0 {
		d.Entries, d.More = d.Entries[:shownOfDay], n
	}
}

// joined makes one entry of the slots of an account that follow each other without a post.
func (c clock) joined(plan []dispatch.PlanEntry) (out []entry) {
	type run struct{ i, n int }
	last := map[string]run{} // the account's last entry
	for _, e := range plan {
		quiet := e.Kind == dispatch.PlanEmpty || e.Kind == dispatch.PlanMissed
		if r, ok := last[e.Account]; ok && quiet && out[r.i].Kind == e.Kind {
			r.n++
			last[e.Account] = r
			out[r.i].Title = fmt.Sprintf("%d %s until %s", r.n, slotsName(e.Kind), e.At.In(c.zone).Format("15:04"))
			continue
		}
		last[e.Account] = run{len(out), 1}
		out = append(out, c.entry(e))
	}
	return out
}

func (c clock) entry(e dispatch.PlanEntry) entry {
	x := entry{ISO: e.At.Format(time.RFC3339), Time: e.At.In(c.zone).Format("15:04"), Account: e.Account, Kind: e.Kind, Title: strings.TrimSpace(e.Title)}
	if e.Delivery != nil {
		x.ID = *e.Delivery
	}
	switch e.Kind {
	case dispatch.PlanEmpty, dispatch.PlanMissed:
		x.Title = slotName(e.Kind)
	case dispatch.PlanNote:
		x.Time, x.Title = "", e.Reason
	case dispatch.PlanExpires:
		x.Aside = "expires unposted"
	case dispatch.PlanPost:
		if e.Reason != "slot" {
			x.Aside = e.Reason
		}
	}
	return x
}

func slotName(kind string) string {
	if kind == dispatch.PlanMissed {
		return "slot without a post"
	}
	return "empty slot"
}

func slotsName(kind string) string {
	if kind == dispatch.PlanMissed {
		return "slots without a post"
	}
	return "empty slots"
}
