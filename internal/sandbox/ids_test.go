package sandbox

import (
	"slices"
	"testing"
	"time"
)

func TestIDsAlwaysRise(t *testing.T) {
	now := time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)
	x, m := xSnowflakes(), mastodonSnowflakes()
	var xs, ms, us []string
	for i := range 100 {
		at := now.Add(time.Duration(i/10-i%3) * time.Millisecond) // clocks step back, too
		xs, ms, us = append(xs, x.next(at)), append(ms, m.next(at)), append(us, ulid(now, i))
	}
	for _, ids := range [][]string{xs, ms, us} {
		if !slices.IsSorted(ids) || len(slices.Compact(slices.Clone(ids))) != 100 {
			t.Errorf("not rising: %v", ids)
		}
	}
	equal(t, []int{19, 18, 26}, []int{len(xs[0]), len(ms[0]), len(us[0])})
	equal(t, "2125016545489846272", xs[0])
}

func TestLaterComparesNumbersAndULIDs(t *testing.T) {
	equal(t, []bool{true, false, false, true, false}, []bool{later("10", "9"), later("9", "10"), later("9", "9"), later("01B", "01A"), later("01A", "01B")})
}
