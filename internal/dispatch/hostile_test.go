package dispatch

import (
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/outbox"
	"crieur/internal/platform"
)

// A pause stands on disk and in memory, whatever the worker decides at the same time.
func TestAPauseIsNotLostToAWaitAtTheSameTime(t *testing.T) {
	w := newWorld(t, "a")
	for i := range 100 {
		if err := w.engine.Resume("a"); err != nil {
			t.Fatal(err)
		}
		var both sync.WaitGroup
		both.Go(func() { w.engine.workers[0].waitUntil(time.Now().Add(time.Minute), "throttled") })
		if err := w.engine.Pause("a"); err != nil {
			t.Fatal(err)
		}
		both.Wait()
		s, err := w.ob.AccountState("a")
		if err != nil {
			t.Fatal(err)
		}
		if now := w.engine.workers[0].standing; !s.Paused || !now.Paused || s.Reason != now.Reason {
			t.Fatalf("round %d: on disk %+v, in memory %+v", i, s, now)
		}
	}
}

// Another engine of the process, as a reload leaves for a moment, changes the disk only.
func TestAPauseOfTheEngineBeforeBindsTheNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "a")
		old := w.engine
		w.restart(nil)
		stop := w.run()
		defer stop()
		time.Sleep(time.Second)
		if err := old.Pause("a"); err != nil {
			t.Fatal(err)
		}
		w.enqueue("Un essai", time.Time{}) // wakes the engine that runs
		time.Sleep(time.Minute)
		if n := len(w.fakes["a"].requests()); n > 0 {
			t.Errorf("%d posts of a paused account", n)
		}
	})
}

// A success is read back also when another engine takes over, or the process starts anew.
func TestAReadBackOutlivesTheEngine(t *testing.T) {
	for _, reload := range []bool{true, false} {
		t.Run(fmt.Sprintf("reload %v", reload), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, "a")
				var got []Alert
				w.engine.opt.VerifyPosts, w.engine.opt.Alert = true, func(a Alert) { got = append(got, a) }
				w.restart(nil)
				w.enqueue("Un essai", time.Time{})
				stop := w.run()
				time.Sleep(time.Second)
				stop()
				w.fakes["a"].drop()
				old := w.engine
				w.restart(nil)
				if reload {
					w.engine.Inherit(old)
				}
				stop = w.run()
				time.Sleep(10 * time.Minute)
				stop()
				if len(got) != 1 || got[0].Kind != AlertVanished {
					t.Errorf("alerts: %+v", got)
				}
			})
		})
	}
}

// An operator deleted the post and wants it again: the key is remembered for an hour.
func TestADeletedPostWantedAgainStopsNoAccount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "a")
		f := w.fakes["a"]
		remembered := &platform.Error{Class: delivery.Auth, Status: 404, Err: fmt.Errorf("%w: Record not found", platform.ErrDeleted)}
		f.script, f.blind = []error{fails(delivery.Ambiguous, 0)}, fails(delivery.Auth, 0)
		id := w.enqueue("Un essai", time.Time{})[0]
		stop := w.run()
		time.Sleep(10 * time.Minute)
		if d := w.delivery(id); d.State != delivery.Held {
			t.Fatalf("it is %s", d.State)
		}
		f.sees()
		f.answers(remembered)
		if _, err := w.ob.Move(id, time.Now(), outbox.Outcome{To: delivery.Scheduled}); err != nil {
			t.Fatal(err)
		}
		w.engine.Wake()
		time.Sleep(time.Minute)
		other := w.enqueue("Un autre", time.Time{})[0]
		time.Sleep(2 * time.Hour)
		stop()
		w.each("a", id, other)
	})
}

// Nothing was tried before: then nothing is at the server's address.
func TestNothingAtTheAddressStopsTheAccount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "a")
		w.fakes["a"].script = []error{&platform.Error{Class: delivery.Auth, Status: 404, Err: platform.ErrDeleted}}
		w.enqueue("Un essai", time.Time{})
		stop := w.run()
		time.Sleep(time.Minute)
		st, err := w.engine.Status(time.Now())
		stop()
		if err != nil || st.Accounts[0].State != StateStopped {
			t.Errorf("%+v, %v", st.Accounts[0], err)
		}
	})
}
