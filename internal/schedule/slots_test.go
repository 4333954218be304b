package schedule

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func BenchmarkNext(b *testing.B) {
	paris := mustZone(b, "Europe/Paris")
	night := Quiet{mustWindow(b, "22:00-07:00")}
	from := time.Date(2026, 11, 27, 9, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name   string
		exprs  []string
		jitter time.Duration
		quiet  Quiet
	}{
		{"each minute", []string{"* * * * *"}, 0, nil},
		{"thrice a day", []string{"0 8,12,18 * * *"}, 0, nil},
		{"thrice a day, jitter, quiet", []string{"0 8,12,18 * * *"}, 10 * time.Minute, night},
		{"leap day", []string{"0 0 29 2 *"}, 0, nil},
		{"night and leap day, quiet", []string{"0 3 * * *", "0 9 29 2 *"}, 0, night},
		{"each minute, a day's jitter", []string{"* * * * *"}, day, nil},
	} {
		s := mustSlots(b, c.exprs, paris, c.jitter, c.quiet)
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				s.Next(from)
			}
		})
	}
}

func TestAWallTimeInAGapFiresOnceAtItsEnd(t *testing.T) {
	for _, c := range []struct{ zone, from, expr, want, then string }{
		{"Europe/Paris", "2026-03-28T12:00:00Z", "*/15 2 * * *", "2026-03-29T03:00:00+02:00", "2026-03-30T02:00:00+02:00"},
		{"Europe/Paris", "2026-03-29T00:59:00Z", "0 2,3 * * *", "2026-03-29T03:00:00+02:00", "2026-03-30T02:00:00+02:00"},
		{"Australia/Lord_Howe", "2026-10-03T12:00:00Z", "10,20,40 2 * * *", "2026-10-04T02:30:00+11:00", "2026-10-04T02:40:00+11:00"},
		{"America/Havana", "2026-03-07T12:00:00Z", "@daily", "2026-03-08T01:00:00-04:00", "2026-03-09T00:00:00-04:00"},
		{"Pacific/Apia", "2011-12-29T22:00:00Z", "30 10 * * *", "2011-12-31T00:00:00+14:00", "2011-12-31T10:30:00+14:00"},
	} {
		s := mustSlots(t, []string{c.expr}, mustZone(t, c.zone), 0, nil)
		checkNext(t, s, c.from, c.want, c.then)
	}
}

func TestAWallTimeThatOccursTwiceFiresAtItsFirst(t *testing.T) {
	for _, c := range []struct{ zone, from, expr, want, then string }{
		{"Europe/Paris", "2026-10-24T12:00:00Z", "30 2 * * *", "2026-10-25T02:30:00+02:00", "2026-10-26T02:30:00+01:00"},
		{"Europe/Paris", "2026-10-24T23:30:00Z", "0 * * * *", "2026-10-25T02:00:00+02:00", "2026-10-25T03:00:00+01:00"},
		{"America/New_York", "2026-11-01T05:50:00Z", "*/5 * * * *", "2026-11-01T01:55:00-04:00", "2026-11-01T02:00:00-05:00"},
		{"America/New_York", "2026-11-01T06:20:00Z", "*/5 * * * *", "2026-11-01T02:00:00-05:00", "2026-11-01T02:05:00-05:00"},
		{"Australia/Lord_Howe", "2026-04-04T14:30:00Z", "*/20 1 * * *", "2026-04-05T01:40:00+11:00", "2026-04-06T01:00:00+10:30"},
	} {
		s := mustSlots(t, []string{c.expr}, mustZone(t, c.zone), 0, nil)
		checkNext(t, s, c.from, c.want, c.then)
	}
}

func checkNext(t *testing.T, s *Slots, from string, wants ...string) {
	t.Helper()
	at := mustTime(t, from)
	for _, want := range wants {
		got, ok := s.Next(at)
		if !ok || got.At.Format(time.RFC3339) != want || got.Nominal != got.At {
			t.Errorf("%s after %s: got %v, want %s", list(s.exprs), at, got, want)
		}
		at = got.At
	}
}

