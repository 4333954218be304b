package control

import (
	"fmt"
	"time"
)

// wallTimes are the forms of a wall time, in the site's zone.
var wallTimes = [...]string{"2006-01-02T15:04", "2006-01-02 15:04", "2006-01-02T15:04:05", "2006-01-02 15:04:05"}

// due is the delivery's own moment, or zero: as soon as the account posts.
func (s *Service) due(r Request, now time.Time) (time.Time, error) {
	at := r.At
	switch {
	case r.Now && r.At != "":
		return time.Time{}, fmt.Errorf("--now and --at %q exclude each other", r.At)
	case r.Now:
		return time.Time{}, nil
	case at == "":
		at = r.Article.Article.At
	}
	if at == "" {
		return time.Time{}, nil
	}
	t, err := parseMoment(at, s.Zone)
	if err != nil {
		return time.Time{}, err
	}
	if t.Before(now.Add(-24 * time.Hour)) {
		return time.Time{}, fmt.Errorf("time %q is long ago, it is %s now: give a moment to come, or --now", at, now.UTC().Format(time.RFC3339))
	}
	return t, nil
}

// parseMoment reads RFC 3339, or a wall time in zone. A wall time that the zone
// skips is refused: guessing would post an hour off.
func parseMoment(s string, zone *time.Location) (time.Time, error) {
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t, nil
	}
	if zone == nil {
		zone = time.UTC
	}
	for _, layout := range wallTimes {
		t, err := time.ParseInLocation(layout, s, zone)
		if err != nil {
			continue
		}
		if t.Format(layout) != s {
			return time.Time{}, fmt.Errorf("time %q does not exist in %s: the clocks skip it", s, zone)
		}
		return t, nil
	}
	return time.Time{}, fmt.Errorf("time %q: want RFC 3339 as %q, or a wall time as %q", s, "2026-11-24T18:30:00+01:00", "2026-11-24T18:30")
}

// expiry is the moment after which a delivery is stale, or zero: never. The site's
// bound holds where neither operator nor article wishes for another.
func (s *Service) expiry(r Request, now, due time.Time) (time.Time, error) {
	start := now
	if due.After(now) {
		start = due
	}
	e := r.Expires
	if e == "" {
		e = r.Article.Article.Expires
	}
	if e == "" && s.MaxAge > 0 {
		return start.Add(s.MaxAge), nil
	}
	if e == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339, e)
	if err != nil {
		d, err := time.ParseDuration(e)
		if err != nil {
			return time.Time{}, fmt.Errorf("expiry %q: want a duration as %q, or RFC 3339", e, "48h")
		}
		t = start.Add(d)
	}
	if !t.After(start) {
		return time.Time{}, fmt.Errorf("expiry %q: the delivery would expire before it is due (%s)", e, start.UTC().Format(time.RFC3339))
	}
	return t, nil
}
