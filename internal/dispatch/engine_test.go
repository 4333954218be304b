package dispatch

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/platform"
)

func TestASlowPlatformDelaysNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "quick", "slow")
		w.fakes["slow"].slow = 29 * time.Second
		for i := range 10 {
			w.enqueue(fmt.Sprintf("Essai numéro %d", i), time.Time{})
		}
		stop := w.run()
		time.Sleep(time.Second)
		if n := len(w.fakes["quick"].requests()); n != 10 {
			t.Errorf("the quick account posted %d of 10 while the slow one waited", n)
		}
		stop()
	})
}

func TestAStopSettlesTheRequestInFlightAndClaimsNothingNew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "a")
		w.fakes["a"].slow = 20 * time.Second
		first := w.enqueue("Le premier", time.Time{})[0]
		second := w.enqueue("Le second", time.Time{})[0]
		stop := w.run()
		time.Sleep(time.Second)
		stop()
		if d := w.delivery(first); d.State != delivery.Delivered {
			t.Errorf("the post in flight ended %s", d.State)
		}
		if d := w.delivery(second); d.State != delivery.Scheduled || len(d.Attempts) != 0 {
			t.Errorf("the next one is %s with %d attempts: nothing may be claimed while stopping", d.State, len(d.Attempts))
		}
	})
}

func TestARequestWithoutAnAnswerIsCutAndLookedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "a")
		w.fakes["a"].slow = time.Hour
		id := w.enqueue("Un essai", time.Time{})[0]
		stop := w.run()
		time.Sleep(31 * time.Second)
		stop()
		if d := w.delivery(id); d.State != delivery.Unknown || d.Attempts[0].Class != delivery.Ambiguous {
			t.Errorf("after the cut it is %s, %+v", d.State, d.Attempts)
		}
	})
}

func TestNothingIsSentBeforeItsMoment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "a")
		at := time.Now().Add(3 * time.Hour)
		w.enqueue("Un essai", at)
		var sent time.Time
		w.fakes["a"].onPost = func(platform.Post) { sent = time.Now() }
		stop := w.run()
		time.Sleep(4 * time.Hour)
		stop()
		if sent.Before(at) || sent.After(at.Add(time.Second)) {
			t.Errorf("sent at %s, due at %s", sent, at)
		}
	})
}

func TestAnArticleEnqueuedWhileIdleIsPostedAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "a")
		stop := w.run()
		time.Sleep(time.Hour)
		w.enqueue("Un essai", time.Time{})
		synctest.Wait()
		if n := len(w.fakes["a"].requests()); n != 1 {
			t.Errorf("%d requests right after the enqueue, want 1", n)
		}
		stop()
	})
}

func TestStatusTellsQueueNextAndLast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "a")
		if st, err := w.engine.Status(time.Now()); err != nil || st.Ready || st.StartedAt != nil {
			t.Errorf("before the start: %+v, %v: want not ready", st, err)
		}
		done := w.enqueue("Le premier", time.Time{})[0]
		at := time.Now().Add(2 * time.Hour)
		next := w.enqueue("Le second", at)[0]
		stop := w.run()
		time.Sleep(time.Minute)
		st, err := w.engine.Status(time.Now())
		if err != nil {
			t.Fatal(err)
		}
		stop()
		a := st.Accounts[0]
		if !st.Ready || a.Queued != 1 || a.Next == nil || a.Next.Delivery != next || !a.Next.At.Equal(at) ||
			a.Last == nil || a.Last.Delivery != done || st.Counts["delivered"] != 1 || st.Counts["held"] != 0 {
			t.Errorf("status %+v, account %+v", st, a)
		}
	})
}

func TestTwoAccountsOfOneNameAreRefused(t *testing.T) {
	if _, err := New(Options{Accounts: []Account{{Name: "a"}, {Name: "a"}}}); err == nil {
		t.Error("two accounts named a were taken")
	}
}
