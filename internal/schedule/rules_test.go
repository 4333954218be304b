package schedule

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestTheFirstPermittedMomentIsFound(t *testing.T) {
	paris := mustZone(t, "Europe/Paris")
	const d = "2026-11-27T"
	for _, c := range []struct {
		rule  string
		rules Rules
		posts []string
		at    string
		want  string
	}{
		{"none", Rules{}, []string{d + "09:59:00Z"}, d + "10:00:00Z", d + "10:00:00Z"},
		{"spacing", Rules{MinSpacing: time.Hour}, []string{d + "09:30:00Z"}, d + "10:00:00Z", d + "10:30:00Z"},
		{"spacing is over", Rules{MinSpacing: time.Hour}, []string{d + "09:00:00Z"}, d + "10:00:00Z", d + "10:00:00Z"},
		{"spacing, clock set back", Rules{MinSpacing: time.Hour}, []string{"2027-01-01T00:00:00Z"}, d + "10:00:00Z", d + "11:00:00Z"},
		{"quiet", Rules{Zone: paris, Quiet: mustQuiet(t, "22:00-07:00")}, nil, d + "22:00:00Z", "2026-11-28T06:00:00Z"},
		{"spacing leads into quiet", Rules{Quiet: mustQuiet(t, "22:00-07:00"), MinSpacing: 3 * time.Hour}, []string{d + "19:30:00Z"}, d + "20:00:00Z", "2026-11-28T07:00:00Z"},
		{"day, in its zone", Rules{Zone: paris, MaxPerDay: 2}, []string{d + "22:30:00Z", d + "23:00:00Z", d + "23:30:00Z"}, d + "23:40:00Z", "2026-11-28T23:00:00Z"},
		{"day not full", Rules{Zone: paris, MaxPerDay: 2}, []string{d + "22:30:00Z", d + "23:00:00Z"}, d + "23:40:00Z", d + "23:40:00Z"},
		{"next day is quiet", Rules{MaxPerDay: 1, Quiet: mustQuiet(t, "22:00-07:00")}, []string{d + "09:00:00Z"}, d + "10:00:00Z", "2026-11-28T07:00:00Z"},
		{"rate", Rules{Rates: []Rate{{2, time.Hour}}}, []string{d + "09:10:00Z", d + "09:20:00Z", d + "09:50:00Z"}, d + "10:00:00Z", d + "10:20:00Z"},
		{"slowest rate", Rules{Rates: []Rate{{1, time.Minute}, {3, 3 * time.Hour}, {2, time.Hour}}}, []string{d + "09:10:00Z", d + "09:20:00Z", d + "09:50:00Z"}, d + "10:00:00Z", d + "12:10:00Z"},
		{"no bound", Rules{Rates: []Rate{{0, time.Hour}, {1, 0}}}, []string{d + "10:00:00Z"}, d + "10:00:00Z", d + "10:00:00Z"},
	} {
		var posts []time.Time
		for _, p := range c.posts {
			posts = append(posts, mustTime(t, p))
		}
		if got := c.rules.Earliest(mustTime(t, c.at), posts); !got.Equal(mustTime(t, c.want)) {
			t.Errorf("%s: got %s, want %s", c.rule, got, c.want)
		}
	}
}

func TestAWholeDayOfQuietPermitsNothing(t *testing.T) {
	if got := (Rules{Quiet: mustQuiet(t, "00:00-24:00"), MaxPerDay: 1}).Earliest(time.Unix(0, 0), nil); !got.IsZero() {
		t.Errorf("got %s", got)
	}
}

// St. John's set its clocks back at 00:01: the minute of the new day before it and the
// hour repeated after it are one day.
func TestADayBrokenByTheClocksIsOne(t *testing.T) {
	zone := mustZone(t, "America/St_Johns")
	post := time.Date(2010, 11, 7, 2, 30, 30, 0, time.UTC) // 00:00:30 on the 7th
	got := Rules{Zone: zone, MaxPerDay: 1}.Earliest(post.Add(20*time.Second), []time.Time{post})
	if want := "2010-11-08T00:00:00-03:30"; got.In(zone).Format(time.RFC3339) != want {
		t.Errorf("got %s, want %s", got.In(zone), want)
	}
}

type world struct {
	rules Rules
	unit  time.Duration // all of the world happens at its multiples
	at    time.Time
	posts []time.Time
}

