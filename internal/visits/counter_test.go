package visits

import (
	"fmt"
	"maps"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"
)

const today Day = 20261127

// Whatever is counted while the counter is emptied again and again is taken exactly once.
func TestNoVisitIsLostOrCountedTwice(t *testing.T) {
	const readers, each = 8, 5000
	c := NewCounter()
	total := map[Key]uint64{}
	take := func() {
		counts, lost := c.Take()
		if lost != 0 {
			t.Errorf("%d lost", lost)
		}
		for k, n := range counts {
			total[k] += n
		}
	}
	var wg sync.WaitGroup
	for r := range readers {
		wg.Go(func() {
			for i := range each {
				c.Add(fmt.Sprint("page-", i%3), today, Origins()[(r+i)%len(Origins())])
				c.Add("page-0", today, None)
			}
		})
	}
	done := make(chan struct{})
	go func() { wg.Wait(); close(done) }()
	for turning := true; turning; {
		select {
		case <-done:
			turning = false
		default:
		}
		take()
	}
	var sum uint64
	for n := range maps.Values(total) {
		sum += n
	}
	if sum != readers*each {
		t.Errorf("%d counted, want %d", sum, readers*each)
	}
}

func TestACounterIsBoundedAndAsksToBeEmptiedBefore(t *testing.T) {
	c := NewCounter()
	for i := range MaxKeys + 50 {
		if i == earlyKeys-1 {
			select {
			case <-c.Early():
				t.Error("told too early")
			default:
			}
		}
		c.Add(fmt.Sprint("page-", i), today, Direct)
	}
	select {
	case <-c.Early():
	default:
		t.Error("not told")
	}
	c.Add("page-1", today, Direct) // of a key that it holds
	counts, lost := c.Take()
	if len(counts) != MaxKeys || lost != 50 || counts[Key{"page-1", today, Direct}] != 2 {
		t.Errorf("%d keys, %d lost, page-1 %d", len(counts), lost, counts[Key{"page-1", today, Direct}])
	}
	if counts, lost := c.Take(); len(counts) != 0 || lost != 0 {
		t.Errorf("taken twice: %d keys, %d lost", len(counts), lost)
	}
}

// Against a plain map: what is taken, given back and taken again is what was added.
func TestWhatIsGivenBackIsCountedOn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, want := NewCounter(), map[Key]uint64{}
		for range rapid.IntRange(0, 60).Draw(t, "steps") {
			if rapid.IntRange(0, 4).Draw(t, "what") == 0 {
				counts, _ := c.Take()
				c.Return(counts)
				continue
			}
			k := Key{rapid.SampledFrom([]string{"a", "b"}).Draw(t, "slug"), today, rapid.SampledFrom(Origins()).Draw(t, "origin")}
			c.Add(k.Slug, today, k.Origin)
			want[k]++
		}
		if got, lost := c.Take(); !maps.Equal(got, want) || lost != 0 {
			t.Fatalf("%v, %d lost, want %v", got, lost, want)
		}
	})
}

func TestADayBeginsAtMidnightOfTheSite(t *testing.T) {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		at   string
		want Day
	}{
		{"2026-11-26T22:59:59Z", 20261126},
		{"2026-11-26T23:00:00Z", 20261127}, // winter: +1
		{"2026-06-30T21:59:59Z", 20260630},
		{"2026-06-30T22:00:00Z", 20260701}, // summer: +2
		{"2026-03-28T22:59:59Z", 20260328}, // the day of 23 hours
		{"2026-03-28T23:00:00Z", 20260329},
		{"2026-03-29T21:59:59Z", 20260329},
		{"2026-03-29T22:00:00Z", 20260330},
		{"2026-10-24T22:00:00Z", 20261025}, // the day of 25 hours
		{"2026-10-25T00:30:00Z", 20261025}, // 02:30, the first
		{"2026-10-25T01:30:00Z", 20261025}, // 02:30, the second
		{"2026-10-25T22:59:59Z", 20261025},
		{"2026-10-25T23:00:00Z", 20261026},
		{"2026-12-31T23:00:00Z", 20270101},
	} {
		at, err := time.Parse(time.RFC3339, row.at)
		if err != nil {
			t.Fatal(err)
		}
		if got := DayOf(at, paris); got != row.want {
			t.Errorf("%s: %s, want %s", row.at, got, row.want)
		}
	}
}

func TestDaysAreDates(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "at"), 0).UTC()
		n := rapid.IntRange(-500, 500).Draw(t, "days")
		d := DayOf(at, time.UTC)
		if got, want := d.Add(n).String(), at.AddDate(0, 0, n).Format(time.DateOnly); got != want {
			t.Fatalf("%s and %d days: %s, want %s", d, n, got, want)
		}
		text, err := d.MarshalText()
		var back Day
		if err != nil || back.UnmarshalText(text) != nil || back != d || !d.Valid() {
			t.Fatalf("%s reads back as %s", text, back)
		}
	})
	for _, d := range []Day{0, 20261301, 20260230, 20260431, 99999999} {
		if d.Valid() {
			t.Errorf("%s is no date", d)
		}
	}
	if new(Day).UnmarshalText([]byte("27.11.2026")) == nil {
		t.Error("a date in another form was taken")
	}
}
