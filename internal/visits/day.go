package visits

import (
	"fmt"
	"time"
)

// Day is a date in the site's zone, as the number 20261127 for 27 November 2026: it
// sorts, and is made without memory.
type Day uint32

// DayOf is the date of a moment in a zone.
func DayOf(at time.Time, zone *time.Location) Day {
	y, m, d := at.In(zone).Date()
	return Day(max(0, y)*10000 + int(m)*100 + d)
}

// Add goes some days on, or back.
func (d Day) Add(days int) Day {
	return DayOf(d.noon().AddDate(0, 0, days), time.UTC)
}

// Valid tells whether there is such a date.
func (d Day) Valid() bool { return DayOf(d.noon(), time.UTC) == d }

// noon is in UTC, where every day has one.
func (d Day) noon() time.Time {
	return time.Date(int(d/10000), time.Month(d/100%100), int(d%100), 12, 0, 0, 0, time.UTC)
}

// String writes it as 2026-11-27.
func (d Day) String() string { return fmt.Sprintf("%04d-%02d-%02d", d/10000, d/100%100, d%100) }

// MarshalText implements encoding.TextMarshaler.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *Day) UnmarshalText(b []byte) error {
	at, err := time.Parse(time.DateOnly, string(b))
	if err != nil {
		return fmt.Errorf("day %q: want a date such as 2026-11-27", b)
	}
	*d = DayOf(at, time.UTC)
	return nil
}
