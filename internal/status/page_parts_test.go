package status

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"crieur/internal/dispatch"
)

func TestTimesAreToldAsPeopleTellThem(t *testing.T) {
	c := newClock(noon, paris(t))
	for after, want := range map[time.Duration]string{
		0:                              "12:00 now",
		30 * time.Second:               "12:00 now",
		time.Minute:                    "12:01 in 1 min",
		-59 * time.Minute:              "11:01 59 min ago",
		90 * time.Minute:               "13:30 in 1 h 30 min",
		-3 * time.Hour:                 "09:00 3 h ago",
		13 * time.Hour:                 "Sat 28 Nov, 01:00 in 13 h",
		-47*time.Hour - 59*time.Minute: "Wed 25 Nov, 12:01 47 h ago",
		100 * time.Hour:                "Tue 1 Dec, 16:00 in 4 days",
		40 * day:                       "6 Jan 2027, 12:00 in 40 days",
	} {
		m := c.moment(noon.Add(after))
		if got := m.Abs + " " + m.Rel; got != want {
			t.Errorf("%s: %q, want %q", after, got, want)
		}
	}
	if m := newClock(noon, nil).moment(noon); m.Abs != "11:00" || m.Full != "Friday 27 November 2026, 11:00:20 UTC" {
		t.Errorf("without a zone: %+v", m)
	}
}

// TestNothingChangesWithinAMinute: else the page would be sent again and again.
func TestNothingChangesWithinAMinute(t *testing.T) {
	opt := busyDesk(t)
	p := &pages{Options: opt, posts: &postTally{outbox: opt.Outbox}}
	minute := noon.Truncate(time.Minute)
	first, err := p.board(minute)
	if err != nil {
		t.Fatal(err)
	}
	last, err := p.board(minute.Add(time.Minute - 1))
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(first, last) {
		t.Errorf("%+v\n%+v", first, last)
	}
}

func TestWhereAllIsWellTheVerdictTellsWhatComesNext(t *testing.T) {
	s := dispatch.Status{Ready: true, Counts: map[string]int{}}
	if v := judge(s, 0, nil); v.Word != "All is well" || !reflect.DeepEqual(v.Why, []string{"nothing is planned"}) {
		t.Errorf("%+v", v)
	}
	if v := judge(s, 0, &moment{Rel: "in 3 h"}); !reflect.DeepEqual(v.Why, []string{"next post in 3 h"}) {
		t.Errorf("%+v", v)
	}
	s.Counts["held"] = 1
	if v := judge(s, 0, &moment{Rel: "in 3 h"}); v.Word != "Needs you" || !reflect.DeepEqual(v.Why, []string{"1 held"}) {
		t.Errorf("%+v", v)
	}
}

func TestWhatNeedsAPersonIsBounded(t *testing.T) {
	ob := openOutbox(t)
	for i := range shownNeeds + 2 {
		hold(t, ob, i, "masto", "Held", noon, "why")
		attempted(t, ob, 100+i, "masto", "Dead", noon.Add(-time.Hour), died("too long"))
		attempted(t, ob, 200+i, "masto", "Dead long ago", noon.AddDate(0, 0, -8), died("too long"))
	}
	s := dispatch.Status{Ready: true, Counts: map[string]int{"held": shownNeeds + 2, "dead": 2 * (shownNeeds + 2)}}
	b := &builder{newClock(noon, nil), &pages{Options: Options{Outbox: ob}}, s}
	needs, dead, err := b.needs()
	if err != nil {
		t.Fatal(err)
	}
	if dead != shownNeeds+2 || len(needs) != 2*(shownNeeds+1) {
		t.Errorf("%d died lately, %d needs: %+v", dead, len(needs), needs)
	}
	for _, i := range []int{shownNeeds, 2*shownNeeds + 1} {
		if needs[i].Title != "and 2 more" || !strings.HasPrefix(needs[i].Commands[0].Line, "crieur list --state ") {
			t.Errorf("%+v", needs[i])
		}
	}
	if err := ob.Verify(); err != nil {
		t.Error(err)
	}
}

func TestADayOfTheCalendarIsBounded(t *testing.T) {
	c := newClock(noon, paris(t))
	var plan []dispatch.PlanEntry
	for i := range 30 {
		plan = append(plan, dispatch.PlanEntry{At: noon.Add(time.Duration(i) * time.Minute), Account: "a", Title: "One", Kind: dispatch.PlanPost, Reason: "slot"})
	}
	days := c.week(plan)
	if d := days[0]; len(days) != weekDays || len(d.Entries) != shownOfDay || d.More != 20 || d.Total != "30 posts" {
		t.Errorf("%+v", days[0])
	}
	// The clocks of Paris go back in that week: each day is there once.
	c = newClock(time.Date(2026, 10, 23, 10, 0, 0, 0, time.UTC), paris(t))
	var dates []string
	for _, d := range c.week(nil) {
		dates = append(dates, d.ISO)
	}
	if got := strings.Join(dates, " "); got != "2026-10-23 2026-10-24 2026-10-25 2026-10-26 2026-10-27 2026-10-28 2026-10-29" {
		t.Error(got)
	}
	if end := c.weekEnd().UTC(); !end.Equal(time.Date(2026, 10, 29, 23, 0, 0, 0, time.UTC)) {
		t.Errorf("the week ends at %s", end)
	}
}

func TestPostsAreCountedOnceByDay(t *testing.T) {
	ob := openOutbox(t)
	p := &postTally{outbox: ob}
	on := func(c clock, day string) (n uint64) {
		t.Helper()
		points, err := p.of(c)
		if err != nil {
			t.Fatal(err)
		}
		if len(points) != ChartDays {
			t.Errorf("%d days", len(points))
		}
		for _, d := range points {
			if d.Day.String() == day {
				n = d.N
			}
		}
		return n
	}
	// Paris has the 27th already, UTC still the 26th.
	late := time.Date(2026, 11, 26, 23, 30, 0, 0, time.UTC)
	c := newClock(noon, paris(t))
	attempted(t, ob, 1, "a", "One", late, posted(1, late))
	attempted(t, ob, 2, "b", "Two", noon, posted(2, noon))
	for range 2 {
		if n := on(c, "2026-11-27"); n != 2 {
			t.Errorf("%d posts on the day, want 2", n)
		}
	}
	attempted(t, ob, 3, "a", "Three", noon, posted(3, noon))
	if n := on(c, "2026-11-27"); n != 3 {
		t.Errorf("%d posts on the day, want 3", n)
	}
	if n := on(newClock(noon, time.UTC), "2026-11-26"); n != 1 {
		t.Errorf("%d posts on the day of UTC, want 1", n)
	}
	if n := on(newClock(noon.AddDate(0, 0, ChartDays-1), time.UTC), "2026-11-27"); n != 2 || len(p.days) != 1 {
		t.Errorf("%d posts a month later, %d days kept", n, len(p.days))
	}
	if err := ob.Verify(); err != nil {
		t.Error(err)
	}
}

func TestALinkOfATextIsMarkedAndNothingIsLost(t *testing.T) {
	const text = "C#1 is #new: https://a.example/x#y & #déjà_vu"
	var links []string
	whole := ""
	for _, p := range parts("  " + text + "\n") {
		whole += p.Text
		if p.Link {
			links = append(links, p.Text)
		}
	}
	if want := []string{"#new", "https://a.example/x#y", "#déjà_vu"}; whole != text || !reflect.DeepEqual(links, want) {
		t.Errorf("%q with links %q, want %q", whole, links, want)
	}
}
