package schedule

import (
	"slices"
	"testing"
	"time"
)

// oracle answers what a schedule means by walking every minute of every day.
type oracle struct {
	zone *time.Location
	from time.Time
	base int64   // the wall minute of seen[0], counted as if in UTC
	seen []int64 // for each wall minute the first moment that shows it, or 0
}

func newOracle(zone *time.Location, from time.Time, days int) *oracle {
	o := &oracle{zone: zone, from: from, seen: make([]int64, (days+8)*24*60)}
	o.base = o.shown(from) - 4*24*60
	for i := range (days + 4) * 24 * 60 {
		t := from.Add(time.Duration(i-2*24*60) * time.Minute)
		if at := &o.seen[o.shown(t)-o.base]; *at == 0 {
			*at = t.Unix()
		}
	}
	return o
}

func (o *oracle) shown(t time.Time) int64 {
	y, m, d := t.In(o.zone).Date()
	hh, mm, _ := t.In(o.zone).Clock()
	return time.Date(y, m, d, hh, mm, 0, 0, time.UTC).Unix() / 60
}

// moments returns the nominal moments of a rule over wall times in the next days.
func (o *oracle) moments(days int, fires func(w time.Time) bool, quiet func(hh, mm int) bool) []time.Time {
	var all []time.Time
	start := o.shown(o.from)
	for w := start - 24*60; w < start+int64(days)*24*60; w++ {
		if !fires(time.Unix(w*60, 0).UTC()) {
			continue
		}
		shows := w
		for o.seen[shows-o.base] == 0 { // a gap: what the clocks show after it
			shows++
		}
		t := time.Unix(o.seen[shows-o.base], 0).In(o.zone)
		if t.After(o.from) && !quiet(t.Hour(), t.Minute()) {
			all = append(all, t)
		}
	}
	slices.SortFunc(all, time.Time.Compare)
	return slices.CompactFunc(all, time.Time.Equal)
}

func never(int, int) bool { return false }

// plans are schedules and the same rules written by hand.
var plans = []struct {
	exprs []string
	fires func(w time.Time) bool
}{
	{[]string{"*/15 * * * *"}, func(w time.Time) bool { return w.Minute()%15 == 0 }},
	{[]string{"0 * * * *"}, func(w time.Time) bool { return w.Minute() == 0 }},
	{[]string{"@daily"}, func(w time.Time) bool { return w.Hour()+w.Minute() == 0 }},
	{[]string{"30 0 * * *", "30 2 * * *", "15 1 * * sun"}, func(w time.Time) bool {
		return w.Minute() == 30 && (w.Hour() == 0 || w.Hour() == 2) || w.Weekday() == time.Sunday && w.Hour() == 1 && w.Minute() == 15
	}},
	{[]string{"10 2,3 * * *", "*/20 1-2 * * *", "10 2 30 12 *"}, func(w time.Time) bool {
		return w.Minute() == 10 && (w.Hour() == 2 || w.Hour() == 3) || w.Minute()%20 == 0 && (w.Hour() == 1 || w.Hour() == 2)
	}},
	{[]string{"45 23 13 * fri", "0 12 30 12 *"}, func(w time.Time) bool {
		return w.Hour() == 23 && w.Minute() == 45 && (w.Day() == 13 || w.Weekday() == time.Friday) ||
			w.Month() == time.December && w.Day() == 30 && w.Hour() == 12 && w.Minute() == 0
	}},
}

// eras are years whose clocks do something.
var eras = []struct {
	zone        string
	year, years int
}{
	{"Europe/Paris", 2025, 1},
	{"Europe/Paris", 2060, 1}, // beyond the tables: Go ends a leap year's last period early
	{"America/New_York", 2026, 1},
	{"Australia/Lord_Howe", 2026, 1}, // half an hour
	{"Asia/Kathmandu", 2026, 1},
	{"Pacific/Apia", 2011, 2},     // 30 December 2011 did not exist
	{"America/Havana", 2026, 1},   // gap at midnight
	{"Africa/Cairo", 2025, 1},     // gap at midnight, back over midnight
	{"Atlantic/Azores", 2026, 1},  // gap at midnight
	{"America/St_Johns", 2009, 1}, // back at 00:01
	{"Africa/Casablanca", 2026, 1},
	{"America/Nuuk", 2023, 1},
}

func TestSlotsAreThoseOfAWalkOverEveryMinute(t *testing.T) {
	for _, era := range eras {
		zone := mustZone(t, era.zone)
		from := time.Date(era.year, 1, 1, 0, 0, 0, 0, time.UTC)
		days := 365*era.years + 3
		o := newOracle(zone, from, days)
		for _, p := range plans {
			s := mustSlots(t, p.exprs, zone, 0, nil)
			compare(t, era.zone, p.exprs, s, from, o.moments(days, p.fires, never))

			s = mustSlots(t, p.exprs, zone, 0, Quiet{mustWindow(t, "23:10-00:00"), mustWindow(t, "02:00-03:10")})
			compare(t, era.zone+", quiet,", p.exprs, s, from, o.moments(days, p.fires, func(hh, mm int) bool {
				return hh == 23 && mm >= 10 || hh == 2 || hh == 3 && mm < 10
			}))
		}
	}
}

func compare(t *testing.T, where string, exprs []string, s *Slots, from time.Time, want []time.Time) {
	t.Helper()
	if len(want) == 0 {
		t.Fatalf("%s %q: the oracle has no slot", where, exprs)
	}
	at := from
	for i, w := range want {
		got, ok := s.Next(at)
		if !ok || !got.At.Equal(w) || !got.Nominal.Equal(w) {
			t.Errorf("%s %q: slot %d after %s is %v, want %s", where, exprs, i, at, got, w)
			return
		}
		at = got.At
	}
}

func mustSlots(t testing.TB, texts []string, zone *time.Location, jitter time.Duration, quiet Quiet) *Slots {
	t.Helper()
	var exprs []Expr
	for _, text := range texts {
		exprs = append(exprs, mustExpr(t, text))
	}
	s, err := NewSlots(exprs, zone, jitter, "herald", quiet)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func mustWindow(t testing.TB, s string) Window {
	t.Helper()
	w, err := ParseWindow(s)
	if err != nil {
		t.Fatal(err)
	}
	return w
}
