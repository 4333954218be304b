package dispatch

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/outbox"
	"crieur/internal/platform"
)

// restoredFrom is the world after its backup took the outbox's place.
func (w *world) restoredFrom(backup string) *world {
	w.t.Helper()
	target := filepath.Join(w.t.TempDir(), "outbox.db")
	if err := outbox.RestoreFile(backup, target, time.Now(), false); err != nil {
		w.t.Fatal(err)
	}
	ob, err := outbox.Open(target, outbox.Options{})
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() {
		if err := ob.Verify(); err != nil {
			w.t.Errorf("restored outbox: %v", err)
		}
		if err := ob.Close(); err != nil {
			w.t.Error(err)
		}
	})
	opt := w.engine.opt
	opt.Outbox = ob
	e, err := New(opt)
	if err != nil {
		w.t.Fatal(err)
	}
	return &world{t: w.t, ob: ob, engine: e, fakes: w.fakes}
}

// A backup has a delivery as scheduled. It is posted; two days later the backup is restored.
// To say that it expired, not posted, would be untrue.
func TestWhatExpiredBeforeARestoreIsLookedForFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "a")
		var told []Alert
		w.engine.opt.Alert = func(a Alert) { told = append(told, a) }
		w.restart(nil)
		id := w.later("Un essai", 0, time.Time{}, time.Now().Add(48*time.Hour))
		backup := filepath.Join(t.TempDir(), "backup")
		if err := w.ob.BackupFile(backup, nil); err != nil {
			t.Fatal(err)
		}
		stop := w.run()
		time.Sleep(time.Minute)
		stop()
		if d := w.delivery(id); d.State != delivery.Delivered {
			t.Fatalf("before the restore: %s", d.State)
		}
		time.Sleep(49 * time.Hour)
		r := w.restoredFrom(backup)
		stop = r.run()
		time.Sleep(time.Hour)
		stop()
		if d := r.delivery(id); d.State != delivery.Delivered {
			t.Errorf("it stands on the platform, and is %s here after %d looks", d.State, w.fakes["a"].lookCount())
		}
		for _, a := range told {
			if strings.Contains(a.Text, "not posted") {
				t.Errorf("told: %s: %s", a.Kind, a.Text)
			}
		}
	})
}

// A second try that would have come after the expiry: its moment must not stand in the way
// of the look, nor the worker turn in circles.
func TestWhatWasToBeTriedAgainAfterItExpiredIsLookedForFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "a")
		w.fakes["a"].script = []error{fails(delivery.Refused, 3*time.Hour)}
		id := w.later("Un essai", 0, time.Time{}, time.Now().Add(time.Hour))
		stop := w.run()
		time.Sleep(time.Minute)
		stop()
		backup := filepath.Join(t.TempDir(), "backup")
		if err := w.ob.BackupFile(backup, nil); err != nil {
			t.Fatal(err)
		}
		if d := w.delivery(id); d.State != delivery.Scheduled || !d.Due.After(d.Expires) {
			t.Fatalf("%s, due %s, expires %s", d.State, d.Due, d.Expires)
		}
		time.Sleep(2 * time.Hour)
		r := w.restoredFrom(backup)
		if err := r.engine.Resume("a"); err != nil { // the wait for the platform
			t.Fatal(err)
		}
		stop = r.run()
		time.Sleep(30 * time.Minute)
		stop()
		if d := r.delivery(id); d.State != delivery.Expired || w.fakes["a"].lookCount() != 2 {
			t.Errorf("%s after %d looks", d.State, w.fakes["a"].lookCount())
		}
	})
}

