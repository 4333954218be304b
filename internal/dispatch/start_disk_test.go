//go:build linux

package dispatch

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"crieur/internal/delivery"
)

// A crash with a request in flight, and then no room to store what became of it: crieur
// starts all the same, for its pages are only read, and looks for the post once there is room.
func TestAStartOnAFullDiskLooksForThePostOnceThereIsRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "a")
		id := w.enqueue("Un essai", time.Time{})[0]
		w.crash(id, true)
		w.restart(nil)
		makeRoom := w.fillDisk()
		if err := w.engine.Recover(time.Now()); err == nil {
			t.Error("the disk is not full")
		}
		ctx, cancel := context.WithCancel(context.Background())
		wait := w.engine.Start(ctx)
		time.Sleep(time.Hour)
		w.saysThatTheDiskIsFull()
		makeRoom()
		time.Sleep(time.Hour)
		cancel()
		wait()
		if d := w.delivery(id); d.State != delivery.Delivered || d.Receipt.PostID != "post-of-the-crash" {
			t.Errorf("%s, %+v", d.State, d.Receipt)
		}
		if n := len(w.fakes["a"].requests()); n != 1 {
			t.Errorf("%d requests, want that of the crash alone", n)
		}
	})
}

// A login that is gone stops the account also while the disk is full. Of its standing
// nothing is forgotten: it was paused.
func TestAStopOnAFullDiskForgetsNoPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "a")
		id := w.enqueue("Un essai", time.Time{})[0]
		if err := w.engine.Pause("a"); err != nil {
			t.Fatal(err)
		}
		w.crash(id, true)
		w.restart(func(a *Account) {
			a.Login = "one"
			a.Keep = func(_ context.Context, _ func(string, bool), gone func(error)) { gone(fails(delivery.Auth, 0)) }
		})
		makeRoom := w.fillDisk()
		if err := w.engine.Recover(time.Now()); err == nil {
			t.Error("the disk is not full")
		}
		ctx, cancel := context.WithCancel(context.Background())
		wait := w.engine.Start(ctx)
		time.Sleep(10 * time.Minute)
		makeRoom()
		time.Sleep(10 * time.Minute)
		cancel()
		wait()
		if s, err := w.ob.AccountState("a"); err != nil || !s.Paused || !s.Stopped {
			t.Errorf("%+v, %v", s, err)
		}
	})
}

// A delivery in flight whose account is configured no longer.
func TestAStartOnAFullDiskAsksForAccountsThatAreGoneToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "a", "b")
		ids := w.enqueue("Un essai", time.Time{})
		w.crash(ids[1], true)
		opt := w.engine.opt
		opt.Accounts = opt.Accounts[:1]
		e, err := New(opt)
		if err != nil {
			t.Fatal(err)
		}
		w.engine = e
		makeRoom := w.fillDisk()
		if err := w.engine.Recover(time.Now()); err == nil {
			t.Error("the disk is not full")
		}
		ctx, cancel := context.WithCancel(context.Background())
		wait := w.engine.Start(ctx)
		time.Sleep(time.Minute)
		makeRoom()
		time.Sleep(10 * time.Minute)
		cancel()
		wait()
		if d := w.delivery(ids[1]); d.State != delivery.Unknown {
			t.Errorf("it is %s", d.State)
		}
	})
}
