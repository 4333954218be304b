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
