package schedule

import "time"

// Rate bounds posts in a rolling window: at most Max in any span of length Per. Two
// posts exactly Per apart do not share one. It binds nothing unless both are positive.
type Rate struct {
	Max int
	Per time.Duration
}

// Rules bound when an account may post, slot or not. The zero Rules allow any moment.
type Rules struct {
	Zone       *time.Location // of Quiet and of the days; nil: UTC
	MinSpacing time.Duration  // between two posts
	Quiet      Quiet
	MaxPerDay  int // posts in a calendar day; 0: no bound
	Rates      []Rate
}

// Earliest returns the first moment at or after t at which a post is permitted. posts
// are the moments of the latest posts, oldest first: the last one, and all of t's day
// and of the longest Rate. A post after t (the clock was set back) counts as one at t. A
// later t never has an earlier answer. The answer is the zero time where Quiet covers
// the whole day.
func (r Rules) Earliest(t time.Time, posts []time.Time) time.Time {
	zone := orUTC(r.Zone)
	// Each rule only ever moves the moment forward to the first that the rule permits,
	// and no day after t's has a post: the turns end.
	at := r.paced(t, posts)
	for {
		at = r.Quiet.End(at, zone)
		if at.IsZero() || r.MaxPerDay <= 0 {
			return at
		}
		start, end := dayOf(at, zone)
		if countSince(start, t, posts) < r.MaxPerDay {
			return at
		}
		at = end
	}
}

// paced returns the first moment that spacing and rates permit. All posts count as at
// or before t, so both permit whatever comes later.
func (r Rules) paced(t time.Time, posts []time.Time) time.Time {
	at := t
	wait := func(latest int, pause time.Duration) {
		if latest <= 0 || latest > len(posts) || pause <= 0 {
			return
		}
		if next := earlier(posts[len(posts)-latest], t).Add(pause); next.After(at) {
			at = next
		}
	}
	wait(1, r.MinSpacing)
	for _, rate := range r.Rates {
		wait(rate.Max, rate.Per)
	}
	return at
}

// countSince counts posts from start on, those after t as at t.
func countSince(start, t time.Time, posts []time.Time) int {
	if t.Before(start) {
		return 0
	}
	n := 0
	for n < len(posts) && !posts[len(posts)-1-n].Before(start) {
		n++
	}
	return n
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
