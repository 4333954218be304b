package schedule

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"time"
	_ "time/tzdata" // a host without zone data must not post an hour off
)

// Slot is a moment at which an account posts.
type Slot struct {
	Nominal time.Time // as the expressions say
	At      time.Time // after jitter: when to post
}

// Slots is the union of an account's expressions. It does not change, and may be used
// by several goroutines.
type Slots struct {
	exprs  []Expr
	zone   *time.Location
	jitter time.Duration
	seed   string
	quiet  Quiet
}

// reach bounds the search for a slot: the longest span between two 29 Februaries is
// eight years.
const reach = 12 // years

// NewSlots joins expressions to one schedule of wall times in zone (nil: UTC). A wall
// time that the clocks skip is the first moment after the gap, one that occurs twice is
// its first occurrence. Each slot is delayed by whole seconds in [0, jitter), always
// the same for the same seed and slot, at most one day, and never into or past quiet
// hours. A schedule that leaves no slot in four years is refused.
func NewSlots(exprs []Expr, zone *time.Location, jitter time.Duration, seed string, quiet Quiet) (*Slots, error) {
	if len(exprs) == 0 {
		return nil, errors.New("schedule: no expression: write one, as \"0 8 * * *\"")
	}
	for _, e := range exprs {
		if e.cron == nil {
			return nil, errors.New("schedule: an expression is empty: make it with ParseExpr")
		}
	}
	if jitter < 0 || jitter > day {
		return nil, fmt.Errorf("jitter %s: want 0s to %s", jitter, day)
	}
	if err := quiet.Validate(); err != nil {
		return nil, err
	}
	s := &Slots{exprs, orUTC(zone), jitter, seed, quiet}
	// Any four years with a 29 February do: neither clocks nor calendar ask for the date.
	if _, ok := s.walk(time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC), 4).next(); !ok {
		return nil, fmt.Errorf("schedule %s: quiet hours %s leave no slot: move either", list(exprs), quiet)
	}
	return s, nil
}

func list(exprs []Expr) string {
	texts := make([]string, len(exprs))
	for i, e := range exprs {
		texts[i] = fmt.Sprintf("%q", e)
	}
	return strings.Join(texts, " ")
}

// Next returns the first slot whose At is strictly after after, or false if there is
// none in twelve years. Where jitter takes two slots to the same second they are one,
// that of the earlier Nominal.
func (s *Slots) Next(after time.Time) (Slot, bool) {
	var best Slot
	found := false
	// At is before Nominal plus jitter: no earlier nominal moment can count.
	w := s.walk(after.Add(-s.jitter), reach)
	for {
		nominal, ok := w.next()
		if !ok || found && !nominal.Before(best.At) {
			return best, found
		}
		at := s.delay(nominal)
		if at.After(after) && (!found || at.Before(best.At)) {
			best, found = Slot{Nominal: nominal, At: at}, true
		}
	}
}

// delay adds the jitter of a slot, cut where quiet hours begin.
func (s *Slots) delay(nominal time.Time) time.Time {
	end := s.quiet.begin(nominal, nominal.Add(s.jitter), s.zone)
	seconds := uint64((end.Sub(nominal) + time.Second - 1) / time.Second)
	if seconds == 0 {
		return nominal
	}
	text := binary.BigEndian.AppendUint64([]byte(s.seed), uint64(nominal.Unix()))
	hash := sha256.Sum256(text)
	return nominal.Add(time.Duration(binary.BigEndian.Uint64(hash[:])%seconds) * time.Second)
}

// walk is a way along the nominal moments.
type walk struct {
	*Slots
	wall  time.Time   // all wall times up to this one have been passed
	ahead []time.Time // each expression's next wall time, if after wall
	last  time.Time   // only later moments come
	until time.Time
}

func (s *Slots) walk(after time.Time, years int) *walk {
	w := &walk{Slots: s, ahead: make([]time.Time, len(s.exprs)), until: after.AddDate(years, 0, 0)}
	w.seek(after)
	return w
}

// seek goes on after a moment: wall times up to that moment's own are not later.
func (w *walk) seek(after time.Time) {
	w.last, w.wall = after, wall(after, w.zone)
}

// next returns the next nominal moment that is not quiet, or false.
func (w *walk) next() (time.Time, bool) {
	for w.step() {
		t := instant(w.wall, w.zone)
		switch {
		case t.After(w.until):
			return time.Time{}, false
		case !t.After(w.last): // the clocks were set back, or skipped more than one slot
		case w.quiet.In(t, w.zone):
			w.seek(w.quiet.End(t, w.zone).Add(-1))
		default:
			w.last = t
			return t, true
		}
	}
	return time.Time{}, false
}

// step moves wall to the next wall time of any expression.
func (w *walk) step() bool {
	var first time.Time
	for i, e := range w.exprs {
		if !w.ahead[i].After(w.wall) {
			w.ahead[i] = e.next(w.wall)
		}
		if t := w.ahead[i]; first.IsZero() || !t.IsZero() && t.Before(first) {
			first = t
		}
	}
	w.wall = first
	return !first.IsZero()
}
