package dispatch

import (
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/outbox"
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
	synctest.Test(t, func(t *testing.T) {
		w := pacedAt(t, "2027-01-04 09:00", setting{zone: "UTC", perDay: 2, spacing: 2 * time.Hour, budget: 400_000})
		for _, title := range []string{"Un", "Deux", "Trois"} {
			w.later(title, 0, time.Time{}, time.Time{})
		}
		backup := filepath.Join(t.TempDir(), "backup")
		if err := w.ob.BackupFile(backup, nil); err != nil {
			t.Fatal(err)
		}
		stop := w.run()
		sleepUntil(t, "2027-01-04 11:30") // the day's two are posted, 09:00 and 11:00: the month's $0.40
		stop()
		if got := w.clocks(); len(got) != 2 {
			t.Fatalf("before the restore: %v", got)
		}
		r := w.restoredFrom(backup)
		stop = r.run()
		sleepUntil(t, "2027-01-04 23:59")
		stop()
		spent, err := r.ob.Spent("a", "2027-01")
		if err != nil {
			t.Fatal(err)
		}
		if got := r.clocks(); len(got) != 2 {
			t.Errorf("posts of the day: %v, max_per_day is 2, min_spacing 2h; booked $%.2f of a budget of $0.40, posts cost $0.20", got, spent.USD())
		}
	})
}