func mustTime(t testing.TB, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestASlotIsStrictlyLater(t *testing.T) {
	s := mustSlots(t, []string{"0 8 * * *", "0 8,9 * * *"}, nil, 0, nil)
	at := mustTime(t, "2026-11-27T08:00:00Z")
	for after, want := range map[time.Time]time.Time{
		at.Add(-1):               at,
		at:                       at.Add(time.Hour),
		at.Add(time.Nanosecond):  at.Add(time.Hour),
		at.Add(59 * time.Minute): at.Add(time.Hour),
	} {
		if got, ok := s.Next(after); !ok || !got.At.Equal(want) {
			t.Errorf("after %s: got %v, want %s", after, got, want)
		}
	}
}

func TestAScheduleWithoutSlotsIsRefused(t *testing.T) {
	night := Quiet{mustWindow(t, "22:00-07:00")}
	three, leap := mustExpr(t, "0 3 * * *"), mustExpr(t, "0 0 29 2 *")
	for _, c := range []struct {
		exprs  []Expr
		jitter time.Duration
		quiet  Quiet
		want   string
	}{
		{[]Expr{three, leap}, 0, night, `schedule "0 3 * * *" "0 0 29 2 *": quiet hours 22:00-07:00 leave no slot: move either`},
		{[]Expr{mustExpr(t, "* 0-6 * * *")}, time.Hour, night, `schedule "* 0-6 * * *": quiet hours 22:00-07:00 leave no slot: move either`},
		{nil, 0, nil, `schedule: no expression: write one, as "0 8 * * *"`},
		{[]Expr{three, {}}, 0, nil, `schedule: an expression is empty: make it with ParseExpr`},
		{[]Expr{three}, -1, nil, `jitter -1ns: want 0s to 24h0m0s`},
		{[]Expr{three}, day + 1, nil, `jitter 24h0m0.000000001s: want 0s to 24h0m0s`},
		{[]Expr{three}, 0, Quiet{mustWindow(t, "07:00-22:00"), night[0]}, `quiet hours 07:00-22:00 22:00-07:00 cover the whole day: leave some time to post`},
	} {
		if _, err := NewSlots(c.exprs, nil, c.jitter, "", c.quiet); err == nil || err.Error() != c.want {
			t.Errorf("got  %v\nwant %s", err, c.want)
		}
	}
	if _, err := NewSlots([]Expr{leap}, nil, 0, "", nil); err != nil {
		t.Error(err)
	}
}

func TestJitterDiffersBySeedAndSlotAlone(t *testing.T) {
	zone := mustZone(t, "Europe/Paris")
	delays := map[time.Duration]bool{}
	for i := range 200 {
		s, err := NewSlots([]Expr{mustExpr(t, "0 8 * * *")}, zone, 10*time.Minute, fmt.Sprint("account ", i%2), nil)
		if err != nil {
			t.Fatal(err)
		}
		from := time.Date(2026, 1, i, 12, 0, 0, 0, time.UTC)
		one, _ := s.Next(from)
		if two, _ := s.Next(from.Add(time.Hour)); one != two {
			t.Fatalf("the same slot is %v and %v", one, two)
		}
		delays[one.At.Sub(one.Nominal)] = true
	}
	if len(delays) < 100 { // of 600 seconds, 200 draws: about 170 differ
		t.Errorf("only %d different delays in 200 slots", len(delays))
	}
}

// TestJitterLosesNoSlot: the slots by At are the nominal ones with their delays.
func TestJitterLosesNoSlot(t *testing.T) {
	zones := []*time.Location{time.UTC, mustZone(t, "Europe/Paris"), mustZone(t, "Australia/Lord_Howe"), mustZone(t, "Africa/Cairo")}
	rapid.Check(t, func(t *rapid.T) {
		var exprs []Expr
		for _, p := range rapid.SliceOfN(rapid.SampledFrom([]string{"*/7 * * * *", "0 * * * *", "30 2 * * *", "0 8,12,18 * * *", "@daily", "59 21 * * *"}), 1, 3).Draw(t, "exprs") {
			e, err := ParseExpr(p)
			if err != nil {
				t.Fatal(err)
			}
			exprs = append(exprs, e)
		}
		zone := rapid.SampledFrom(zones).Draw(t, "zone")
		jitter := time.Duration(rapid.Int64Range(1, int64(6*time.Hour)).Draw(t, "jitter"))
		quiet := drawQuiet(t)
		bare, err := NewSlots(exprs, zone, 0, "a", quiet)
		if err != nil {
			return // quiet hours take all
		}
		s, err := NewSlots(exprs, zone, jitter, "a", quiet)
		if err != nil {
			t.Fatal(err)
		}
		from := time.Date(2026, time.Month(rapid.IntRange(1, 12).Draw(t, "month")), rapid.IntRange(1, 31).Draw(t, "day"), 0, 0, 0, 0, time.UTC)
		until := from.AddDate(0, 0, 3)
		var want []Slot
		for at := from.Add(-jitter); at.Before(until); {
			n, ok := bare.Next(at)
			if !ok {
				t.Fatal("no slot in twelve years")
			}
			at = n.Nominal
			slot := Slot{n.Nominal, s.delay(n.Nominal)}
			checkDelay(t, slot, jitter, quiet, zone)
			if slot.At.After(from) && slot.At.Before(until) {
				want = append(want, slot)
			}
		}
		slices.SortStableFunc(want, func(a, b Slot) int { return a.At.Compare(b.At) })
		want = slices.CompactFunc(want, func(a, b Slot) bool { return a.At.Equal(b.At) })
		at := from
		for _, w := range want {
			got, ok := s.Next(at)
			if !ok || !got.At.Equal(w.At) || !got.Nominal.Equal(w.Nominal) {
				t.Fatalf("after %s: got %v, want %v", at, got, w)
			}
			at = got.At
		}
		if got, ok := s.Next(at); !ok || got.At.Before(until) {
			t.Fatalf("after the last: %v %v", got, ok)
		}
	})
}

func checkDelay(t *rapid.T, s Slot, jitter time.Duration, quiet Quiet, zone *time.Location) {
	delay := s.At.Sub(s.Nominal)
	if delay < 0 || delay >= jitter || delay%time.Second != 0 {
		t.Fatalf("%v is delayed by %s, jitter is %s", s, delay, jitter)
	}
	for at := s.Nominal; !at.After(s.At); at = at.Add(time.Minute) {
		if quiet.In(at, zone) {
			t.Fatalf("%v passes quiet hours %s", s, quiet)
		}
	}
	if quiet.In(s.At, zone) {
		t.Fatalf("%v falls into quiet hours %s", s, quiet)
	}
}

func TestJitterStopsBeforeQuietHours(t *testing.T) {
	s := mustSlots(t, []string{"58 21 * * *"}, mustZone(t, "Europe/Paris"), 2*time.Hour, Quiet{mustWindow(t, "22:00-07:00")})
	late := 0
	for i := range 100 {
		got, _ := s.Next(time.Date(2026, 1, i, 12, 0, 0, 0, time.UTC))
		if delay := got.At.Sub(got.Nominal); delay < 0 || delay >= 2*time.Minute {
			t.Fatalf("%v", got)
		} else if delay >= time.Minute {
			late++
		}
	}
	if late < 25 || late > 75 {
		t.Errorf("%d of 100 slots in the second of two minutes", late)
	}
}
