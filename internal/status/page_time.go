package status

import (
	"fmt"
	"time"
)

// clock tells times to people: in the site's zone, and from now. Nothing that it says
// changes within a minute, so that a page that stays the same is not sent again.
type clock struct {
	now  time.Time
	zone *time.Location
}

func newClock(now time.Time, zone *time.Location) clock {
	if zone == nil {
		zone = time.UTC
	}
	return clock{now.Truncate(time.Minute), zone}
}

// moment is a time as the page shows it.
type moment struct {
	ISO  string // for machines
	Rel  string // "in 12 min"
	Abs  string // "14:05", with the day where it is another
	Full string // with seconds and zone
}

func (c clock) moment(t time.Time) moment {
	return moment{
		ISO: t.UTC().Format(time.RFC3339), Rel: c.relative(t), Abs: c.absolute(t),
		Full: t.In(c.zone).Format("Monday 2 January 2006, 15:04:05 MST"),
	}
}

func (c clock) absolute(t time.Time) string {
	t, now := t.In(c.zone), c.now.In(c.zone)
	switch {
	case t.Format(time.DateOnly) == now.Format(time.DateOnly):
		return t.Format("15:04")
	case t.Year() == now.Year():
		return t.Format("Mon 2 Jan, 15:04")
	}
	return t.Format("2 Jan 2006, 15:04")
}

const day = 24 * time.Hour

func (c clock) relative(t time.Time) string {
	d := t.Truncate(time.Minute).Sub(c.now)
	if d == 0 {
		return "now"
	}
	if d < 0 {
		return span(-d) + " ago"
	}
	return "in " + span(d)
}

// span is a duration of at least a minute in one or two units.
func span(d time.Duration) string {
	const exact = 10 * time.Hour // below which minutes are told too
	h, m := int(d/time.Hour), int(d%time.Hour/time.Minute)
	switch {
	case d < time.Hour:
		return fmt.Sprintf("%d min", m)
	case d < exact && m > 0:
		return fmt.Sprintf("%d h %d min", h, m)
	case d < 2*day:
		return fmt.Sprintf("%d h", h)
	}
	return fmt.Sprintf("%d days", int(d/day))
}

// counted is a number with its noun.
func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return grouped(n) + " " + many
}

// grouped writes a number with narrow spaces between thousands.
func grouped(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "\u202f" + s[i:]
	}
	return s
}
