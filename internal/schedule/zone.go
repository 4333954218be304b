package schedule

import "time"

// furthest is more than any zone was ever ahead of or behind UTC.
const furthest = 16 * time.Hour

func orUTC(zone *time.Location) *time.Location {
	if zone == nil {
		return time.UTC
	}
	return zone
}

// wall returns what the clocks of zone show at t, as if in UTC.
func wall(t time.Time, zone *time.Location) time.Time {
	_, offset := t.In(zone).Zone()
	return t.UTC().Add(time.Duration(offset) * time.Second)
}

// instant returns the first moment at which the clocks of zone show w (given as if in
// UTC) or later. So a wall time that occurs twice is its first occurrence, one that is
// skipped is the end of the gap, and a later w is never an earlier moment.
func instant(w time.Time, zone *time.Location) time.Time {
	from := w.Add(-furthest).In(zone)
	for {
		offset, end := period(from)
		t := w.Add(-offset).In(zone)
		if t.Before(from) {
			return from // the clocks jumped over w
		}
		if end.IsZero() || t.Before(end) {
			return t
		}
		from = end
	}
}

// Instant returns the first moment at which the clocks of zone show a wall time, given
// as if in UTC. false: they skip it, and the moment is the end of the gap. A nil zone is UTC.
func Instant(w time.Time, zone *time.Location) (time.Time, bool) {
	zone = orUTC(zone)
	t := instant(w, zone)
	return t, wall(t, zone).Equal(w)
}

// period returns the offset from UTC at t and a later moment until which it stays, or
// zero: for ever.
func period(t time.Time) (offset time.Duration, end time.Time) {
	_, seconds := t.Zone()
	_, end = t.ZoneBounds()
	// On 31 December of a leap year Go ends the period before t where the zone's own
	// table has run out: it counts 365 days. Ending it too soon is harmless.
	if !end.IsZero() && !end.After(t) {
		end = t.Add(time.Hour)
	}
	return time.Duration(seconds) * time.Second, end
}

// dayOf returns the bounds of the calendar day of zone that contains t. A day lasts
// from its first moment to the first of the next one: where clocks are set back over
// midnight, the minutes repeated belong to the new day.
func dayOf(t time.Time, zone *time.Location) (start, end time.Time) {
	midnight := wall(t, zone).Truncate(24 * time.Hour)
	for {
		end = instant(midnight.AddDate(0, 0, 1), zone)
		if end.After(t) {
			return instant(midnight, zone), end
		}
		midnight = midnight.AddDate(0, 0, 1)
	}
}
