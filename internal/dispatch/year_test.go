package dispatch

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"crieur/internal/outbox"
	"crieur/internal/schedule"
)

// yearly is an account of the year's test: its setting, and how many articles wait for it.
type yearly struct {
	setting
	name   string
	queue  int
	strict bool // the rules leave every slot free: each has exactly one post
}

func yearlies() []yearly {
	return []yearly{
		{name: "paris", queue: 900, strict: true, setting: setting{zone: "Europe/Paris", exprs: []string{"30 2 * * *", "0 18 * * *"}}},
		{name: "new-york", queue: 900, strict: true, setting: setting{zone: "America/New_York", exprs: []string{"30 1,2 * * 0", "15 12 * * *"}, jitter: 10 * time.Minute}},
		{name: "lord-howe", queue: 500, strict: true, setting: setting{zone: "Australia/Lord_Howe", exprs: []string{"45 1 * * *"}, catchUp: CatchUpAll}},
		{name: "kathmandu", queue: 500, strict: true, setting: setting{zone: "Asia/Kathmandu", exprs: []string{"@daily"}, quiet: "22:00-23:59", catchUp: CatchUpNone}},
		{name: "spaced", queue: 500, setting: setting{zone: "UTC", exprs: []string{"0 9-12 * * *"}, spacing: 5 * time.Hour}},
		{name: "quiet", queue: 400, setting: setting{zone: "Europe/Paris", exprs: []string{"0 */8 * * *"}, quiet: "20:00-09:30", spacing: time.Minute, jitter: time.Hour}},
		{name: "capped", queue: 900, setting: setting{zone: "America/New_York", exprs: []string{"*/30 7-9 * * *"}, perDay: 2}},
		{name: "poor", queue: 400, setting: setting{zone: "Europe/Paris", exprs: []string{"0 8,20 * * *"}, budget: 4_000_000}}, // twenty posts a month
		{name: "weekly", queue: 60, setting: setting{zone: "Australia/Lord_Howe", exprs: []string{"@weekly"}, spacing: 24 * time.Hour, catchUp: CatchUpAll}},
		{name: "free", queue: 300, setting: setting{zone: "UTC", spacing: 26 * time.Hour, perDay: 1}}, // no slots: whatever waits, when it may
	}
}

// A year of ten accounts: no slot is lost and none has two posts, and no rule is ever
// broken. The checks know nothing of the code that decides: they read what was posted.
func TestAYearOfTenAccounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin := time.Date(2026, 12, 31, 23, 0, 0, 0, time.UTC)
		time.Sleep(time.Until(begin))
		var names []string
		for _, y := range yearlies() {
			names = append(names, y.name)
		}
		w := newWorld(t, names...)
		w.engine.opt.ClockWatched = true
		i := 0
		w.restart(func(a *Account) {
			a.Pace = yearlies()[i].pace(t)
			a.Cost = func(string) float64 { return 0.2 }
			i++
		})
		w.fill(yearlies())
		stop := w.run()
		end := begin.AddDate(1, 0, 0)
		time.Sleep(time.Until(end))
		stop()
		for i, y := range yearlies() {
			posts := w.postedAt(y.name)
			if len(posts) < 40 {
				t.Errorf("%s: %d posts in a year: the test shows little", y.name, len(posts))
			}
			y.check(t, w.engine.Accounts()[i].Pace, posts, begin, end)
		}
	})
}

// fill queues articles for each account by itself.
func (w *world) fill(ys []yearly) {
	w.t.Helper()
	for _, y := range ys {
		var news []outbox.NewArticle
		for i := range y.queue {
			news = append(news, outbox.NewArticle{
				Article:    anArticle(fmt.Sprintf("%s %d", y.name, i)),
				Deliveries: []outbox.NewDelivery{{Account: y.name, Platform: "mastodon"}},
			})
		}
		if _, err := w.ob.Enqueue(time.Now(), news); err != nil {
			w.t.Fatal(err)
		}
	}
}

// postedAt lists when the platform got each post; each article must come once.
func (w *world) postedAt(account string) (at []time.Time) {
	w.t.Helper()
	seen := map[string]bool{}
	f := w.fakes[account]
	for i, p := range f.requests() {
		if seen[p.Text] {
			w.t.Errorf("%s: posted twice: %q", account, p.Text)
		}
		seen[p.Text] = true
		at = append(at, f.receipts[i].PostedAt)
	}
	return at
}

func (y yearly) check(t *testing.T, p Pace, posts []time.Time, begin, end time.Time) {
	t.Helper()
	zone := p.zone()
	days, months := map[string]int{}, map[string]int{}
	for i, at := range posts {
		local := at.In(zone)
		days[local.Format(time.DateOnly)]++
		months[local.Format("2006-01")]++
		if i > 0 && at.Sub(posts[i-1]) < y.spacing {
			t.Errorf("%s: %v after %v: spacing is %v", y.name, at, posts[i-1], y.spacing)
		}
		if y.quiet != "" && inQuiet(y.quiet, local.Format("15:04")) {
			t.Errorf("%s: %v is in the quiet hours %s", y.name, local, y.quiet)
		}
	}
	for day, n := range days {
		if y.perDay > 0 && n > y.perDay {
			t.Errorf("%s: %d posts on %s, want %d at most", y.name, n, day, y.perDay)
		}
	}
	for month, n := range months {
		if spent := outbox.Micros(n) * 200_000; y.budget > 0 && spent > y.budget {
			t.Errorf("%s: $%.2f in %s, the budget is $%.2f", y.name, spent.USD(), month, y.budget.USD())
		}
	}
	if y.strict {
		y.checkSlots(t, p.Slots, posts, begin, end)
	}
}

// inQuiet compares wall times as text.
func inQuiet(window, clock string) bool {
	from, to := window[:5], window[6:]
	if from < to {
		return clock >= from && clock < to
	}
	return clock >= from || clock < to
}

// checkSlots wants one post at each slot and none elsewhere.
func (y yearly) checkSlots(t *testing.T, slots *schedule.Slots, posts []time.Time, begin, end time.Time) {
	t.Helper()
	at := begin.Add(-1)
	for i := 0; ; i++ {
		slot, ok := slots.Next(at)
		if !ok || !slot.At.Before(end) {
			if i != len(posts) {
				t.Errorf("%s: %d posts in %d slots", y.name, len(posts), i)
			}
			return
		}
		at = slot.At
		if i >= len(posts) || !posts[i].Equal(slot.At) {
			t.Fatalf("%s: slot number %d is at %v, but post number %d is not: %v", y.name, i, slot.At, i, posts[min(i, len(posts)-1)])
		}
	}
}
