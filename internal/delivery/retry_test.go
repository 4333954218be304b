package delivery

import (
	"math"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func lowest(int64) int64    { return 0 }
func highest(n int64) int64 { return n - 1 }

func TestBackoffDoublesUpToItsMaximum(t *testing.T) {
	want := []time.Duration{
		time.Minute, 2 * time.Minute, 4 * time.Minute, 8 * time.Minute, 16 * time.Minute,
		32 * time.Minute, time.Hour, time.Hour,
	}
	for spent, ceiling := range want {
		if got := Backoff(30*time.Second, time.Hour, spent, highest); got != ceiling {
			t.Errorf("after %d: at most %s, want %s", spent, got, ceiling)
		}
		if got := Backoff(30*time.Second, time.Hour, spent, lowest); got != 30*time.Second {
			t.Errorf("after %d: at least %s, want 30s", spent, got)
		}
	}
}

func TestBackoffTakesDefaultsForMissingBounds(t *testing.T) {
	if got := Backoff(0, 0, 0, lowest); got != 30*time.Second {
		t.Errorf("shortest pause %s, want 30s", got)
	}
	if got := Backoff(-1, -1, 1000, highest); got != time.Hour {
		t.Errorf("longest pause %s, want 1h", got)
	}
	if got := Backoff(time.Minute, time.Second, 5, highest); got != time.Minute {
		t.Errorf("max below min: %s, want min", got)
	}
}

func TestBackoffStaysWithinItsBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lo := time.Duration(rapid.Int64Range(1, math.MaxInt64).Draw(t, "min"))
		hi := time.Duration(rapid.Int64Range(int64(lo), math.MaxInt64).Draw(t, "max"))
		spent := rapid.Int().Draw(t, "spent")
		rnd := func(n int64) int64 {
			if n <= 0 {
				t.Fatalf("rnd asked for a number below %d", n)
			}
			return rapid.Int64Range(0, n-1).Draw(t, "rnd")
		}
		if got := Backoff(lo, hi, spent, rnd); got < lo || got > hi {
			t.Fatalf("Backoff(%d, %d, %d) = %d", lo, hi, spent, got)
		}
	})
}

func TestBackoffEndsAtOnceForAHugeNumberOfAttempts(t *testing.T) {
	start := time.Now()
	if got := Backoff(1, math.MaxInt64, math.MaxInt, highest); got != math.MaxInt64 {
		t.Errorf("ceiling %d, want the maximum", got)
	}
	if took := time.Since(start); took > time.Second {
		t.Errorf("took %s", took)
	}
}

func TestGiveUpBindsOnAttemptsAndAge(t *testing.T) {
	since := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	for _, tc := range []struct {
		name   string
		spent  int
		after  time.Duration
		maxN   int
		maxAge time.Duration
		want   string // part of the reason; "": go on
	}{
		{"below both", 2, time.Hour, 3, 2 * time.Hour, ""},
		{"age just reached", 2, 2 * time.Hour, 3, 2 * time.Hour, ""},
		{"attempts reached", 3, time.Hour, 3, 2 * time.Hour, "after 3 attempts"},
		{"attempts passed", 9, time.Hour, 3, 0, "after 9 attempts"},
		{"one attempt allowed", 1, 0, 1, 0, "one attempt"},
		{"one allowed, none made", 0, 0, 1, 0, ""},
		{"age passed", 1, 2*time.Hour + 1, 3, 2 * time.Hour, "later than 2h0m0s after 2026-03-01T08:00:00Z"},
		{"no bounds", math.MaxInt, 1 << 62, 0, 0, ""},
		{"negative bounds do not bind", 5, time.Hour, -1, -1, ""},
	} {
		got := GiveUp(tc.spent, since, since.Add(tc.after), tc.maxN, tc.maxAge)
		if (tc.want == "") != (got == "") || !strings.Contains(got, tc.want) {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
	}
}
