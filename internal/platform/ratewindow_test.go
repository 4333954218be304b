package platform

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestWindowsAreReadFromWhatPlatformsSendAndHostileOnesAreNot(t *testing.T) {
	t.Parallel()
	in := noon.Add
	for name, c := range map[string]struct {
		header map[string]string
		now    time.Time
		want   []RateWindow
	}{
		"nothing": {nil, noon, nil},
		"X, all three": {map[string]string{
			"x-rate-limit-limit": "100", "x-rate-limit-remaining": "99", "x-rate-limit-reset": unix(15 * time.Minute),
			"x-user-limit-24hour-limit": "2400", "x-user-limit-24hour-remaining": "7", "x-user-limit-24hour-reset": unix(24 * time.Hour),
			"x-app-limit-24hour-limit": "10000", "x-app-limit-24hour-remaining": "0", "x-app-limit-24hour-reset": unix(time.Hour),
		}, noon, []RateWindow{
			{"15min", 100, 99, in(15 * time.Minute)}, {"user-24h", 2400, 7, in(24 * time.Hour)}, {"app-24h", 10000, 0, in(time.Hour)},
		}},
		"Mastodon, ISO":         {map[string]string{"X-RateLimit-Limit": "300", "X-RateLimit-Remaining": "299", "X-RateLimit-Reset": "2026-08-22T12:05:00.000000Z"}, noon, []RateWindow{{"mastodon", 300, 299, in(5 * time.Minute)}}},
		"Mastodon, epoch":       {map[string]string{"X-RateLimit-Remaining": " 3 ", "X-RateLimit-Reset": unix(5 * time.Minute)}, noon, []RateWindow{{"mastodon", 0, 3, in(5 * time.Minute)}}},
		"our clock is behind":   {map[string]string{"X-RateLimit-Remaining": "3", "X-RateLimit-Reset": unix(time.Hour), "Date": noon.Format(http.TimeFormat)}, in(-48 * time.Hour), []RateWindow{{"mastodon", 0, 3, in(-47 * time.Hour)}}},
		"reset is now":          {map[string]string{"X-RateLimit-Remaining": "3", "X-RateLimit-Reset": unix(0)}, noon, []RateWindow{{"mastodon", 0, 3, in(5 * time.Second)}}},
		"less than nothing":     {map[string]string{"X-RateLimit-Limit": "-3", "X-RateLimit-Remaining": "-3", "X-RateLimit-Reset": unix(time.Minute)}, noon, []RateWindow{{"mastodon", 0, 0, in(time.Minute)}}},
		"huge":                  {map[string]string{"X-RateLimit-Limit": "9223372036854775807", "X-RateLimit-Remaining": "9223372036854775806", "X-RateLimit-Reset": unix(time.Minute)}, noon, []RateWindow{{"mastodon", 1_000_000_000, 1_000_000_000, in(time.Minute)}}},
		"limit is garbage":      {map[string]string{"X-RateLimit-Limit": "many", "X-RateLimit-Remaining": "1", "X-RateLimit-Reset": unix(time.Minute)}, noon, []RateWindow{{"mastodon", 0, 1, in(time.Minute)}}},
		"remaining is missing":  {map[string]string{"X-RateLimit-Limit": "300", "X-RateLimit-Reset": unix(time.Minute)}, noon, nil},
		"remaining is garbage":  {map[string]string{"X-RateLimit-Remaining": "0x0", "X-RateLimit-Reset": unix(time.Minute)}, noon, nil},
		"remaining overflows":   {map[string]string{"X-RateLimit-Remaining": "99999999999999999999", "X-RateLimit-Reset": unix(time.Minute)}, noon, nil},
		"reset is missing":      {map[string]string{"X-RateLimit-Remaining": "0"}, noon, nil},
		"reset is garbage":      {map[string]string{"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "tomorrow"}, noon, nil},
		"reset is negative":     {map[string]string{"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "-1"}, noon, nil},
		"reset is long past":    {map[string]string{"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": unix(-time.Hour)}, noon, nil},
		"reset in 25 h":         {map[string]string{"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": unix(25 * time.Hour)}, noon, []RateWindow{{"mastodon", 0, 0, in(25 * time.Hour)}}},
		"reset later than that": {map[string]string{"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": unix(25*time.Hour + time.Second)}, noon, nil},
		"reset years away":      {map[string]string{"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "2036-08-22T12:00:00Z"}, noon, nil},
		"reset beyond time":     {map[string]string{"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "9223372036854775807"}, noon, nil},
		"reset in milliseconds": {map[string]string{"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": unix(time.Minute) + "000"}, noon, nil},
		"a liar's Date":         {map[string]string{"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": unix(time.Minute), "Date": in(-240 * time.Hour).Format(http.TimeFormat)}, noon, nil},
	} {
		h := http.Header{}
		for k, v := range c.header {
			h.Set(k, v)
		}
		if diff := cmp.Diff(c.want, readWindows(h, c.now, allWindows())); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func FuzzReadWindows(f *testing.F) {
	f.Add("300", "0", "1787400300", "Sat, 22 Aug 2026 12:00:00 GMT")
	f.Add("-1", "9999999999999999999", "2026-08-22T12:05:00.500000Z", "")
	f.Fuzz(func(t *testing.T, limit, remaining, reset, date string) {
		h := http.Header{"X-Ratelimit-Limit": {limit}, "X-Ratelimit-Remaining": {remaining}, "X-Ratelimit-Reset": {reset}, "Date": {date}}
		for _, w := range readWindows(h, noon, allWindows()) {
			ahead := w.Reset.Sub(noon)
			if ahead <= 0 || ahead > maxWait || min(w.Limit, w.Remaining) < 0 || max(w.Limit, w.Remaining) > mostRequests {
				t.Errorf("%+v from %v", w, h)
			}
		}
	})
}

func TestTheNextRequestIsPermittedWhenTheLastEmptyWindowResets(t *testing.T) {
	t.Parallel()
	soon, later, latest := noon.Add(time.Minute), noon.Add(time.Hour), noon.Add(9*time.Hour)
	for name, c := range map[string]struct {
		windows []RateWindow
		want    time.Time
	}{
		"none":             {nil, time.Time{}},
		"none is empty":    {[]RateWindow{{"15min", 100, 1, latest}}, time.Time{}},
		"the later of two": {[]RateWindow{{"user-24h", 9, 0, later}, {"15min", 100, 0, soon}, {"app-24h", 9, 1, latest}}, later},
		"without a reset":  {[]RateWindow{{Name: "15min"}}, time.Time{}},
	} {
		if got := NextPermitted(c.windows); !got.Equal(c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestPostsAreCountedAsFarAsTheAnswerCame(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]int{
		``: 0, `null`: 0, `7`: 0, `<html>`: 0, `[]`: 0, `{}`: 0, `[{"id":"1"},{"id":"2"}]`: 2, `[{"id":"1"},{"id":"2"`: 1, `[1,2,`: 2, `[1 2]`: 1,
		`{"data":[{"id":"1","data":[1,2,3]}],"meta":{"data":[1]}}`: 1, `{"meta":{"data":[1,2]},"data":[{},{},{}]}`: 3,
		`{"meta":{"result_count":9}}`: 0, `{"data":{"id":"1"}}`: 0, `{"data":null}`: 0, `{"data":[{"id":"1"},{"te`: 1, `{"errors":[{}`: 0, `{"data"`: 0, `{"`: 0,
	} {
		if got := countPosts([]byte(body)); got != want {
			t.Errorf("%s: %d posts, want %d", body, got, want)
		}
	}
}