func TestWhatIsFoundAfterARestoreCountsForEveryRule(t *testing.T) {
	for name, rules := range map[string]setting{
		"for the day":  {zone: "UTC", perDay: 2, spacing: time.Minute, budget: 10_000_000},
		"spacing":      {zone: "UTC", spacing: 13 * time.Hour, budget: 10_000_000},
		"for its cost": {zone: "UTC", spacing: time.Minute, budget: 400_000},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := pacedAt(t, "2027-01-04 09:00", rules)
				for _, title := range []string{"Un", "Deux", "Trois"} {
					w.later(title, 0, time.Time{}, time.Time{})
				}
				backup := filepath.Join(t.TempDir(), "backup")
				if err := w.ob.BackupFile(backup, nil); err != nil {
					t.Fatal(err)
				}
				stop := w.run()
				sleepUntil(t, "2027-01-04 23:00")
				stop()
				before := w.clocks()
				if len(before) != 2 {
					t.Fatalf("before the restore: %v", before)
				}
				r := w.restoredFrom(backup)
				stop = r.run()
				sleepUntil(t, "2027-01-04 23:59")
				stop()
				spent, err := r.ob.Spent("a", "2027-01")
				if err != nil {
					t.Fatal(err)
				}
				if got := r.clocks(); len(got) != 2 || spent != 400_000 {
					t.Errorf("posts %v, booked $%.2f, want two at $0.20", got, spent.USD())
				}
			})
		})
	}
}

// restoredLate is a world whose outbox was restored when its deliveries, never posted, had
// expired for an hour.
func restoredLate(t *testing.T, titles ...string) (r *world, ids []string) {
	t.Helper()
	w := newWorld(t, "a")
	for _, title := range titles {
		ids = append(ids, w.later(title, 0, time.Time{}, time.Now().Add(time.Hour)))
	}
	backup := filepath.Join(t.TempDir(), "backup")
	if err := w.ob.BackupFile(backup, nil); err != nil {
		t.Fatal(err)
	}
	time.Sleep(2 * time.Hour)
	return w.restoredFrom(backup), ids
}

func (w *world) states(ids ...string) (out []delivery.State) {
	for _, id := range ids {
		out = append(out, w.delivery(id).State)
	}
	return out
}

// Asking sends nothing: it makes no page public, spends no attempt and fills no breaker.
func TestToAskIsNoAttemptToPost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, ids := restoredLate(t, "Un", "Deux", "Trois")
		r.engine.opt.PerHour, r.engine.opt.Retry.MaxAttempts = 2, 1
		r.restart(nil)
		fresh := r.enqueue("Du jour", time.Time{})[0]
		stop := r.run()
		time.Sleep(time.Hour)
		stop()
		if d := r.delivery(fresh); d.State != delivery.Delivered {
			t.Errorf("what is new is %s", d.State)
		}
		for _, id := range ids {
			d := r.delivery(id)
			if d.State != delivery.Expired || d.Spent != 0 {
				t.Errorf("%s is %s (%s), %d attempts spent", id, d.State, d.Reason, d.Spent)
			}
			if a, _, err := r.ob.Article(d.ArticleID); err != nil || !a.PublishedAt.IsZero() {
				t.Errorf("its page exists since %s, %v", a.PublishedAt, err)
			}
		}
	})
}

// What has expired is not sent any more, so that it does not fit today stops nobody.
func TestAnExpiredDeliveryThatDoesNotFitAnyMoreStopsNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, ids := restoredLate(t, "Un")
		r.restart(func(a *Account) { a.Limit = 30 })
		stop := r.run()
		time.Sleep(time.Hour)
		stop()
		s, err := r.ob.AccountState("a")
		if d := r.delivery(ids[0]); err != nil || s.Stopped || d.State != delivery.Expired {
			t.Errorf("%s, account stopped: %v (%s), %v", d.State, s.Stopped, s.Reason, err)
		}
	})
}

// A paused account asks nothing; news that came since grows old there as ever.
func TestAPausedAccountExpiresWhatItNeedNotAskFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, ids := restoredLate(t, "Un")
		fresh := r.later("Du jour", 0, time.Time{}, time.Now().Add(time.Hour))
		if err := r.engine.Pause("a"); err != nil {
			t.Fatal(err)
		}
		stop := r.run()
		time.Sleep(2 * time.Hour)
		stop()
		if got := r.states(ids[0], fresh); got[0] != delivery.Scheduled || got[1] != delivery.Expired {
			t.Errorf("%v, want it to wait, and what came since expired", got)
		}
	})
}

