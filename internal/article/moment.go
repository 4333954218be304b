package article

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
	"time"
)

// rfc3339 is stricter than time.Parse, which takes a comma or a single digit too.
var rfc3339 = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$`)
})

// IsRFC3339 tells whether s is a moment as RFC 3339 writes it, strictly: time.Parse
// takes more.
func IsRFC3339(s string) bool {
	_, err := time.Parse(time.RFC3339, s)
	return err == nil && rfc3339().MatchString(s)
}

// checkAt says why a moment is neither RFC 3339 nor a wall time.
func checkAt(s string) error {
	if IsRFC3339(s) {
		return nil
	}
	for _, layout := range [...]string{"2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02 15:04:05"} {
		// Formatting back refuses what time.Parse only tolerates.
		if t, err := time.Parse(layout, s); err == nil && t.Format(layout) == s {
			return nil
		}
	}
	return fmt.Errorf("at %s is no moment: write \"2026-11-24T18:30:00+01:00\", or \"2026-11-24T18:30\" in the account's time zone", quote(s))
}

// wallTime writes a wall time with the "T" that RFC 3339 has.
func wallTime(s string) string {
	if len(s) > len("2006-01-02") && s[len("2006-01-02")] == ' ' {
		return strings.Replace(s, " ", "T", 1)
	}
	return s
}

// checkExpires says why an expiry is neither a positive duration nor RFC 3339.
func checkExpires(s string) error {
	d, err := time.ParseDuration(s)
	switch {
	case err == nil && d <= 0:
		return fmt.Errorf("expires %s is not positive: write a duration as \"48h\"", quote(s))
	case err == nil || IsRFC3339(s):
		return nil
	}
	return fmt.Errorf("expires %s: write a duration as \"48h\", or \"2026-11-26T18:00:00+01:00\"", quote(s))
}
