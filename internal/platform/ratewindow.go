package platform

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// mostRequests bounds what is believed of a limit.
const mostRequests = 1_000_000_000

// RateWindow is a limit as the headers of an answer told it.
type RateWindow struct {
	Name      string    // "15min", "user-24h" and "app-24h" of X; "mastodon"
	Limit     int       // requests in the window; 0: not told
	Remaining int       // requests left
	Reset     time.Time // when the window begins anew, by our clock
}

// RateHeader says which headers tell of a window: Prefix-Limit, -Remaining and -Reset.
type RateHeader struct{ Name, Prefix string }

// NextPermitted returns when the windows let the next request through: the latest
// reset among those with nothing remaining. Zero: none stands in the way.
func NextPermitted(ws []RateWindow) time.Time {
	var latest time.Time
	for _, w := range ws {
		if w.Remaining <= 0 && w.Reset.After(latest) {
			latest = w.Reset
		}
	}
	return latest
}

// readWindows returns the windows that an answer read at now tells of. One without a
// number remaining, or with a reset that is missing, past or more than 25 h ahead, is
// left out: it must not hold an account back.
func readWindows(h http.Header, now time.Time, headers []RateHeader) []RateWindow {
	server := serverTime(h, now)
	var ws []RateWindow
	for _, header := range headers {
		remaining, ok := header.count(h, "-Remaining")
		if !ok {
			continue
		}
		reset, ok := header.reset(h)
		if !ok || reset.Sub(server) > maxWait {
			continue
		}
		left, ok := until(reset, server)
		if !ok {
			continue
		}
		limit, _ := header.count(h, "-Limit")
		ws = append(ws, RateWindow{Name: header.Name, Limit: limit, Remaining: remaining, Reset: now.Add(left)})
	}
	return ws
}

// count reads a number of requests, at least 0; false: there is none.
func (r RateHeader) count(h http.Header, what string) (int, bool) {
	n, err := strconv.ParseInt(strings.TrimSpace(h.Get(r.Prefix+what)), 10, 64)
	return int(min(max(n, 0), mostRequests)), err == nil
}

// reset reads when the window begins anew, by the server's clock.
func (r RateHeader) reset(h http.Header) (time.Time, bool) {
	return parseReset(h.Get(r.Prefix + "-Reset"))
}
