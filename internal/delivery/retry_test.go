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

func TestGiveUpBindsOnAttempts(t *testing.T) {
	for _, tc := range []struct {
		name  string
		spent int
		most  int
		want  string // part of the reason; "": go on
	}{
		{"below", 2, 3, ""},
		{"reached", 3, 3, "after 3 attempts"},
		{"passed", 9, 3, "after 9 attempts"},
		{"one attempt allowed", 1, 1, "one attempt"},
		{"one allowed, none made", 0, 1, ""},
		{"no bound", math.MaxInt, 0, ""},
		{"a negative bound does not bind", 5, -1, ""},
	} {
		if got := GiveUp(tc.spent, tc.most); (tc.want == "") != (got == "") || !strings.Contains(got, tc.want) {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
	}
}
