package mastodon

import (
	"testing"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/platform"
)

// refusals mean the same for every request.
func refusals() []said {
	return []said{
		{name: "parameter missing", status: 400, body: `{"error":"param is missing or the value is empty: status"}`, class: permanent},
		{name: "GoToSocial, bad language", status: 400, body: `{"error":"Bad Request: language: tag is not well-formed"}`, class: permanent},
		{name: "400, a proxy's", status: 400, body: `<html>The plain HTTP request was sent to HTTPS port</html>`, class: ambiguous},
		{name: "invalid token", status: 401, body: `{"error":"The access token is invalid"}`, class: auth},
		{name: "expired token", status: 401, body: `{"error":"The access token expired"}`, class: auth},
		{name: "revoked token", status: 401, body: `{"error":"The access token was revoked"}`, class: auth},
		{name: "echoed token", status: 401, body: `{"error":"hush-token-1 is no good, nor is hush-token-1"}`, class: auth},
		{name: "snac's 401", status: 401, class: auth},
		{name: "scopes", status: 403, body: `{"error":"This action is outside the authorized scopes"}`, class: auth},
		{name: "disabled", status: 403, body: `{"error":"Your login is currently disabled"}`, class: auth},
		{name: "not allowed", status: 403, body: `{"error":"This action is not allowed"}`, class: auth},
		{name: "404", status: 404, body: `{"error":"Record not found"}`, class: auth},
		{name: "404, HTML", status: 404, body: `<html>nothing here</html>`, class: auth},
		{name: "no User-Agent", status: 418, body: `{"error":"I'm a teapot: no user-agent sent with request"}`, class: permanent},
		{name: "too long", status: 422, body: `{"error":"Validation failed: Text character limit of 500 exceeded"}`, class: permanent},
		{name: "blank", status: 422, body: `{"error":"Validation failed: Text can't be blank"}`, class: permanent},
		{name: "disallowed hashtag", status: 422, body: `{"error":"Validation failed: Text contained a disallowed hashtag: X"}`, class: permanent},
		{name: "422, empty", status: 422, class: permanent},
		{name: "media in work", status: 422, body: `{"error":"Cannot attach files that have not finished processing. Try again in a moment!"}`, class: refused},
		{name: "an app's token", status: 422, body: `{"error":"This method requires an authenticated user"}`, class: auth},
		{name: "throttled, ISO", status: 429, body: `{"error":"Too many requests"}`, header: header{"X-RateLimit-Limit": "300", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "2026-08-22T12:05:00.000000Z"}, class: throttle, wait: 5 * time.Minute},
		{name: "throttled, epoch", status: 429, body: `{"error":"Too many requests"}`, header: header{"X-RateLimit-Reset": "1787400600"}, class: throttle, wait: 10 * time.Minute},
		{name: "throttled, Retry-After", status: 429, header: header{"Retry-After": "90"}, class: throttle, wait: 90 * time.Second},
		{name: "throttled, no headers", status: 429, body: `<html>`, class: throttle, wait: 15 * time.Minute},
		{name: "throttled, garbage", status: 429, header: header{"X-RateLimit-Reset": "never", "Retry-After": "?"}, class: throttle, wait: 15 * time.Minute},
		{name: "500", status: 500, body: `{"error":"something went wrong"}`, class: ambiguous},
		{name: "502", status: 502, body: `<html>Bad Gateway</html>`, class: ambiguous},
		{name: "503", status: 503, body: `{"error":"There was a temporary problem serving your request, please try again"}`, class: ambiguous},
		{name: "503 with a time", status: 503, header: header{"Retry-After": "60"}, class: ambiguous, wait: time.Minute},
		{name: "504", status: 504, class: ambiguous},
		{name: "409", status: 409, body: `{"error":"duplicate"}`, class: ambiguous},
		{name: "410", status: 410, class: ambiguous},
		{name: "moved", status: 301, header: header{"Location": "https://elsewhere.example/api/v1/statuses"}, class: auth},
		{name: "moved for now", status: 302, header: header{"Location": "/login"}, class: auth},
		{name: "moved, 308", status: 308, header: header{"Location": "https://elsewhere.example/"}, class: auth},
		{name: "see other", status: 303, header: header{"Location": "/done"}, class: ambiguous},
		{name: "202", status: 202, body: `{"id":"1"}`, class: ambiguous},
		{name: "206", status: 206, body: `{"id":"1"}`, class: ambiguous},
		{name: "error with 200", status: 200, body: `{"error":"The access token is invalid"}`, class: ambiguous},
		{name: "nothing in 200", status: 200, body: `{}`, class: ambiguous},
		{name: "HTML with 200", status: 200, body: `<html>welcome</html>`, class: ambiguous},
		{name: "empty 200", status: 200, class: ambiguous},
		{name: "list with 200", status: 200, body: `[{"id":"1"}]`, class: ambiguous},
	}
}

