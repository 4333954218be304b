package config

import (
	"errors"
	"fmt"
	"strings"
)

// MaxLimit is the longest post that any platform takes (X Premium), in characters.
const MaxLimit = 25000

const maxName = 32

func validateAccounts(accounts []Account) error {
	if len(accounts) == 0 {
		return errors.New("there is no account: add an [[account]] with name, platform and credentials")
	}
	var all problems
	names, files := map[string]bool{}, map[string]string{}
	for i, acc := range accounts {
		label := fmt.Sprintf("account %q", acc.Name)
		switch {
		case !accountName(acc.Name):
			label = fmt.Sprintf("account number %d", i+1)
			all.addf("%s: name %q: want 1 to %d of a-z, 0-9 and \"-\", not beginning with \"-\", e.g. \"x-main\"", label, acc.Name, maxName)
		case names[acc.Name]:
			all.addf("%s: the name is taken by an earlier account: give each its own", label)
		}
		names[acc.Name] = true
		if acc.Credentials != "" {
			id := credentialsID(acc.Credentials)
			if other, taken := files[id]; taken {
				all.addf("%s: credentials file name %q is that of account %q too: give each account its own file name, as systemd keeps them in one folder", label, id, other)
			}
			files[id] = acc.Name
		}
		all.add(prefix(label, acc.validate()))
	}
	return all.err()
}

// accountName: [a-z0-9][a-z0-9-]{0,31}. Names are keys in the outbox, labels of
// metrics and words on the command line.
func accountName(s string) bool {
	return s != "" && len(s) <= maxName && s[0] != '-' && !strings.ContainsFunc(s, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-'
	})
}

func (a Account) validate() error {
	var all problems
	switch a.Platform {
	case PlatformX:
		all.add(foreign(PlatformMastodon, a.Platform, "server", a.Server, "visibility", a.Visibility, "content_warning", a.ContentWarning, "creator", a.Creator))
		all.add(serverAddress("api_url", a.APIURL, defaultAPIURL))
		all.add(oneOf("api", a.API, APIv2, APIv11))
	case PlatformMastodon:
		all.add(foreign(PlatformX, a.Platform, "api_url", a.APIURL, "api", a.API))
		all.add(serverAddress("server", a.Server, "https://mastodon.social"))
		all.add(oneOf("visibility", a.Visibility, "public", "unlisted", "private", "direct"))
		all.add(handle("creator", a.Creator))
	case "":
		all.add(errors.New("platform is missing: want \"x\" or \"mastodon\""))
	case "twitter", "Twitter", "X":
		all.addf("platform %q is unknown: did you mean \"x\"?", a.Platform)
	default:
		all.add(oneOf("platform", a.Platform, PlatformX, PlatformMastodon))
	}
	if a.Limit < 0 || a.Limit > MaxLimit {
		all.addf("limit %d is out of range: want 1 to %d characters, or 0 for the platform's own", a.Limit, MaxLimit)
	}
	all.add(oneOf("media", a.Media, MediaNone, MediaArticle, MediaShare))
	if a.RequireAlt && a.Media == MediaNone {
		all.addf("require_alt demands a description of pictures, but media %q attaches none: set media, or remove require_alt", a.Media)
	}
	if a.MaxHashtags < 0 {
		all.addf("max_hashtags %d is negative: want 0 for as many as fit, or more", a.MaxHashtags)
	}
	all.add(a.validatePace())
	all.add(a.validateBudget())
	return all.err()
}

// foreign refuses keys (name, value, name, value…) that only the other platform has.
func foreign(owner, platform string, pairs ...string) error {
	var all problems
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			all.addf("%s %q is for platform %q only: remove it, this account is on %q", pairs[i], pairs[i+1], owner, platform)
		}
	}
	return all.err()
}
