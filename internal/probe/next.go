package probe

import (
	"hash/fnv"
	"time"
)

const (
	day   = 24 * time.Hour
	days  = 30
	apart = 12 * time.Hour // at least, between two probes of a source
)

// Next tells when the source of the article slug is probed: once a day for 30 days after
// first, its publication, at a time of day that the slug decides, so that the articles of
// one morning do not ask all at once. last is the latest probe, zero for none. A moment not
// after now is due. Probes missed while the daemon was down are not made up for: one is
// due. false: never again.
func Next(slug string, first, last, now time.Time) (time.Time, bool) {
	// The clock was set back: a probe of the future would silence the source.
	if last.After(now) {
		last = now
	}
	end := first.Add(days * day)
	if !now.Before(end) {
		return time.Time{}, false
	}
	at := first.Add(spread(slug))
	if !last.IsZero() {
		if wait := last.Add(apart).Sub(at); wait > 0 {
			at = at.Add((wait + day - 1) / day * day)
		}
	}
	return at, at.Before(end)
}

// spread is the slug's share of a day, in whole seconds.
func spread(slug string) time.Duration {
	h := fnv.New64a()
	_, _ = h.Write([]byte(slug)) // a hash never fails
	return time.Duration(h.Sum64()%uint64(day/time.Second)) * time.Second
}