func TestEveryAnswerHasItsClass(t *testing.T) {
	t.Parallel()
	for _, s := range append(refusals(), []said{
		{name: "posted", status: 200, body: `{"id":"1","url":"https://e.org/@a/1","uri":"https://e.org/users/a/statuses/1","created_at":"2026-08-22T11:59:59.123Z","visibility":"unlisted"}`, class: ok},
		{name: "types that go-mastodon cannot read", status: 200, body: `{"id":"1","url":"https://e.org/@a/1","created_at":"2026-08-22T11:59:59.123Z","edited_at":"","tags":{},"account":[],"sensitive":"no"}`, class: ok},
		{name: "a number as ID", status: 200, body: `{"id":1,"url":"https://e.org/@a/1","created_at":"2026-08-22T11:59:59.123Z"}`, class: ok},
		{name: "URI alone", status: 200, body: `{"id":"1","url":null,"uri":"https://e.org/@a/1","created_at":"2026-08-22T11:59:59.123Z"}`, class: ok},
		{name: "hostile URL", status: 200, body: `{"id":"1","url":"javascript:alert(1)","uri":"https://e.org/@a/1","created_at":"2026-08-22T11:59:59.123Z"}`, class: ok},
		{name: "scheduled", status: 200, body: `{"id":"1","scheduled_at":"2026-08-23T12:00:00.000Z","params":{}}`, class: ambiguous},
		{name: "ID null", status: 200, body: `{"id":null,"url":"https://e.org/@a/1"}`, class: ambiguous},
		{name: "ID empty", status: 200, body: `{"id":"","url":"https://e.org/@a/1"}`, class: ambiguous},
		{name: "ID an object", status: 200, body: `{"id":{"a":1}}`, class: ambiguous},
		{name: "cut", status: 200, body: `{"id":"1","url":"https://e.or`, class: ambiguous},
	}...) {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			server, seen := serving(t, map[string]said{"": s})
			receipt, err := client(t, Options{Server: server.URL}).Post(t.Context(), platform.Post{Text: "hello", Key: "k"})
			if len(seen) != 1 {
				t.Errorf("%d requests", len(seen))
			}
			if s.class != ok {
				checkFailure(t, s, err)
				return
			}
			want := delivery.Receipt{PostID: "1", URL: "https://e.org/@a/1", PostedAt: time.Date(2026, 8, 22, 11, 59, 59, 123e6, time.UTC)}
			if err != nil || receipt.PostID != want.PostID || receipt.URL != want.URL || !receipt.PostedAt.Equal(want.PostedAt) {
				t.Errorf("got %+v, %v; want %+v", receipt, err, want)
			}
		})
	}
}

func TestVerifyFailuresStopTheAccountOrAreTriedAgain(t *testing.T) {
	t.Parallel()
	for _, s := range refusals() {
		switch s.class {
		case ambiguous, permanent:
			s.class = refused // nothing was posted and no post is to blame
		}
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			server, _ := serving(t, map[string]said{"": s})
			_, err := client(t, Options{Server: server.URL}).Verify(t.Context())
			checkFailure(t, s, err)
		})
	}
}

func TestIDsStayAsTheServerWritesThem(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"01J5Z8K3Q4ABCDEFGHJKMNPQRS", "112233445566778899001122334455667788990011", "116000000000000001"} {
		receipt, err := judgePosted(platform.Answer{Status: 200, Body: []byte(`{"id":"` + id + `"}`), At: answered})
		if want := (delivery.Receipt{PostID: id, PostedAt: answered}); err != nil || receipt != want {
			t.Errorf("%+v, %v; want %+v", receipt, err, want)
		}
	}
}
