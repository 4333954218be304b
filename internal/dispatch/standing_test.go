package dispatch

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"crieur/internal/delivery"
)

func TestARestartDoesNotForgetThePlatformsWishToWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "a")
		w.fakes["a"].script = []error{fails(delivery.Throttled, 10*time.Hour)}
		for i := range 5 {
			w.enqueue(fmt.Sprintf("Essai numéro %d", i), time.Time{})
		}
		stop := w.run()
		time.Sleep(time.Hour)
		stop()
		w.restart(nil)
		stop = w.run()
		time.Sleep(8 * time.Hour)
		if n := len(w.fakes["a"].requests()); n != 1 {
			t.Errorf("%d requests within the ten hours", n)
		}
		time.Sleep(2 * time.Hour)
		stop()
		if n := len(w.fakes["a"].requests()); n != 6 {
			t.Errorf("%d requests after them, want all five sent", n)
		}
	})
}

func TestAStoppedAccountStaysStoppedUntilItIsResumed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "a", "b")
		w.fakes["a"].script = []error{fails(delivery.Auth, 0)}
		ids := w.enqueue("Un essai", time.Time{})
		stop := w.run()
		time.Sleep(time.Hour)
		stop()
		w.restart(nil)
		stop = w.run()
		time.Sleep(time.Hour)
		if d := w.delivery(ids[0]); d.State != delivery.Scheduled || len(w.fakes["a"].requests()) != 1 {
			t.Errorf("stopped, and yet %s after %d requests", d.State, len(w.fakes["a"].requests()))
		}
		if d := w.delivery(ids[1]); d.State != delivery.Delivered {
			t.Errorf("the other account is %s", d.State)
		}
		st, err := w.engine.Status(time.Now())
		if err != nil {
			t.Fatal(err)
		}
		if a := st.Accounts[0]; a.State != StateStopped || !strings.Contains(a.Reason, "crieur resume a") {
			t.Errorf("account is %q because %q: want the way out", a.State, a.Reason)
		}
		if err := w.engine.Resume("a"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		stop()
		if d := w.delivery(ids[0]); d.State != delivery.Delivered {
			t.Errorf("resumed, and yet %s", d.State)
		}
	})
}

func TestAnotherLoginStartsAStoppedAccount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "a")
		w.restart(func(a *Account) { a.Login = "the revoked one" })
		w.fakes["a"].script = []error{fails(delivery.Auth, 0)}
		id := w.enqueue("Un essai", time.Time{})[0]
		stop := w.run()
		time.Sleep(time.Hour)
		stop()
		w.restart(func(a *Account) { a.Login = "a new one" })
		stop = w.run()
		time.Sleep(time.Minute)
		stop()
		if d := w.delivery(id); d.State != delivery.Delivered {
			t.Errorf("with a new login: %s", d.State)
		}
	})
}

func TestAQuotaWithADateEndsByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "a")
		w.fakes["a"].script = []error{fails(delivery.Quota, 72*time.Hour)}
		id := w.enqueue("Un essai", time.Time{})[0]
		stop := w.run()
		time.Sleep(71 * time.Hour)
		if d := w.delivery(id); d.State != delivery.Scheduled || len(w.fakes["a"].requests()) != 1 {
			t.Errorf("before the date: %s after %d requests", d.State, len(w.fakes["a"].requests()))
		}
		time.Sleep(2 * time.Hour)
		stop()
		if d := w.delivery(id); d.State != delivery.Delivered {
			t.Errorf("after the date: %s", d.State)
		}
	})
}

func TestAPausedAccountPostsNothingUntilItIsResumed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "a")
		if err := w.engine.Pause(""); err != nil {
			t.Fatal(err)
		}
		w.enqueue("Un essai", time.Time{})
		stop := w.run()
		time.Sleep(time.Hour)
		if n := len(w.fakes["a"].requests()); n != 0 {
			t.Errorf("%d requests while paused", n)
		}
		if err := w.engine.Resume("a"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		stop()
		if n := len(w.fakes["a"].requests()); n != 1 {
			t.Errorf("%d requests after the resume", n)
		}
		if err := w.engine.Pause("nobody"); !errors.Is(err, ErrUnknownAccount) {
			t.Errorf("pausing nobody: %v", err)
		}
	})
}

func TestTheBreakerBoundsPostsPerHourWhateverTheCause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "a", "b")
		w.engine.opt.PerHour = 10
		for i := range 35 {
			w.enqueue(fmt.Sprintf("Essai numéro %d", i), time.Time{})
		}
		begun := time.Now()
		stop := w.run()
		for hour := 1; hour <= 4; hour++ {
			time.Sleep(time.Until(begun.Add(time.Duration(hour)*time.Hour - time.Second)))
			if n := len(w.fakes["a"].requests()); n > 10*hour {
				t.Errorf("%d posts in %d hours", n, hour)
			}
		}
		stop()
		if n := len(w.fakes["a"].requests()); n != 35 {
			t.Errorf("%d of 35 posted in four hours", n)
		}
	})
}
