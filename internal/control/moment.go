package control

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"crieur/internal/article"
	"crieur/internal/delivery"
	"crieur/internal/dispatch"
	"crieur/internal/outbox"
	"crieur/internal/schedule"
)

// wallTimes are the forms of a wall time.
var wallTimes = [...]string{"2006-01-02T15:04", "2006-01-02 15:04", "2006-01-02T15:04:05", "2006-01-02 15:04:05"}

// grownOldError is that of an article's own moment which is past: no slip where the article
// was handed over in time and is handed over again.
type grownOldError struct{ error }

func grownOld(err error) bool {
	var old *grownOldError
	return errors.As(err, &old)
}

// moments are when an account's delivery is due and when it is stale. Where the article's own
// are past and the outbox knows the article, it is answered as it stands and nothing gets them.
func (s *Service) moments(r Request, a dispatch.Account, now time.Time) (due, expires time.Time, err error) {
	due, late := s.due(r, a.Pace, now)
	if late != nil && !grownOld(late) {
		return due, expires, badInput(late)
	}
	expires, stale := s.expiry(r, a, now, due)
	if stale != nil && !grownOld(stale) {
		return due, expires, badInput(stale)
	}
	if late == nil && stale == nil {
		return due, expires, nil
	}
	stands, err := s.stands(r, a.Name)
	if err != nil || stands {
		return due, expires, err
	}
	return due, expires, badInput(cmp.Or(late, stale))
}

// stands tells whether the outbox answers a request with an article that it knows, and makes
// no new delivery of it for the account.
func (s *Service) stands(r Request, account string) (bool, error) {
	if s.Outbox == nil || r.Again {
		return false, nil
	}
	_, ds, err := s.Outbox.Known(r.Article.Article)
	if errors.Is(err, outbox.ErrNotFound) {
		return false, nil
	}
	has := slices.ContainsFunc(ds, func(d delivery.Delivery) bool { return d.Account == account })
	return err == nil && (has || !r.extends()), err
}

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
		err := fmt.Errorf("time %q is past, it is %s now: give a moment to come, or --now", at, now.UTC().Format(time.RFC3339))
		if r.At == "" {
			return t, &grownOldError{err}
		}
		return time.Time{}, err
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
	t, err := parseExpiry(e, start)
	if err != nil && r.Expires == "" && !t.IsZero() && !t.After(now) {
		err = &grownOldError{err}
	}
	return t, err
}

// parseExpiry reads a duration from start, or RFC 3339. Of a moment that is not after start
// it is told too, with the error.
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
		return t, fmt.Errorf("expiry %q: the delivery would expire before it is due (%s)", e, start.UTC().Format(time.RFC3339))
	}
	return t, notTooFar(e, t, start)
}
