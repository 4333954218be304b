package sandbox

import (
	"maps"
	"net/http"
	"strings"
)

// MastodonErrors returns the documented errors of Mastodon and its relatives by name.
func MastodonErrors() map[string]ErrorBody {
	say := func(status int, text string) ErrorBody {
		return ErrorBody{Status: status, Body: strings.TrimSpace(string(mastodonError(status, text).body))}
	}
	errors := map[string]ErrorBody{
		"parameter-missing":          say(400, "param is missing or the value is empty: status"),
		"gotosocial-too-long":        say(400, "Bad Request: status too long, 5001 characters provided but limit is 5000"),
		"gotosocial-bad-language":    say(400, "Bad Request: language tag xx could not be parsed"),
		"gotosocial-bad-media":       say(400, "Bad Request: media not found for id 01J00000000000000000000000"),
		"token-invalid":              say(401, "The access token is invalid"),
		"token-expired":              say(401, "The access token expired"),
		"token-revoked":              say(401, "The access token was revoked"),
		"snac-unauthorized":          {Status: 401},
		"outside-scopes":             say(403, "This action is outside the authorized scopes"),
		"login-disabled":             say(403, "Your login is currently disabled"),
		"not-allowed":                say(403, "This action is not allowed"),
		"record-not-found":           say(404, "Record not found"),
		"reply-gone":                 say(404, "The post you are trying to reply to does not appear to exist."),
		"wrong-address":              {Status: 404, Body: "<!DOCTYPE html><html><title>404</title><h1>Not found</h1></html>"},
		"teapot":                     say(418, "I'm a teapot: no user-agent sent with request"),
		"too-long":                   say(422, "Validation failed: Text character limit of 500 exceeded"),
		"blank":                      say(422, "Validation failed: Text can't be blank"),
		"disallowed-hashtag":         say(422, "Validation failed: Text contained a disallowed hashtag: X"),
		"media-not-processed":        say(422, "Cannot attach files that have not finished processing. Try again in a moment!"),
		"media-not-found":            say(422, "Validation failed: Media 1 not found or already attached to another post"),
		"media-type":                 say(422, "Validation failed: File content type is invalid, File is invalid"),
		"media-unprocessable":        say(422, "Validation failed: File could not be processed"),
		"media-too-many":             say(422, "Cannot attach more than 4 files"),
		tooManyRequests:              say(429, "Too many requests"),
		"unavailable":                say(503, "There was a temporary problem serving your request, please try again"),
		"success-without-id":         {Status: 200, Body: `{}`},
		"success-that-says-an-error": say(200, "This action is not allowed"),
	}
	maps.Copy(errors, gatewayErrors())
	return errors
}

func mastodonError(status int, text string) reply {
	return jsonReply(status, map[string]string{"error": text})
}

// invalid is Mastodon's 422, which is a 400 on GoToSocial.
func (m *Mastodon) invalid(text string) reply {
	if m.opt.Flavour == GoToSocial {
		return mastodonError(http.StatusBadRequest, "Bad Request: "+text)
	}
	return mastodonError(http.StatusUnprocessableEntity, "Validation failed: "+text)
}