// drawWorld draws a few busy days around a change of the clocks.
func drawWorld(t *rapid.T, zones []*time.Location) world {
	w := world{unit: rapid.SampledFrom([]time.Duration{time.Second, time.Minute}).Draw(t, "unit")}
	span := func(name string, most time.Duration) time.Duration {
		return time.Duration(rapid.Int64Range(0, int64(most/w.unit)).Draw(t, name)) * w.unit
	}
	w.rules = Rules{
		Zone:       rapid.SampledFrom(zones).Draw(t, "zone"),
		MinSpacing: span("spacing", 3*time.Hour),
		Quiet:      drawQuiet(t),
		MaxPerDay:  rapid.IntRange(0, 4).Draw(t, "per day"),
	}
	for range rapid.IntRange(0, 2).Draw(t, "rates") {
		w.rules.Rates = append(w.rules.Rates, Rate{rapid.IntRange(0, 4).Draw(t, "max"), span("per", 30*time.Hour)})
	}
	change := rapid.SampledFrom([]string{"2026-03-29T00:00:00Z", "2026-10-25T00:00:00Z", "2026-04-04T14:00:00Z", "2026-10-03T15:00:00Z", "2026-04-23T22:00:00Z", "2026-10-29T21:00:00Z", "2011-12-30T09:00:00Z"})
	w.at = mustMoment(change.Draw(t, "change")).Add(span("at", 2*day) - day)
	for range rapid.IntRange(0, 8).Draw(t, "posts") {
		w.posts = append(w.posts, w.at.Add(span("ahead", 4*time.Hour)-span("ago", 30*time.Hour)))
	}
	slices.SortFunc(w.posts, time.Time.Compare)
	return w
}

func mustMoment(s string) time.Time {
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return at
}

// refuses names the rule that forbids a post at c, asked at t.
func (w world) refuses(c, t time.Time) string {
	zone := orUTC(w.rules.Zone)
	if quietMinute(w.rules.Quiet, c, zone) {
		return "quiet"
	}
	today := 0
	inRate := make([]int, len(w.rules.Rates))
	for _, p := range w.posts {
		if p.After(t) {
			p = t
		}
		if c.Sub(p) < w.rules.MinSpacing {
			return "spacing"
		}
		if p.In(zone).Format(time.DateOnly) == c.In(zone).Format(time.DateOnly) {
			today++
		}
		for i, r := range w.rules.Rates {
			if c.Sub(p) < r.Per {
				inRate[i]++
			}
		}
	}
	if w.rules.MaxPerDay > 0 && today >= w.rules.MaxPerDay {
		return "day"
	}
	for i, r := range w.rules.Rates {
		if r.Max > 0 && r.Per > 0 && inRate[i] >= r.Max {
			return fmt.Sprint("rate ", i)
		}
	}
	return ""
}

func ruleZones(t *testing.T) []*time.Location {
	return []*time.Location{nil, mustZone(t, "Europe/Paris"), mustZone(t, "Australia/Lord_Howe"), mustZone(t, "Africa/Cairo"), mustZone(t, "Pacific/Apia"), mustZone(t, "Atlantic/Azores")}
}

func TestEarliestIsTheFirstMomentThatEachRulePermits(t *testing.T) {
	zones := ruleZones(t)
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t, zones)
		given := slices.Clone(w.posts)
		got := w.rules.Earliest(w.at, w.posts)
		if !slices.Equal(given, w.posts) {
			t.Fatal("the posts were changed")
		}
		if got.Before(w.at) {
			t.Fatalf("%s is before %s", got, w.at)
		}
		if rule := w.refuses(got, w.at); rule != "" {
			t.Fatalf("%s breaks %s", got, rule)
		}
		// No earlier one: near the answer each second, else each minute.
		for c := w.at; c.Before(got); c = c.Add(max(w.unit, min(got.Sub(c)-time.Minute, time.Minute))) {
			if w.refuses(c, w.at) == "" {
				t.Fatalf("got %s, but %s is permitted", got, c)
			}
		}
		if before := got.Add(-1); !before.Before(w.at) && w.refuses(before, w.at) == "" {
			t.Fatalf("%s is permitted a nanosecond earlier", got)
		}
		if again := w.rules.Earliest(got, clampAll(w.posts, w.at)); !again.Equal(got) {
			t.Fatalf("%s is permitted, yet asked then it is %s", got, again)
		}
	})
}

func clampAll(posts []time.Time, t time.Time) []time.Time {
	var all []time.Time
	for _, p := range posts {
		all = append(all, earlier(p, t))
	}
	return all
}

func TestEarliestNeverGoesBackWhenAskedLater(t *testing.T) {
	zones := ruleZones(t)
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t, zones)
		later := w.at.Add(time.Duration(rapid.Int64Range(0, int64(day)).Draw(t, "later")))
		one, two := w.rules.Earliest(w.at, w.posts), w.rules.Earliest(later, w.posts)
		if two.Before(one) {
			t.Fatalf("asked at %s it is %s, asked at %s it is %s", w.at, one, later, two)
		}
	})
}
