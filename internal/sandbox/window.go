package sandbox

import (
	"fmt"
	"net/http"
	"time"
)

// window is a fixed-window rate limit: it begins with the first request after the last one ended.
type window struct {
	limit int
	span  time.Duration
	used  int
	ends  time.Time
}

// take counts a request at now, and tells whether it is still within the limit.
func (w *window) take(now time.Time) bool {
	w.turn(now)
	if w.used >= w.limit {
		return false
	}
	w.used++
	return true
}

// rate is what the headers say at now.
func (w *window) rate(now time.Time) rate {
	w.turn(now)
	return rate{limit: w.limit, remaining: w.limit - w.used, reset: w.ends}
}

func (w *window) turn(now time.Time) {
	if !now.Before(w.ends) {
		w.used, w.ends = 0, now.Add(w.span)
	}
}

// dayWindow is one of X's undocumented 24-hour windows: of a "user" or of an "app".
type dayWindow struct {
	of string
	*window
}

func (d dayWindow) write(h http.Header, now time.Time) {
	r, prefix := d.rate(now), "x-"+d.of+"-limit-24hour-"
	h.Set(prefix+"limit", fmt.Sprint(r.limit))
	h.Set(prefix+"remaining", fmt.Sprint(r.remaining))
	h.Set(prefix+"reset", fmt.Sprint(r.reset.Unix()))
}
