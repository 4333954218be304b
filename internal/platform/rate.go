package platform

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	defaultWait = 15 * time.Minute // X's window; Mastodon's is 5 min
	maxWait     = 25 * time.Hour   // the longest window is 24 h
	leastWait   = 5 * time.Second  // a reset at this very moment must not become a busy loop
	slack       = time.Minute      // a reset this long past is "now", an older one says nothing
)

// ThrottleWait returns how long to wait after a 429 that was read at now: until the
// latest reset among the windows with nothing remaining, or not saying what remains,
// and for Retry-After when it asks for more. The server's Date corrects our clock.
// Headers that are missing or make no sense mean 15 min; never more than 25 h.
func ThrottleWait(h http.Header, now time.Time, windows []RateHeader) time.Duration {
	now = serverTime(h, now)
	wait, said := retryAfter(h, now)
	for _, w := range windows {
		if remaining := strings.TrimSpace(h.Get(w.Prefix + "-Remaining")); remaining != "" && !isZero(remaining) {
			continue // this window did not stop us
		}
		if reset, ok := w.reset(h); ok {
			if left, ok := until(reset, now); ok {
				wait, said = max(wait, left), true
			}
		}
	}
	if !said {
		return defaultWait
	}
	return wait
}

// retryAfter reads Retry-After (RFC 9110 §10.2.3): seconds or an HTTP date. False:
// it is missing or says nothing useful. Never more than 25 h.
func retryAfter(h http.Header, now time.Time) (time.Duration, bool) {
	value := strings.TrimSpace(h.Get("Retry-After"))
	if seconds, err := strconv.ParseInt(value, 10, 64); err == nil {
		if seconds <= 0 {
			return 0, false
		}
		return time.Duration(min(seconds, int64(maxWait/time.Second))) * time.Second, true
	}
	if at, err := http.ParseTime(value); err == nil {
		return until(at, serverTime(h, now))
	}
	return 0, false
}

// serverTime is the moment of the answer by the clock that also wrote the resets.
func serverTime(h http.Header, now time.Time) time.Time {
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		return date
	}
	return now
}

// until returns the time left before a reset, in whole seconds upwards, at most 25 h.
func until(reset, now time.Time) (time.Duration, bool) {
	left := reset.Sub(now)
	if left <= -slack {
		return 0, false
	}
	if left <= 0 {
		return leastWait, true
	}
	return (min(left, maxWait) + time.Second - 1).Truncate(time.Second), true
}

// parseReset reads a moment: unix seconds or ISO 8601, as platforms differ.
func parseReset(value string) (time.Time, bool) {
	value = strings.TrimSpace(value)
	if seconds, err := strconv.ParseInt(value, 10, 64); err == nil {
		return time.Unix(seconds, 0), seconds > 0
	}
	at, err := time.Parse(time.RFC3339, value)
	return at, err == nil
}

func isZero(value string) bool {
	n, err := strconv.ParseInt(value, 10, 64)
	return err == nil && n <= 0
}