// What was asked for and is not there waits for a slot as before.
func TestWhatIsNotThereAfterARestoreWaitsForItsSlot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := pacedAt(t, "2027-01-04 08:30", setting{zone: "UTC", exprs: []string{"0 9,18 * * *"}})
		for i := range 8 {
			w.later(fmt.Sprintf("Brève %d", i), 0, time.Time{}, time.Time{})
		}
		backup := filepath.Join(t.TempDir(), "backup")
		if err := w.ob.BackupFile(backup, nil); err != nil {
			t.Fatal(err)
		}
		r := w.restoredFrom(backup)
		stop := r.run()
		sleepUntil(t, "2027-01-06 08:00")
		stop()
		if got := r.postedAt("a"); len(got) < 3 || len(got) > 4 {
			t.Errorf("posts in four slots: %v", r.clocks())
		}
	})
}

// A platform that shows no posts for a while makes no riddles of the whole queue.
func TestFewDeliveriesAreAskedForAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var titles []string
		for i := range 2 * questionsAtMost {
			titles = append(titles, fmt.Sprintf("Brève %d", i))
		}
		r, ids := restoredLate(t, titles...)
		f := r.fakes["a"]
		f.mu.Lock()
		f.blind = fails(delivery.Throttled, 15*time.Minute)
		f.mu.Unlock()
		stop := r.run()
		time.Sleep(5 * time.Minute)
		open := 0
		for _, s := range r.states(ids...) {
			if s == delivery.Unknown {
				open++
			}
		}
		if open != questionsAtMost {
			t.Errorf("%d are looked for at once", open)
		}
		f.mu.Lock()
		f.blind = nil
		f.mu.Unlock()
		time.Sleep(24 * time.Hour)
		stop()
		for i, s := range r.states(ids...) {
			if s != delivery.Expired {
				t.Errorf("%s is %s in the end", ids[i], s)
			}
		}
	})
}

// An operator gives a delivery more time, or another moment, just as it is about to be asked for.
func TestWhatIsSetMeanwhileIsKept(t *testing.T) {
	tomorrow, later := 24*time.Hour, 48*time.Hour
	for name, due := range map[string]*time.Duration{"more time": nil, "another moment": &tomorrow} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r, ids := restoredLate(t, "Un")
				if err := r.engine.Recover(time.Now()); err != nil {
					t.Fatal(err)
				}
				w := r.engine.workers[0]
				s, ok, err := w.nextStep(time.Now())
				if err != nil || !ok || s.expires != ids[0] {
					t.Fatalf("%+v, %v", s, err)
				}
				wish := outbox.Wish{Expires: ptr(time.Now().Add(later))}
				if due != nil {
					wish.Due = ptr(time.Now().Add(*due))
				}
				wished, err := r.ob.Reschedule(ids[0], time.Now(), wish)
				if err != nil {
					t.Fatal(err)
				}
				if err := w.take(t.Context(), s, time.Now()); err != nil {
					t.Fatal(err)
				}
				if d := r.delivery(ids[0]); d.State != delivery.Scheduled || !d.Due.Equal(wished.Due) {
					t.Errorf("%s, due %s, want %s", d.State, d.Due, wished.Due)
				}
			})
		})
	}
}

// What a post costs is what its picture costs too, whether it was sent or found.
func TestAFoundPostCostsWhatItCostToSend(t *testing.T) {
	a := Account{
		Cost:  func(string) float64 { return 0.2 },
		Price: func(platform.Op, int) outbox.Micros { return 5_000 },
	}
	d := delivery.Delivery{Text: "Un essai", Media: &delivery.Media{Alt: "Une rue"}}
	at := time.Date(2027, 1, 31, 23, 30, 0, 0, time.UTC)
	out := a.Found(d, delivery.Receipt{PostID: "1", PostedAt: at}, at.Add(time.Hour))
	dearer := Account{Link: true, Cost: func(text string) float64 { return float64(len(text)) }}
	if unfit := dearer.Found(delivery.Delivery{}, delivery.Receipt{PostID: "1"}, at); unfit.Cost == 0 {
		t.Error("a post with a link costs nothing where its text does not fit any more")
	}
	if out.Cost != 205_000 || out.Month != "2027-01" || out.To != delivery.Delivered {
		t.Errorf("%+v", out)
	}
}
