package config

import (
	"fmt"
	"regexp"
	"sync"
)

// maxHandle bounds a handle, in bytes: a host name has at most 253.
const maxHandle = 320

// handleShape takes the user names of Mastodon and host names with a dot, those that are
// not of ASCII too.
var handleShape = sync.OnceValue(func() *regexp.Regexp {
	const (
		user  = `[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?`
		label = `[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?`
	)
	return regexp.MustCompile(`^@` + user + `@(?:` + label + `\.)+` + label + `$`)
})

// handle judges an address of the fediverse, "@user@host"; empty is none.
func handle(key, raw string) error {
	valid := func(s string) bool { return len(s) <= maxHandle && handleShape().MatchString(s) }
	switch {
	case raw == "" || valid(raw):
		return nil
	case valid("@" + raw):
		return fmt.Errorf("%s %q is not a handle: did you mean %q?", key, raw, "@"+raw)
	default:
		return fmt.Errorf("%s %q is not a handle: write it like \"@user@mastodon.social\", or leave the key out for none", key, raw)
	}
}
