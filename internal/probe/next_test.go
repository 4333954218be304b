package probe

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var published = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

func TestADaemonThatNeverSleepsProbesThirtyTimesADayApart(t *testing.T) {
	var last time.Time
	now, n := published, 0
	for {
		at, ok := Next("openai-contrat", published, last, now)
		if !ok {
			break
		}
		if n > 0 && at.Sub(last) != day {
			t.Fatalf("probe %d is %v after the one before", n, at.Sub(last))
		}
		last, now, n = at, at, n+1
	}
	if n != days {
		t.Errorf("%d probes, want %d", n, days)
	}
	if at, ok := Next("openai-contrat", published, last, published.Add(365*day)); ok {
		t.Errorf("a year later a probe at %v", at)
	}
}

func TestMissedProbesAreNotMadeUpFor(t *testing.T) {
	back := published.Add(10 * day)
	at, ok := Next("a", published, time.Time{}, back)
	if !ok || at.After(back) {
		t.Fatalf("after ten days without probe the next is at %v, %v: want one that is due", at, ok)
	}
	if at, ok = Next("a", published, back, back); !ok || !at.After(back) {
		t.Fatalf("after it the next is at %v, %v: want one to come", at, ok)
	}
}

func TestArticlesOfOneMorningAreSpreadOverTheDay(t *testing.T) {
	var hours [24]int
	for i := range 2400 {
		at, ok := Next(fmt.Sprintf("article-%d", i), published, time.Time{}, published)
		if !ok {
			t.Fatal("no probe")
		}
		hours[int(at.Sub(published)/time.Hour)]++
	}
	for h, n := range hours {
		if n < 50 || n > 150 {
			t.Errorf("hour %d has %d of 2400 probes", h, n)
		}
	}
}

func TestProbesAreApartAndEndWhateverTheDaemonDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		slug := rapid.String().Draw(t, "slug")
		var last time.Time
		now, n := published, 0
		for range 200 {
			// The clock may also be set back.
			now = now.Add(time.Duration(rapid.IntRange(-3600, 3*86400).Draw(t, "seconds")) * time.Second)
			at, ok := Next(slug, published, last, now)
			if again, _ := Next(slug, published, last, now); !again.Equal(at) {
				t.Fatal("not deterministic")
			}
			if !ok {
				if now.Before(published.Add((days-1)*day)) && last.Before(published.Add((days-2)*day)) {
					t.Fatalf("never again at %v", now.Sub(published))
				}
				continue
			}
			if at.Before(published) || !at.Before(published.Add(days*day)) {
				t.Fatalf("probe at %v after publication", at.Sub(published))
			}
			if !last.IsZero() && !last.After(now) && at.Sub(last) < apart {
				t.Fatalf("probe %v after the last", at.Sub(last))
			}
			if !at.After(now) {
				last, n = now, n+1
			}
		}
		if n > 2*days {
			t.Fatalf("%d probes", n)
		}
	})
}
