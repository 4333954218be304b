package control

import (
	"cmp"
	"fmt"
	"time"

	"crieur/internal/article"
	"crieur/internal/dispatch"
	"crieur/internal/schedule"
)

// wallTimes are the forms of a wall time.
var wallTimes = [...]string{"2006-01-02T15:04", "2006-01-02 15:04", "2006-01-02T15:04:05", "2006-01-02 15:04:05"}

// due is the moment of an account's delivery, or zero: when the account posts next.
// An account that posts at slots only needs a moment for "now".
func (s *Service) due(r Request, p dispatch.Pace, now time.Time) (time.Time, error) {
	at := r.At
	switch {
	case r.Now && r.At != "":
		return time.Time{}, fmt.Errorf("--now and --at %q exclude each other", r.At)
	case r.Now && p.Slots != nil:
		return now, nil
	case r.Now:
		return time.Time{}, nil
	case at == "":
		at = r.Article.Article.At
	}
	if at == "" {
		return time.Time{}, nil
	}
	zone := p.Rules.Zone
	if zone == nil {
		zone = s.Zone
	}
	t, err := parseMoment(at, zone)
	if err != nil {
		return time.Time{}, err
	}
	// What an operator types now is a slip; an article's own wish has grown old.
	late := time.Minute
	if r.At == "" {
		late = 24 * time.Hour
	}
	if t.Before(now.Add(-late)) {
		return time.Time{}, fmt.Errorf("time %q is past, it is %s now: give a moment to come, or --now", at, now.UTC().Format(time.RFC3339))
	}
	return t, notTooFar(at, t, now)
}

// furthest is how far ahead a moment may be: further is a slip of the pen.
const furthest = 100 // years

func notTooFar(s string, t, now time.Time) error {
	if t.After(now.AddDate(furthest, 0, 0)) {
		return fmt.Errorf("time %q is more than %d years ahead", s, furthest)
	}
	return nil
}

// parseMoment reads RFC 3339, or a wall time in zone. A wall time that the zone
// skips is refused: guessing would post an hour off. One that occurs twice is its
// first occurrence, as for slots.
func parseMoment(s string, zone *time.Location) (time.Time, error) {
	if t, err := time.Parse(time.RFC3339, s); err == nil && article.IsRFC3339(s) {
		return t, nil
	}
	if zone == nil {
		zone = time.UTC
	}
	for _, layout := range wallTimes {
		wall, err := time.Parse(layout, s)
		if err != nil || wall.Format(layout) != s { // strict: "8:30" is no "08:30"
			continue
		}
		t, ok := schedule.Instant(wall, zone)
		if !ok {
			return time.Time{}, fmt.Errorf("time %q does not exist in %s: the clocks skip it", s, zone)
		}
		return t, nil
	}
	return time.Time{}, fmt.Errorf("time %q: want RFC 3339 as %q, or a wall time as %q", s, "2026-11-24T18:30:00+01:00", "2026-11-24T18:30")
}

// expiry is the moment after which a delivery is stale, or zero: never. The account's
// bound, else the site's, holds where neither operator nor article wishes for another.
func (s *Service) expiry(r Request, a dispatch.Account, now, due time.Time) (time.Time, error) {
	start := now
	if due.After(now) {
		start = due
	}
	e := r.Expires
	if e == "" {
		e = r.Article.Article.Expires
	}
	if age := cmp.Or(a.ExpireAfter, s.MaxAge); e == "" && age > 0 {
		return start.Add(age), nil
	}
	if e == "" {
		return time.Time{}, nil
	}
	return parseExpiry(e, start)
}

// parseExpiry reads a duration from start, or RFC 3339.
func parseExpiry(e string, start time.Time) (time.Time, error) {
	t, err := time.Parse(time.RFC3339, e)
	if err != nil || !article.IsRFC3339(e) {
		d, err := time.ParseDuration(e)
		if err != nil {
			return time.Time{}, fmt.Errorf("expiry %q: want a duration as %q, or RFC 3339", e, "48h")
		}
		t = start.Add(d)
	}
	if !t.After(start) {
		return time.Time{}, fmt.Errorf("expiry %q: the delivery would expire before it is due (%s)", e, start.UTC().Format(time.RFC3339))
	}
	return t, notTooFar(e, t, start)
}
