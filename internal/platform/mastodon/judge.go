package mastodon

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/platform"
)

// judgePosted decides what an answer to POST /api/v1/statuses means. Success is 200
// with an ID; anything else in the 2xx range may have posted.
func judgePosted(a platform.Answer) (delivery.Receipt, error) {
	if a.Status != http.StatusOK {
		return delivery.Receipt{}, createRefusal(a)
	}
	var body struct {
		ID          platform.Scalar `json:"id"`
		URL         string          `json:"url"`
		URI         string          `json:"uri"`
		CreatedAt   string          `json:"created_at"`
		ScheduledAt json.RawMessage `json:"scheduled_at"`
		Error       string          `json:"error"`
	}
	if a.Err != nil || !a.Decode(&body) {
		return delivery.Receipt{}, a.Unclear()
	}
	id := body.ID.ID() // opaque: a ULID, 42 digits, a number in quotes; old servers leave out the quotes
	switch {
	case id == "" && body.Error != "":
		return delivery.Receipt{}, a.Fail(delivery.Ambiguous, fmt.Errorf("the server reports success and an error at once: %s", body.Error))
	case id == "":
		return delivery.Receipt{}, a.Fail(delivery.Ambiguous, errors.New("the server reports success but names no status ID"))
	case len(body.ScheduledAt) > 0 && string(body.ScheduledAt) != "null" && body.URL == "" && body.URI == "":
		return delivery.Receipt{}, a.Fail(delivery.Ambiguous, errors.New("the server scheduled the status: its ID is of another kind"))
	}
	return delivery.Receipt{
		PostID:   id,
		URL:      cmp.Or(platform.WebURL(body.URL), platform.WebURL(body.URI)),
		PostedAt: postedAt(a, body.CreatedAt),
	}, nil
}

// judgeAccount decides what an answer to verify_credentials means.
func judgeAccount(a platform.Answer) (platform.Identity, error) {
	if a.Status != http.StatusOK {
		return platform.Identity{}, refusal(a)
	}
	var body struct {
		ID       platform.Scalar `json:"id"`
		Username string          `json:"username"`
		Acct     string          `json:"acct"`
		Bot      bool            `json:"bot"`
	}
	if a.Err != nil || !a.Decode(&body) {
		return platform.Identity{}, a.Unclear()
	}
	name := cmp.Or(body.Username, body.Acct)
	id := body.ID.ID()
	if id == "" || name == "" {
		return platform.Identity{}, a.Fail(delivery.Refused, errors.New("the answer names no account"))
	}
	return platform.Identity{ID: id, Username: name, Bot: body.Bot}, nil
}

// createRefusal knows one more: a post that was deleted is remembered with its key
// for an hour, and the key's repeat then finds no record.
func createRefusal(a platform.Answer) *platform.Error {
	e := refusal(a)
	if message, explained := explain(a); a.Status == http.StatusNotFound && explained && strings.Contains(message, "Record not found") {
		e.Err = fmt.Errorf("%w: %w", platform.ErrDeleted, e.Err)
	}
	return e
}

// refusal decides what an answer other than 200 means.
func refusal(a platform.Answer) *platform.Error {
	if e, ok := a.Redirected("server"); ok {
		return e
	}
	message, explained := explain(a)
	because := errors.New(message)
	switch a.Status {
	case http.StatusUnauthorized, http.StatusForbidden:
		return a.Fail(delivery.Auth, because)
	case http.StatusNotFound: // we reply to no one, so it is the address
		return a.Fail(delivery.Auth, fmt.Errorf("there is no Mastodon API at this address, check server: %w", because))
	case http.StatusTooManyRequests:
		e := a.Fail(delivery.Throttled, because)
		e.RetryAfter = platform.ThrottleWait(a.Header, a.At, windows())
		return e
	case http.StatusTeapot: // GoToSocial, to a client without User-Agent
		return a.Fail(delivery.Permanent, because)
	case http.StatusBadRequest, http.StatusUnprocessableEntity:
		return unprocessable(a, message, explained)
	}
	return a.Unclear()
}

// windows is the one window that Mastodon tells of: whichever is used up soonest.
func windows() []platform.RateHeader {
	return []platform.RateHeader{{Name: "mastodon", Prefix: "X-RateLimit"}}
}

// unprocessable classes a 400 or 422. An answer in HTML is a proxy's, not the API's.
func unprocessable(a platform.Answer, message string, explained bool) *platform.Error {
	switch {
	case !explained && len(a.Body) > 0:
		return a.Unclear()
	case strings.Contains(message, "have not finished processing"): // media; try again
		return a.Fail(delivery.Refused, errors.New(message))
	case strings.Contains(message, "requires an authenticated user"): // the token of an app
		return a.Fail(delivery.Auth, errors.New(message))
	}
	return a.Fail(delivery.Permanent, errors.New(message))
}

// explain returns the server's own words; false: it has none.
func explain(a platform.Answer) (string, bool) {
	var body struct {
		Error       string `json:"error"`
		Description string `json:"error_description"`
	}
	if !a.Decode(&body) || body.Error == "" {
		return a.Describe(), false
	}
	if body.Description != "" {
		return body.Error + ": " + body.Description, true
	}
	return body.Error, true
}

// postedAt is the server's time of the status, else of its answer.
func postedAt(a platform.Answer, createdAt string) time.Time {
	if at, err := time.Parse(time.RFC3339, createdAt); err == nil && at.Unix() > 0 {
		return at
	}
	if date, err := http.ParseTime(a.Header.Get("Date")); err == nil {
		return date
	}
	return a.At
}
