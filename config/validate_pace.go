package config

import (
	"fmt"
	"math"
	"regexp"
	"strings"
	"sync"
	"time"
)

const (
	maxSpacing = Duration(24 * time.Hour)
	maxJitter  = Duration(time.Hour)
	maxPerDay  = 1000
	maxSilence = Duration(366 * 24 * time.Hour)
)

// validatePace judges when the account may post. Whether the cron expressions can be
// read is for the package that reads them.
func (a Account) validatePace() error {
	var all problems
	all.add(a.validateSchedule())
	if a.Timezone != "" {
		all.add(zone("timezone", a.Timezone))
	}
	all.add(within("min_spacing", a.MinSpacing, maxSpacing))
	all.add(within("jitter", a.Jitter, maxJitter))
	for _, span := range a.QuietHours {
		all.add(quietHours(span))
	}
	if a.MaxPerDay < 0 || a.MaxPerDay > maxPerDay {
		all.addf("max_per_day %d is out of range: want 1 to %d posts, or 0 for no bound", a.MaxPerDay, maxPerDay)
	}
	all.add(notNegative("expire_after", a.ExpireAfter))
	all.add(within("max_silence", a.MaxSilence, maxSilence))
	all.add(oneOf("catch_up", a.CatchUp, CatchUpOne, CatchUpNone, CatchUpAll))
	if a.CatchUp == CatchUpAll && a.MinSpacing == 0 {
		all.addf("catch_up %q with min_spacing \"0s\" would post all that was missed at once: set min_spacing, e.g. \"10m\"", a.CatchUp)
	}
	return all.err()
}

func (a Account) validateSchedule() error {
	const example = "0 9 * * *"
	var all problems
	first := map[string]int{}
	for i, expr := range a.Schedule {
		same := strings.Join(strings.Fields(expr), " ")
		switch earlier, repeated := first[same]; {
		case same == "":
			all.addf("schedule number %d %q is empty: want a cron expression such as %q, or remove it", i+1, expr, example)
		case repeated:
			all.addf("schedule number %d %q is that of number %d too: remove one of them", i+1, expr, earlier)
		default:
			first[same] = i + 1
		}
	}
	return all.err()
}

// daySpan is stricter than time.Parse, which takes "7:00" too.
var daySpan = sync.OnceValue(func() *regexp.Regexp {
	const clock = `((?:[01][0-9]|2[0-3]):[0-5][0-9])`
	return regexp.MustCompile(`^` + clock + `-` + clock + `$`)
})

func quietHours(span string) error {
	m := daySpan().FindStringSubmatch(span)
	if m == nil {
		return fmt.Errorf("quiet_hours %q is not a part of the day: want HH:MM-HH:MM, from 00:00 to 23:59, e.g. \"22:00-07:00\"", span)
	}
	if m[1] == m[2] {
		return fmt.Errorf("quiet_hours %q ends when it begins, which is no time or the whole day: want two different times, e.g. \"22:00-07:00\"", span)
	}
	return nil
}

func within(key string, d, most Duration) error {
	if d < 0 || d > most {
		return fmt.Errorf("%s %q is out of range: want \"0s\" to %q", key, d, most)
	}
	return nil
}

// validateBudget refuses a budget where nothing is billed: it would promise a bound
// that never acts.
func (a Account) validateBudget() error {
	switch usd := a.MonthlyBudgetUSD; {
	case a.Platform == PlatformMastodon && usd != 0:
		return fmt.Errorf("monthly_budget_usd %v is for platform %q only: remove it, posts on %q cost nothing", usd, PlatformX, a.Platform)
	case math.IsNaN(usd) || usd < 0 || usd > 1e6 || usd > 0 && usd < 0.01:
		return fmt.Errorf("monthly_budget_usd %v is not a budget: want US dollars, 0.01 to 1000000, or 0 for none", usd)
	default:
		return nil
	}
}
