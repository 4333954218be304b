package platform

import "time"

const (
	// clockMargin is how far the platform's clock and ours may differ unnoticed.
	clockMargin = 5 * time.Minute
	// lostClock is how far back a look goes when the attempt lies in the future.
	lostClock = 24 * time.Hour
	// mostAhead bounds what is believed of a server's clock.
	mostAhead = 10 * 365 * 24 * time.Hour
)

// Window is when the post of a query can have been made, by the platform's clock.
type Window struct {
	From, Until time.Time
	Sure        bool // false: our clock was wrong by an unknown amount
}

// Window widens the time of the attempt by the margin, and by what our clock is known
// to be wrong: nobody knows whether it was so at the attempt already.
func (w *Wire) Window(q Query) Window {
	ahead := time.Duration(w.ahead.Load())
	server := time.Now().Add(-ahead)
	window := Window{
		From:  q.Since.Add(-clockMargin - max(ahead, 0)),
		Until: q.Until.Add(clockMargin + max(-ahead, 0)),
		Sure:  true,
	}
	if window.From.After(server) {
		window.From, window.Sure = server.Add(-lostClock), false
	}
	if q.Until.IsZero() {
		window.Until = server.Add(clockMargin)
	}
	return window
}

// compare notes how far our clock is ahead of the server's.
func (w *Wire) compare(a *Answer) {
	if said := serverTime(a.Header, time.Time{}); !said.IsZero() {
		w.dated.Store(true)
		w.ahead.Store(int64(min(max(a.At.Sub(said), -mostAhead), mostAhead)))
	}
}

// ClockAhead tells how far our clock is ahead of the server's, by the Date of its last
// answer, which is in whole seconds; false: it has not told yet.
func (w *Wire) ClockAhead() (time.Duration, bool) {
	return time.Duration(w.ahead.Load()), w.dated.Load()
}

// endsBefore tells whether a page, newest first, reaches back to before the window.
func (w Window) endsBefore(posts []Seen) bool {
	for i, p := range posts {
		if !p.Dated || i > 0 && p.Receipt.PostedAt.After(posts[i-1].Receipt.PostedAt) {
			return false // in no order that we know: the next page may hold newer ones
		}
	}
	return len(posts) > 0 && posts[len(posts)-1].Receipt.PostedAt.Before(w.From)
}
