package platform

import (
	"net/http"
	"strconv"
	"testing"
	"time"
)

var noon = time.Date(2026, 8, 22, 12, 0, 0, 0, time.UTC)

// allWindows are those of every platform.
func allWindows() []RateHeader {
	return []RateHeader{
		{"15min", "x-rate-limit"}, {"user-24h", "x-user-limit-24hour"}, {"app-24h", "x-app-limit-24hour"}, {"mastodon", "X-RateLimit"},
	}
}

func unix(d time.Duration) string { return strconv.FormatInt(noon.Add(d).Unix(), 10) }

func TestThrottleWaitReadsWhatPlatformsSend(t *testing.T) {
	t.Parallel()
	date := noon.Format(http.TimeFormat)
	for name, c := range map[string]struct {
		header map[string]string
		now    time.Time
		want   time.Duration
	}{
		"nothing":               {nil, noon, 15 * time.Minute},
		"X window":              {map[string]string{"x-rate-limit-remaining": "0", "x-rate-limit-reset": unix(7 * time.Minute)}, noon, 7 * time.Minute},
		"X reset alone":         {map[string]string{"x-rate-limit-reset": unix(7 * time.Minute)}, noon, 7 * time.Minute},
		"latest empty window":   {map[string]string{"x-rate-limit-remaining": "0", "x-rate-limit-reset": unix(time.Minute), "x-user-limit-24hour-remaining": "0", "x-user-limit-24hour-reset": unix(9 * time.Hour), "x-app-limit-24hour-remaining": "3", "x-app-limit-24hour-reset": unix(20 * time.Hour)}, noon, 9 * time.Hour},
		"no empty window":       {map[string]string{"x-rate-limit-remaining": "5", "x-rate-limit-reset": unix(time.Minute)}, noon, 15 * time.Minute},
		"Mastodon, ISO":         {map[string]string{"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "2026-08-22T12:05:00.500000Z"}, noon, 5*time.Minute + time.Second},
		"Mastodon, epoch":       {map[string]string{"X-RateLimit-Reset": unix(5 * time.Minute)}, noon, 5 * time.Minute},
		"our clock is wrong":    {map[string]string{"X-RateLimit-Reset": "2026-08-22T12:05:00.000000Z", "Date": date}, noon.Add(-3 * time.Hour), 5 * time.Minute},
		"Retry-After":           {map[string]string{"Retry-After": "300"}, noon, 5 * time.Minute},
		"Retry-After, date":     {map[string]string{"Retry-After": noon.Add(time.Hour).Format(http.TimeFormat)}, noon, time.Hour},
		"the longer of the two": {map[string]string{"Retry-After": "60", "X-RateLimit-Reset": unix(5 * time.Minute)}, noon, 5 * time.Minute},
		"Retry-After is longer": {map[string]string{"Retry-After": "600", "X-RateLimit-Reset": unix(5 * time.Minute)}, noon, 10 * time.Minute},
		"reset is now":          {map[string]string{"X-RateLimit-Reset": unix(0)}, noon, 5 * time.Second},
		"reset long past":       {map[string]string{"X-RateLimit-Reset": unix(-time.Hour)}, noon, 15 * time.Minute},
		"far future":            {map[string]string{"X-RateLimit-Reset": "99999999999999"}, noon, 25 * time.Hour},
		"Retry-After for ever":  {map[string]string{"Retry-After": "9223372036854775807"}, noon, 25 * time.Hour},
		"garbage":               {map[string]string{"Retry-After": "soon", "X-RateLimit-Reset": "tomorrow", "X-RateLimit-Remaining": "none", "Date": "?"}, noon, 15 * time.Minute},
		"negative":              {map[string]string{"Retry-After": "-5", "X-RateLimit-Reset": "-5"}, noon, 15 * time.Minute},
	} {
		h := http.Header{}
		for k, v := range c.header {
			h.Set(k, v)
		}
		if got := ThrottleWait(h, c.now, allWindows()); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func FuzzThrottleWait(f *testing.F) {
	f.Add("0", "1787400300", "300", "Sat, 22 Aug 2026 12:00:00 GMT")
	f.Add("0", "2026-08-22T12:05:00.500000Z", "Sat, 22 Aug 2026 13:00:00 GMT", "")
	f.Fuzz(func(t *testing.T, remaining, reset, after, date string) {
		h := http.Header{"X-Ratelimit-Remaining": {remaining}, "X-Ratelimit-Reset": {reset}, "Retry-After": {after}, "Date": {date}}
		if got := ThrottleWait(h, noon, allWindows()); got < time.Second || got > 25*time.Hour {
			t.Errorf("wait %v from %v", got, h)
		}
	})
}
