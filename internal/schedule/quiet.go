package schedule

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

const day = 24 * time.Hour

// Window is a span of each day's wall time, its end exclusive. It may pass midnight.
// The zero Window is empty.
type Window struct{ from, to time.Duration } // since midnight; to may be a full day

// ParseWindow reads a window such as "22:00-07:00".
func ParseWindow(s string) (Window, error) {
	from, to, ok := strings.Cut(s, "-")
	if !ok {
		return Window{}, fmt.Errorf("quiet hours %q: want start and end, as \"22:00-07:00\"", s)
	}
	start, err := parseClock(from)
	if err == nil && start == day {
		err = errors.New("\"24:00\" is an end: start at \"00:00\"")
	}
	if err != nil {
		return Window{}, fmt.Errorf("quiet hours %q: %w", s, err)
	}
	end, err := parseClock(to)
	if err != nil {
		return Window{}, fmt.Errorf("quiet hours %q: %w", s, err)
	}
	if start == end {
		return Window{}, fmt.Errorf("quiet hours %q: start and end are the same: let them differ, or remove the window", s)
	}
	return Window{start, end}, nil
}

func parseClock(s string) (time.Duration, error) {
	if s == "24:00" {
		return day, nil
	}
	t, err := time.Parse("15:04", s)
	if err != nil || t.Format("15:04") != s {
		return 0, fmt.Errorf("%q is no time of day: write it from \"00:00\" to \"24:00\", as \"07:00\"", s)
	}
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute, nil
}

// String returns the window as ParseWindow reads it.
func (w Window) String() string {
	return fmt.Sprintf("%02d:%02d-%02d:%02d", int(w.from.Hours()), int(w.from.Minutes())%60, int(w.to.Hours()), int(w.to.Minutes())%60)
}

func (w Window) in(clock time.Duration) bool {
	if w.from > w.to {
		return clock >= w.from || clock < w.to
	}
	return clock >= w.from && clock < w.to
}

// Quiet is a set of windows of wall time in which nothing is posted. They may overlap.
type Quiet []Window

// Validate refuses windows that together cover the whole day.
func (q Quiet) Validate() error {
	if q.covers() {
		return fmt.Errorf("quiet hours %s cover the whole day: leave some time to post", q)
	}
	return nil
}

// covers looks at each window's end alone: if the day has a free moment, one of the
// free spans begins there.
func (q Quiet) covers() bool {
	return len(q) > 0 && !slices.ContainsFunc(q, func(w Window) bool { return !q.inClock(w.to % day) })
}

// String lists the windows.
func (q Quiet) String() string {
	texts := make([]string, len(q))
	for i, w := range q {
		texts[i] = w.String()
	}
	return strings.Join(texts, " ")
}

func (q Quiet) inClock(clock time.Duration) bool {
	return slices.ContainsFunc(q, func(w Window) bool { return w.in(clock) })
}

// In reports whether the clocks of zone show a quiet time at t. A nil zone is UTC.
func (q Quiet) In(t time.Time, zone *time.Location) bool {
	return len(q) > 0 && q.inClock(clockOf(t, orUTC(zone)))
}

// End returns t where it is not quiet, else the first moment after it that is not; or
// the zero time where Validate fails and there is none.
func (q Quiet) End(t time.Time, zone *time.Location) time.Time {
	zone = orUTC(zone)
	if q.covers() {
		return time.Time{}
	}
	for q.In(t, zone) {
		t = q.change(t, zone)
	}
	return t
}

// begin returns the first quiet moment at or after t, or limit if that is earlier.
func (q Quiet) begin(t, limit time.Time, zone *time.Location) time.Time {
	if len(q) == 0 {
		return limit
	}
	for t.Before(limit) && !q.In(t, zone) {
		t = q.change(t, zone)
	}
	if t.After(limit) {
		return limit
	}
	return t
}

// change returns the next moment after t at which quiet may begin or end: a window's
// edge, or a change of the clocks.
func (q Quiet) change(t time.Time, zone *time.Location) time.Time {
	clock, step := clockOf(t, zone), day
	for _, w := range q {
		for _, edge := range [...]time.Duration{w.from, w.to} {
			ahead := (edge - clock) % day
			if ahead <= 0 {
				ahead += day
			}
			step = min(step, ahead)
		}
	}
	next := t.Add(step)
	if _, end := period(t.In(zone)); !end.IsZero() && end.Before(next) {
		return end
	}
	return next
}

// clockOf returns what the clocks of zone show at t, since midnight.
func clockOf(t time.Time, zone *time.Location) time.Duration {
	w := wall(t, zone)
	h, m, s := w.Clock()
	return time.Duration(h)*time.Hour + time.Duration(m)*time.Minute + time.Duration(s)*time.Second + time.Duration(w.Nanosecond())
}
