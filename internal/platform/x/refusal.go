package x

import (
	"errors"
	"fmt"
	"net/http"

	"crieur/internal/delivery"
	"crieur/internal/platform"
)

// refusal decides what any other answer than the documented success means. X never
// creates a post and explains a 4xx; whatever is neither explained nor certain by
// its status alone may have created one.
func refusal(a platform.Answer) *platform.Error {
	if e, ok := a.Redirected("api_url"); ok {
		return e
	}
	p, explained := explain(a)
	switch a.Status {
	case http.StatusUnauthorized:
		return a.Fail(delivery.Auth, because(a, p, explained))
	case http.StatusPaymentRequired:
		return quota(a, p, explained)
	case http.StatusTooManyRequests:
		if explained && (p.titled("UsageCapExceeded") || p.kind() == "usage-capped" || p.outOfCredits()) {
			return quota(a, p, explained) // waiting for x-rate-limit-reset does not cure it
		}
		return throttled(a, because(a, p, explained))
	case http.StatusBadRequest, http.StatusForbidden, http.StatusNotFound:
		if explained {
			return explainedRefusal(a, p)
		}
	}
	return a.Unclear()
}

// explainedRefusal classes a 400, 403 or 404 in X's own words. What is new to us
// stops the account rather than kill the post: nothing was created, a person decides.
func explainedRefusal(a platform.Answer, p problem) *platform.Error {
	switch {
	case p.outOfCredits():
		return quota(a, p, true)
	case p.coded("187") || p.says("duplicate content"):
		return a.Fail(delivery.Permanent, fmt.Errorf("%w: %w", platform.ErrDuplicate, p))
	case p.coded("324") || p.says("media ids are invalid"): // expired, or of another login: the next attempt uploads anew
		return a.Fail(delivery.Refused, p)
	case p.coded("186") || p.says("text is too long"):
		return a.Fail(delivery.Permanent, p)
	case p.coded("185", "344"): // the day's or half hour's posts are used up
		return throttled(a, p)
	case p.coded("215"): // v1.1 says "bad authentication data" with a 400
		return a.Fail(delivery.Auth, p)
	case p.says("you are not permitted to perform this action"):
		return a.Fail(delivery.Permanent, p)
	case a.Status == http.StatusBadRequest:
		return a.Fail(delivery.Permanent, p)
	case p.coded("453"):
		return a.Fail(delivery.Auth, fmt.Errorf("this app has no access to API v1.1, set api = \"v2\": %w", p))
	case p.kind() == "unsupported-authentication":
		return a.Fail(delivery.Auth, fmt.Errorf("posting needs OAuth 1.0a or an OAuth 2.0 user token, not an app-only one: %w", p))
	case p.kind() == "oauth1-permissions":
		return a.Fail(delivery.Auth, fmt.Errorf("give the app write permission, then create the access token anew: %w", p))
	case a.Status == http.StatusNotFound:
		return a.Fail(delivery.Auth, fmt.Errorf("there is no such API at this address, check api_url: %w", p))
	}
	return a.Fail(delivery.Auth, p)
}

func (p problem) outOfCredits() bool {
	return p.kind() == "credits" || p.titled("CreditsDepleted", "SpendCapReached")
}

func quota(a platform.Answer, p problem, explained bool) *platform.Error {
	e := a.Fail(delivery.Quota, because(a, p, explained))
	e.RetryAfter = p.resetAfter(a.At)
	return e
}

func throttled(a platform.Answer, cause error) *platform.Error {
	e := a.Fail(delivery.Throttled, cause)
	e.RetryAfter = platform.ThrottleWait(a.Header, a.At, windows())
	return e
}

// windows are X's limits. Those of a day are not documented.
func windows() []platform.RateHeader {
	return []platform.RateHeader{
		{Name: "15min", Prefix: "x-rate-limit"},
		{Name: "user-24h", Prefix: "x-user-limit-24hour"},
		{Name: "app-24h", Prefix: "x-app-limit-24hour"},
	}
}

func because(a platform.Answer, p problem, explained bool) error {
	if explained {
		return p
	}
	return errors.New(a.Describe())
}
