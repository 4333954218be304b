package mastodon

import (
	"testing"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/platform"
)

const (
	v2 = "/api/v2/instance"
	v1 = "/api/v1/instance"
)

func TestLimitsComeFromTheInstance(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		v2, v1 said
		want   delivery.Limits
	}{
		"Mastodon":            {said{status: 200, body: `{"domain":"e.org","version":"4.6.5","source_url":"https://github.com/mastodon/mastodon","configuration":{"statuses":{"max_characters":500,"max_media_attachments":4,"characters_reserved_per_url":23}}}`}, said{}, delivery.Limits{MaxCharacters: 500, URLLength: 23}},
		"a fork":              {said{status: 200, body: `{"domain":"e.org","version":"4.6.0+glitch","source_url":"https://github.com/glitch-soc/mastodon","configuration":{"statuses":{"max_characters":5000}}}`}, said{}, delivery.Limits{MaxCharacters: 5000, URLLength: 23}},
		"GoToSocial":          {said{status: 200, body: `{"domain":"e.org","version":"0.20.1+git-abc","source_url":"https://codeberg.org/superseriousbusiness/gotosocial","configuration":{"statuses":{"max_characters":5000,"characters_reserved_per_url":25}}}`}, said{}, delivery.Limits{MaxCharacters: 5000, URLLength: 25, CodePoints: true}},
		"Akkoma":              {said{status: 200, body: `{"domain":"e.org","version":"2.7.2 (compatible; Akkoma 3.15)","source_url":"https://akkoma.dev/AkkomaGang/akkoma"}`}, said{}, delivery.Limits{MaxCharacters: 500, URLLength: 23, CodePoints: true}},
		"a false source":      {said{status: 200, body: `{"domain":"e.org","version":"4.2.1 (compatible; Other 1)","source_url":"https://github.com/mastodon/mastodon"}`}, said{}, delivery.Limits{MaxCharacters: 500, URLLength: 23, CodePoints: true}},
		"snac, v1 alone":      {said{status: 404}, said{status: 200, body: `{"uri":"e.org","version":"4.0.0 (compatible; snac 2.60)","configuration":{"statuses":{"max_characters":100000,"characters_reserved_per_url":32}}}`}, delivery.Limits{MaxCharacters: 100000, URLLength: 32, CodePoints: true}},
		"old Mastodon":        {said{status: 404}, said{status: 200, body: `{"uri":"e.org","version":"3.5.19"}`}, delivery.Limits{MaxCharacters: 500, URLLength: 23}},
		"Pleroma":             {said{status: 404}, said{status: 200, body: `{"uri":"https://e.org","version":"2.7.2 (compatible; Pleroma 2.5)","max_toot_chars":"4000"}`}, delivery.Limits{MaxCharacters: 4000, URLLength: 23, CodePoints: true}},
		"v2 is HTML":          {said{status: 200, body: `<html>`}, said{status: 200, body: `{"uri":"e.org","version":"4.1.0","configuration":{"statuses":{"max_characters":700}}}`}, delivery.Limits{MaxCharacters: 700, URLLength: 23}},
		"neither":             {said{status: 404}, said{status: 404}, delivery.Limits{MaxCharacters: 500, URLLength: 23, CodePoints: true}},
		"nonsense":            {said{status: 200, body: `{"domain":"e.org","version":7,"configuration":{"statuses":{"max_characters":-1,"characters_reserved_per_url":1e99}}}`}, said{}, delivery.Limits{MaxCharacters: 500, URLLength: 23, CodePoints: true}},
		"nothing of interest": {said{status: 200, body: `{}`}, said{status: 200, body: `[]`}, delivery.Limits{MaxCharacters: 500, URLLength: 23, CodePoints: true}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, _ := serving(t, map[string]said{v2: c.v2, v1: c.v1})
			got, err := client(t, Options{Server: server.URL}).Limits(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if time.Since(got.ReadAt).Abs() > time.Minute {
				t.Errorf("read at %v", got.ReadAt)
			}
			if got.ReadAt = (time.Time{}); got != c.want {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
}

func TestLimitsFailWhenTheServerCannotBeAsked(t *testing.T) {
	t.Parallel()
	for _, s := range []said{
		{status: 500, class: refused},
		{status: 503, class: refused},
		{status: 401, class: auth},
		{status: 429, header: header{"Retry-After": "5"}, class: throttle, wait: 5 * time.Second},
		{status: 301, header: header{"Location": "https://elsewhere.example/"}, class: auth},
	} {
		server, _ := serving(t, map[string]said{"": s})
		_, err := client(t, Options{Server: server.URL}).Limits(t.Context())
		checkFailure(t, s, err)
	}
	_, err := client(t, Options{Server: "http://127.0.0.1:1"}).Limits(t.Context())
	if platform.AsError(err).Class != refused {
		t.Errorf("no server: %v", err)
	}
}

func FuzzAnswers(f *testing.F) {
	for _, s := range refusals() {
		f.Add(s.status, []byte(s.body), "2026-08-22T12:05:00.000000Z", "60")
	}
	f.Add(200, []byte(`{"id":"1","url":"https://e.org/@a/1","created_at":"2026-08-22T11:59:59.123Z"}`), "", "")
	f.Add(200, []byte(`{"domain":"e.org","version":"4.6.5","configuration":{"statuses":{"max_characters":500}}}`), "", "")
	f.Fuzz(func(t *testing.T, status int, body []byte, reset, after string) {
		a := platform.Answer{Status: status, Body: body, At: answered, Header: map[string][]string{"X-Ratelimit-Reset": {reset}, "Retry-After": {after}}}
		receipt, err := judgePosted(a)
		if (err == nil) != (receipt.PostID != "") || err == nil && (status != 200 || platform.WebURL(receipt.URL) != receipt.URL || receipt.PostedAt.IsZero()) {
			t.Errorf("%d %s: %+v, %v", status, body, receipt, err)
		}
		if who, err := judgeAccount(a); (err == nil) != (who.ID != "") {
			t.Errorf("%d %s: %+v, %v", status, body, who, err)
		}
		if limits, ok := readLimits(a); ok && (limits.MaxCharacters < 1 || limits.URLLength < 1) {
			t.Errorf("%s: %+v", body, limits)
		}
	})
}
