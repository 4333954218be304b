package dispatch

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/outbox"
	"crieur/internal/platform"
)

// An instance that throttles looks must not be asked once per post to be read back.
func TestAThrottledReadBackAsksOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "a")
		w.engine.opt.VerifyPosts = true
		w.restart(nil)
		w.fakes["a"].blind = fails(delivery.Throttled, time.Hour)
		for i := range 50 {
			w.enqueue(fmt.Sprintf("Essai numéro %d", i), time.Time{})
		}
		stop := w.run()
		time.Sleep(30 * time.Minute)
		stop()
		if n := w.fakes["a"].lookCount(); n > 1 {
			t.Errorf("%d looks within the platform's hour", n)
		}
	})
}

// X counts reads and posts apart: an account that may not look still posts, and what it
// could not read back is read back later.
func TestAThrottledLookDelaysNoPost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "a")
		var got []Alert
		w.engine.opt.VerifyPosts, w.engine.opt.Alert = true, func(a Alert) { got = append(got, a) }
		w.restart(nil)
		f := w.fakes["a"]
		f.blind = fails(delivery.Throttled, time.Hour)
		f.script, f.lands = []error{fails(delivery.Ambiguous, 0), nil}, map[int]bool{1: true}
		lost := w.enqueue("Sans réponse", time.Time{})[0]
		stop := w.run()
		defer stop()
		time.Sleep(5 * time.Minute) // the look is throttled
		other := w.enqueue("Un autre", time.Time{})[0]
		time.Sleep(5 * time.Minute)
		if d := w.delivery(other); d.State != delivery.Delivered {
			t.Errorf("the other post is %s while looks are throttled", d.State)
		}
		f.drop() // the other one vanishes
		f.sees()
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		if d := w.delivery(lost); d.State != delivery.Delivered {
			t.Errorf("the lost one is %s", d.State)
		}
		if len(got) != 1 || got[0].Kind != AlertVanished || got[0].Delivery != other {
			t.Errorf("alerts: %+v", got)
		}
	})
}

// Each reading of the list is billed by the post: a burst is read back at once, from its
// first post on, and not once per post.
func TestABurstIsReadBackInOneLook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "a")
		w.engine.opt.VerifyPosts = true
		w.restart(nil)
		f := w.fakes["a"]
		f.slow = 2 * time.Second // so that they do not settle in one instant
		began := time.Now()
		for i := range 12 {
			w.enqueue(fmt.Sprintf("Essai numéro %d", i), time.Time{})
		}
		stop := w.run()
		time.Sleep(30 * time.Minute)
		stop()
		if len(f.lookedFor) != 1 || len(f.lookedFor[0]) != 12 {
			t.Fatalf("%d looks", len(f.lookedFor))
		}
		for _, q := range f.lookedFor[0] {
			if q.Since.Before(began) {
				t.Errorf("reads back to %s, before the burst", q.Since)
			}
		}
	})
}

// A stream of posts without a pause must not put reading back off for ever.
func TestAStreamIsReadBackWhileItGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "a")
		w.engine.opt.VerifyPosts = true
		w.restart(nil)
		stop := w.run()
		defer stop()
		for i := range 40 {
			w.enqueue(fmt.Sprintf("Essai numéro %d", i), time.Time{})
			time.Sleep(30 * time.Second)
		}
		n := w.fakes["a"].lookCount()
		if n < 2 || n > 5 {
			t.Errorf("%d looks in 20 minutes", n)
		}
	})
}

// To read back is a wish; the budget is a promise.
func TestNothingIsReadBackBeyondTheBudget(t *testing.T) {
	for _, c := range []struct {
		budget float64
		looks  int
	}{{0.6, 0}, {0.602, 0}, {0.603, 1}, {0, 1}} {
		synctest.Test(t, func(t *testing.T) {
			w := pacedAt(t, "2027-01-04 08:00", setting{zone: "UTC", budget: outbox.MicrosOf(c.budget)})
			w.engine.opt.VerifyPosts = true
			w.restart(func(a *Account) {
				a.Price = func(_ platform.Op, units int) outbox.Micros { return outbox.Micros(1000 * units) }
			})
			for i := range 3 {
				w.later(fmt.Sprint("Brève ", i), 0, time.Time{}, time.Time{})
			}
			stop := w.run()
			time.Sleep(30 * time.Minute)
			stop()
			if n := len(w.fakes["a"].requests()); n != 3 {
				t.Fatalf("%d posts", n)
			}
			if n := w.fakes["a"].lookCount(); n != c.looks {
				t.Errorf("budget %v: %d looks, want %d", c.budget, n, c.looks)
			}
		})
	}
}
