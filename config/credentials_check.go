package config

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

type secretField struct{ key, value string }

// fields are the text fields in the order of the struct, with their keys.
func (c Credentials) fields() []secretField {
	return []secretField{
		{"consumer_key", c.ConsumerKey}, {"consumer_secret", c.ConsumerSecret},
		{"access_token", c.AccessToken}, {"access_token_secret", c.AccessTokenSecret},
		{"client_id", c.ClientID}, {"client_secret", c.ClientSecret}, {"refresh_token", c.RefreshToken},
	}
}

// OAuth1 tells whether these are OAuth 1.0a secrets, which sign each request.
func (c Credentials) OAuth1() bool {
	return c.ConsumerKey != "" || c.ConsumerSecret != "" || c.AccessTokenSecret != ""
}

// check wants the fields that the account's platform and API log in with, and no
// others: those would be a file taken for another's. present holds the keys of the file.
func (c Credentials) check(acc Account, present map[string]any) error {
	var all problems
	for _, f := range c.fields() {
		_, there := present[f.key]
		switch {
		case there && strings.TrimSpace(f.value) == "":
			all.addf("%s is empty: fill it in or remove the line", f.key)
		case strings.ContainsFunc(f.value, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }):
			// Such a value would break the Authorization header.
			all.addf("%s contains white space or a control character: copy it again", f.key)
		}
	}
	if len(all) > 0 {
		return all.err()
	}
	oauth1 := []string{"consumer_key", "consumer_secret", "access_token", "access_token_secret"}
	oauth2 := []string{"access_token", "client_id", "client_secret", "refresh_token", "expires_at"}
	switch {
	case acc.Platform == PlatformMastodon:
		return c.want(present, "Mastodon", []string{"access_token"}, []string{"access_token", "client_id", "client_secret"})
	case c.OAuth1():
		return c.want(present, "X with OAuth 1.0a", oauth1, oauth1)
	case acc.API == APIv11:
		return c.want(present, "X with API v1.1 (OAuth 1.0a only)", oauth1, oauth1)
	case c.RefreshToken != "":
		return c.want(present, "X with OAuth 2.0 and a refresh_token", []string{"access_token", "client_id"}, oauth2)
	default:
		if c.AccessToken == "" {
			return fmt.Errorf("there is no way to log in to X: set %s (OAuth 1.0a), or access_token (OAuth 2.0)", list(oauth1))
		}
		return c.want(present, "X with OAuth 2.0", []string{"access_token"}, oauth2)
	}
}

func (c Credentials) want(present map[string]any, what string, required, allowed []string) error {
	var missing, extra []string
	for _, f := range c.fields() {
		if slices.Contains(required, f.key) && f.value == "" {
			missing = append(missing, f.key)
		}
		if f.value != "" && !slices.Contains(allowed, f.key) {
			extra = append(extra, f.key)
		}
	}
	if _, there := present["expires_at"]; there && !slices.Contains(allowed, "expires_at") {
		extra = append(extra, "expires_at")
	}
	var all problems
	if len(missing) > 0 {
		all.addf("%s wants %s: add %s", what, list(required), list(missing))
	}
	if len(extra) > 0 {
		all.addf("%s has no %s: remove it, or name the right file", what, list(extra))
	}
	return all.err()
}

// list writes words as people do: "a, b and c".
func list(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}
