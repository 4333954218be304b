// Package login gets credentials for an account, with a person at a browser, and keeps
// those of X that expire alive: one refresher per account, whose new pair is on disk
// before it is used. Where credentials are stored that a person got is its callers'
// business.
package login

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/oauth2"

	"crieur/internal/delivery"
	"crieur/internal/platform"
)

// Options are what all requests of a login share. The zero value works.
type Options struct {
	UserAgent string            // empty: crieur
	Transport http.RoundTripper // nil: platform.NewTransport
}

func (o Options) wire(secrets ...string) *platform.Wire {
	return platform.NewWire(platform.WireOptions{Transport: o.Transport, UserAgent: o.UserAgent, Secrets: secrets})
}

// post sends a form and returns whatever is answered with a 2xx.
func post(ctx context.Context, call *platform.Call, setting, address string, form url.Values) (platform.Answer, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		return platform.Answer{}, call.Failure(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return exchange(call, req, setting)
}

func exchange(call *platform.Call, req *http.Request, setting string) (platform.Answer, error) {
	resp, err := platform.NewHTTPClient(call).Do(req)
	if err == nil {
		err = resp.Body.Close()
	}
	return judge(call, setting, err)
}

// judge returns the answer of a call if it is a success. err is what a library made of it.
func judge(call *platform.Call, setting string, err error) (platform.Answer, error) {
	answer, ok := call.Answer()
	if !ok {
		return platform.Answer{}, call.Failure(err)
	}
	if !answer.Success() {
		return answer, call.Failure(refusal(answer, setting))
	}
	if answer.Err != nil {
		return answer, call.Failure(answer.Unclear())
	}
	return answer, nil
}

// token trades something for a token, by the library. The way in which the client names
// itself is fixed: the library would else try both, and a code or refresh token that
// was presented once is gone.
func token(call *platform.Call, setting string, trade func(*http.Client) (*oauth2.Token, error)) (*oauth2.Token, error) {
	t, err := trade(platform.NewHTTPClient(shaped{call}))
	answer, failed := judge(call, setting, err)
	if failed != nil {
		return nil, failed
	}
	if err != nil || t.AccessToken == "" {
		return nil, call.Failure(answer.Unclear())
	}
	return t, nil
}

// shaped calls JSON what has its shape: the library asks the Content-Type, which no
// platform can be trusted with.
type shaped struct{ call *platform.Call }

func (s shaped) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := s.call.RoundTrip(req)
	if answer, ok := s.call.Answer(); err == nil && ok && strings.HasPrefix(strings.TrimSpace(string(answer.Body)), "{") {
		resp.Header.Set("Content-Type", "application/json")
	}
	return resp, err
}

// refusals are the error codes of RFC 6749 §5.2 and §4.1.2.1 that no second try mends. X
// answers a dead refresh token, and a dead code, with invalid_request.
func refusals() []string {
	return []string{"invalid_request", "invalid_grant", "invalid_client", "unauthorized_client", "invalid_scope", "invalid_token", "access_denied", "unsupported_grant_type"}
}

// refusal decides what an answer of a token endpoint means. Only what the platform says
// in its own words is its refusal: a page of some proxy is a failure that passes.
func refusal(a platform.Answer, setting string) *platform.Error {
	if e, ok := a.Redirected(setting); ok {
		return e
	}
	said := explain(a)
	switch {
	case a.Status == http.StatusTooManyRequests:
		e := a.Fail(delivery.Throttled, said.err(a))
		e.RetryAfter = platform.ThrottleWait(a.Header, a.At, nil)
		return e
	case a.Status >= 500:
		return a.Unclear()
	case slices.Contains(refusals(), said.Err) || len(said.Errors) > 0:
		return a.Fail(delivery.Auth, said.err(a))
	}
	return a.Fail(delivery.Refused, said.err(a))
}

// words are what a platform says of a refusal: OAuth 2.0's, Mastodon's and X's shapes in one.
type words struct {
	Err         string `json:"error"`
	Description string `json:"error_description"`
	Errors      []struct {
		Code    platform.Scalar `json:"code"`
		Message string          `json:"message"`
	} `json:"errors"`
}

func explain(a platform.Answer) (w words) {
	if !a.Decode(&w) {
		return words{}
	}
	return w
}

func (w words) err(a platform.Answer) error {
	var parts []string
	if w.Err != "" {
		parts = append(parts, w.Err)
	}
	if w.Description != "" {
		parts = append(parts, w.Description)
	}
	for _, e := range w.Errors {
		parts = append(parts, fmt.Sprintf("%s (code %s)", e.Message, e.Code))
	}
	if len(parts) == 0 {
		return errors.New(a.Describe())
	}
	return errors.New(strings.Join(parts, ": "))
}

// Refused tells whether an error is the platform's own refusal: trying the same again
// cannot help.
func Refused(err error) bool {
	return err != nil && platform.AsError(err).Class == delivery.Auth
}
