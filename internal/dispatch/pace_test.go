package dispatch

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"crieur/internal/delivery"
	"crieur/internal/outbox"
	"crieur/internal/platform"
)

// pacedAt is a world with one account of a setting, at a wall time of UTC.
func pacedAt(t *testing.T, at string, s setting) *world {
	t.Helper()
	begin, err := time.Parse("2006-01-02 15:04", at)
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(time.Until(begin))
	w := newWorld(t, "a")
	w.engine.opt.ClockWatched = true
	w.restart(func(a *Account) {
		a.Pace = s.pace(t)
		a.Cost = func(string) float64 { return 0.2 }
	})
	if err := w.engine.Recover(time.Now()); err != nil {
		t.Fatal(err)
	}
	return w
}

// later hands an article over with a priority; due zero: when the account posts next.
func (w *world) later(title string, priority int, due, expires time.Time) string {
	w.t.Helper()
	got, err := w.ob.Enqueue(time.Now(), []outbox.NewArticle{{Article: anArticle(title), Deliveries: []outbox.NewDelivery{
		{Account: "a", Platform: "mastodon", Priority: priority, Due: due, Expires: expires},
	}}})
	if err != nil {
		w.t.Fatal(err)
	}
	w.engine.Wake()
	return got[0].Deliveries[0].ID
}

// clocks are the wall times in UTC at which the platform got the posts.
func (w *world) clocks() (out []string) {
	for _, at := range w.postedAt("a") {
		out = append(out, at.UTC().Format("02 15:04"))
	}
	return out
}

func sleepUntil(t *testing.T, at string) {
	t.Helper()
	moment, err := time.Parse("2006-01-02 15:04", at)
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(time.Until(moment))
	synctest.Wait()
}

func TestASlotTakesTheHighestPriorityThenTheOldest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := pacedAt(t, "2027-01-04 08:30", setting{zone: "UTC", exprs: []string{"0 * * * *"}})
		var ids []string
		for i, priority := range []int{0, 5, 0, 5, -5} {
			ids = append(ids, w.later(fmt.Sprint("Brève ", i), priority, time.Time{}, time.Time{}))
		}
		stop := w.run()
		defer stop()
		for _, want := range []int{1, 3, 0, 2, 4} {
			time.Sleep(time.Hour)
			for i, id := range ids {
				if d := w.delivery(id); i == want && d.State != delivery.Delivered {
					t.Fatalf("at %v number %d is %s", time.Now(), i, d.State)
				}
			}
		}
		if diff := cmp.Diff([]string{"04 09:00", "04 10:00", "04 11:00", "04 12:00", "04 13:00"}, w.clocks()); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

// A delivery with a moment of its own waits for no slot, and takes none.
func TestAMomentOfItsOwnNeedsNoSlot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := pacedAt(t, "2027-01-04 08:30", setting{zone: "UTC", exprs: []string{"0 * * * *"}, spacing: 10 * time.Minute})
		stop := w.run()
		defer stop()
		w.later("Au créneau", 0, time.Time{}, time.Time{})
		w.later("À son heure", 0, time.Now().Add(25*time.Minute), time.Time{}) // 08:55: the slot's post moves to 09:05
		w.later("Ensuite", 0, time.Time{}, time.Time{})
		sleepUntil(t, "2027-01-04 12:00")
		if diff := cmp.Diff([]string{"04 08:55", "04 09:05", "04 10:00"}, w.clocks()); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

func TestASlotBeforeTheArticleCameIsNoSlotForIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := pacedAt(t, "2027-01-04 08:30", setting{zone: "UTC", exprs: []string{"0 * * * *"}, catchUp: CatchUpAll})
		stop := w.run()
		defer stop()
		sleepUntil(t, "2027-01-04 11:30")
		w.later("En retard", 0, time.Time{}, time.Time{})
		w.later("Encore", 0, time.Time{}, time.Time{})
		sleepUntil(t, "2027-01-04 15:00")
		if diff := cmp.Diff([]string{"04 12:00", "04 13:00"}, w.clocks()); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

func TestCatchUpAfterDowntime(t *testing.T) {
	for catchUp, want := range map[string][]string{
		"":          {"04 12:20", "04 13:00", "04 14:00", "04 15:00"},
		CatchUpOne:  {"04 12:20", "04 13:00", "04 14:00", "04 15:00"},
		CatchUpNone: {"04 13:00", "04 14:00", "04 15:00"},
		CatchUpAll:  {"04 12:20", "04 12:35", "04 12:50", "04 13:05", "04 13:20", "04 14:00", "04 15:00"}, // 09, 10, 11 and 12 o'clock, spaced
	} {
		t.Run(catchUp, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := pacedAt(t, "2027-01-04 08:30", setting{zone: "UTC", exprs: []string{"0 * * * *"}, spacing: 15 * time.Minute, catchUp: catchUp})
				for i := range 9 {
					w.later(fmt.Sprint("Brève ", i), 0, time.Time{}, time.Time{})
				}
				sleepUntil(t, "2027-01-04 12:20") // the daemon is down
				stop := w.run()
				defer stop()
				sleepUntil(t, "2027-01-04 15:30")
				if diff := cmp.Diff(want, w.clocks()); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			})
		})
	}
}

// The hour that a zone skips has its slots at its end, the one that occurs twice has them once.
func TestSlotsAroundTheChangeOfClocks(t *testing.T) {
	for _, row := range []struct{ from, until, zone string }{
		{"2027-03-27 12:00", "2027-03-28 12:00", "Europe/Paris"},
		{"2027-10-30 12:00", "2027-10-31 12:00", "Europe/Paris"},
	} {
		synctest.Test(t, func(t *testing.T) {
			w := pacedAt(t, row.from, setting{zone: row.zone, exprs: []string{"30 2 * * *"}})
			for i := range 3 {
				w.later(fmt.Sprint("Brève ", i), 0, time.Time{}, time.Time{})
			}
			stop := w.run()
			defer stop()
			sleepUntil(t, row.until)
			want := map[string]string{"2027-03-27 12:00": "28 01:00", "2027-10-30 12:00": "31 00:30"}[row.from]
			if diff := cmp.Diff([]string{want}, w.clocks()); diff != "" {
				t.Errorf("%s (-want +got):\n%s", row.from, diff)
			}
		})
	}
}

func TestAnotherScheduleDoesNotCatchUpOnTheOldOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := pacedAt(t, "2027-01-04 08:30", setting{zone: "UTC", exprs: []string{"0 0 1 * *"}}) // monthly
		w.later("Longue attente", 0, time.Time{}, time.Time{})
		w.run()()
		sleepUntil(t, "2027-01-06 12:20")
		hourly := setting{zone: "UTC", exprs: []string{"0 * * * *"}}
		w.restart(func(a *Account) { a.Pace = hourly.pace(t) })
		stop := w.run()
		defer stop()
		sleepUntil(t, "2027-01-06 14:00")
		if diff := cmp.Diff([]string{"06 13:00"}, w.clocks()); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

// News grows old also where nothing can be posted, and an operator hears of it.
func TestWhatWentStaleExpiresAlsoWhileTheAccountIsPaused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := pacedAt(t, "2027-01-04 08:30", setting{zone: "UTC"})
		var got []Alert
		w.engine.opt.Alert = func(a Alert) { got = append(got, a) }
		if err := w.engine.Pause("a"); err != nil {
			t.Fatal(err)
		}
		stop := w.run()
		id := w.later("Brève", 0, time.Time{}, time.Now().Add(3*time.Hour))
		sleepUntil(t, "2027-01-04 11:31")
		if d := w.delivery(id); d.State != delivery.Expired {
			t.Errorf("it is %s", d.State)
		}
		if err := w.engine.Resume("a"); err != nil {
			t.Fatal(err)
		}
		sleepUntil(t, "2027-01-04 12:00")
		stop()
		if len(w.fakes["a"].requests()) > 0 || len(got) != 1 || got[0].Kind != AlertExpired || got[0].Delivery != id {
			t.Errorf("%d requests, alerts %+v", len(w.fakes["a"].requests()), got)
		}
	})
}

// Spacing binds a retry like any other post, but what was refused was no post.
func TestARetryKeepsTheSpacingAndARefusalTakesNone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := pacedAt(t, "2027-01-04 08:30", setting{zone: "UTC", spacing: 20 * time.Minute})
		w.fakes["a"].script = []error{nil, fails(delivery.Refused, 0), nil}
		for i := range 3 {
			w.later(fmt.Sprint("Brève ", i), 0, time.Time{}, time.Time{})
		}
		stop := w.run()
		defer stop()
		sleepUntil(t, "2027-01-04 10:00")
		// The refused try was at 08:50, its retry a minute later; the third post keeps its distance from that.
		var got []string
		for _, r := range w.fakes["a"].receipts {
			got = append(got, r.PostedAt.UTC().Format("15:04:05"))
		}
		if diff := cmp.Diff([]string{"08:30:00", "08:50:00", "08:51:00", "09:11:00"}, got); diff != "" {
			t.Errorf("requests (-want +got):\n%s", diff)
		}
	})
}

func TestAPlatformThatSaysWhenIsNotAskedBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := pacedAt(t, "2027-01-04 08:30", setting{zone: "UTC"})
		reset := time.Now().Add(3 * time.Hour)
		full := []platform.RateWindow{{Name: "user-24h", Limit: 1, Remaining: 0, Reset: reset}, {Name: "15min", Remaining: 4, Reset: reset.Add(time.Hour)}}
		meter := &Meter{}
		w.fakes["a"].onPost = func(platform.Post) { meter.Observe(platform.Usage{Op: platform.OpPost, Units: 1, Windows: full}) }
		w.restart(func(a *Account) { a.Meter = meter })
		stop := w.run()
		w.later("La première", 0, time.Time{}, time.Time{})
		w.later("La seconde", 0, time.Time{}, time.Time{})
		sleepUntil(t, "2027-01-04 09:00")
		stop()
		w.restart(nil) // it is remembered
		stop = w.run()
		defer stop()
		sleepUntil(t, "2027-01-04 11:29")
		if n := len(w.fakes["a"].requests()); n != 1 {
			t.Fatalf("%d requests before the platform's window begins anew", n)
		}
		st, err := w.engine.Status(time.Now())
		if err != nil || st.Accounts[0].State != StateWaiting || !st.Accounts[0].Next.At.Equal(reset) {
			t.Errorf("status says %+v, %v", st.Accounts[0], err)
		}
		sleepUntil(t, "2027-01-04 11:31")
		if diff := cmp.Diff([]string{"04 08:30", "04 11:30"}, w.clocks()); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}
