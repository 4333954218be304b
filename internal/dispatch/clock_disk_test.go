//go:build linux

package dispatch

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"crieur/internal/delivery"
)

// fillDisk makes every write to the outbox fail with "no space left on device" (or by
// its size where it has to grow), until the function it returns makes room again. What
// is open as its file becomes the kernel's own full disk: on a small real one a settling
// finds room in the pages that its claim gave free.
func (w *world) fillDisk() (makeRoom func()) {
	w.t.Helper()
	full, err := os.OpenFile("/dev/full", os.O_RDWR, 0)
	if err != nil {
		w.t.Fatal(err)
	}
	file := w.outboxFile()
	kept, err := syscall.Dup(file) // keeps the lock as well
	if err != nil {
		w.t.Fatal(err)
	}
	if err := syscall.Dup3(int(full.Fd()), file, syscall.O_CLOEXEC); err != nil {
		w.t.Fatal(err)
	}
	return func() {
		w.t.Helper()
		if err := syscall.Dup3(kept, file, syscall.O_CLOEXEC); err != nil {
			w.t.Fatal(err)
		}
		if err := syscall.Close(kept); err != nil {
			w.t.Error(err)
		}
		if err := full.Close(); err != nil {
			w.t.Error(err)
		}
	}
}

// outboxFile is the number under which this process has the outbox open.
func (w *world) outboxFile() int {
	w.t.Helper()
	links, err := filepath.Glob("/proc/self/fd/*")
	if err != nil {
		w.t.Fatal(err)
	}
	for _, l := range links {
		to, err := os.Readlink(l)
		if err != nil || to != w.ob.Path() {
			continue // closed meanwhile, or another file
		}
		var n int
		if _, err := fmt.Sscan(filepath.Base(l), &n); err != nil {
			w.t.Fatal(err)
		}
		return n
	}
	w.t.Fatalf("no open file of this process is %s", w.ob.Path())
	return -1
}

// An answer that comes while the disk is full is known to this process alone.
func TestAnAnswerThatCannotBeRecordedIsKeptUntilTheDiskHasRoom(t *testing.T) {
	for _, row := range []struct {
		name     string
		answer   error
		lands    bool
		requests int
	}{
		{"success", nil, true, 1},
		{"refused", fails(delivery.Refused, 0), false, 2},
		{"no answer, and it landed", fails(delivery.Ambiguous, 0), true, 1},
		{"no answer, and it is not there", fails(delivery.Ambiguous, 0), false, 2},
	} {
		t.Run(row.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, "a")
				var log strings.Builder
				w.engine.opt.Log = slog.New(slog.NewTextHandler(&log, nil))
				w.restart(nil)
				f := w.fakes["a"]
				f.script, f.lands, f.slow = []error{row.answer}, map[int]bool{1: row.lands}, 10*time.Second
				first, second := w.enqueue("Un essai", time.Time{})[0], w.enqueue("Un autre", time.Time{})[0]
				stop := w.run()
				time.Sleep(5 * time.Second) // the request is in flight
				makeRoom := w.fillDisk()
				time.Sleep(time.Hour)

				if d := w.delivery(first); d.State != delivery.Sending || len(f.requests()) != 1 {
					t.Errorf("on a full disk: %s after %d requests", d.State, len(f.requests()))
				}
				w.saysThatTheDiskIsFull()
				makeRoom()
				time.Sleep(time.Hour)
				if w.each("a", first, second); len(f.requests()) != row.requests+1 {
					t.Errorf("%d requests for two posts, want %d", len(f.requests()), row.requests+1)
				}
				if !w.engine.Ready(time.Now()) {
					t.Error("not ready although the disk has room")
				}
				stop() // what it logs is read after it has ended
				kept := strings.Count(log.String(), "the platform's answer cannot be recorded, trying again")
				if kept < 3 || kept > 100 {
					t.Errorf("an hour on a full disk is logged %d times:\n%.2000s", kept, log.String())
				}
				if row.answer == nil && !strings.Contains(log.String(), "https://social.example/1") {
					t.Errorf("the log does not name the post:\n%.2000s", log.String())
				}
			})
		})
	}
}

// saysThatTheDiskIsFull: operators are told, and the service manager does not end the
// one process that knows the answer.
func (w *world) saysThatTheDiskIsFull() {
	w.t.Helper()
	now := time.Now()
	st, err := w.engine.Status(now)
	if err != nil {
		w.t.Fatal(err)
	}
	if a := st.Accounts[0]; st.Ready || a.State != StateWaiting || !strings.HasPrefix(a.Reason, "outbox: ") {
		w.t.Errorf("on a full disk: ready %v, the account is %q because %q", st.Ready, a.State, a.Reason)
	}
	if !w.engine.Turning(now) {
		w.t.Error("a worker that waits for the disk counts as stuck: its process would be ended, and the answer lost with it")
	}
}

// A stop while the disk is full forgets the answer, and the next start asks for it.
func TestAnAnswerThatWasNeverRecordedIsLookedForAtTheNextStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "a")
		f := w.fakes["a"]
		f.slow = 10 * time.Second
		id := w.enqueue("Un essai", time.Time{})[0]
		stop := w.run()
		time.Sleep(5 * time.Second)
		makeRoom := w.fillDisk()
		time.Sleep(time.Minute)
		stop()
		makeRoom()
		if d := w.delivery(id); d.State != delivery.Sending {
			t.Errorf("after the stop: %s", d.State)
		}
		w.restart(nil)
		w.during(time.Hour)
		if w.each("a", id); len(f.requests()) != 1 || f.lookCount() == 0 {
			t.Errorf("%d requests, %d looks", len(f.requests()), f.lookCount())
		}
	})
}

// Nothing is sent whose intent is not on disk.
func TestNothingIsSentWhileTheDiskIsFull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "a")
		id := w.enqueue("Un essai", time.Now().Add(time.Minute))[0]
		stop := w.run()
		synctest.Wait()
		makeRoom := w.fillDisk()
		time.Sleep(time.Hour)
		if n := len(w.fakes["a"].requests()); n != 0 {
			t.Errorf("%d requests on a full disk", n)
		}
		w.saysThatTheDiskIsFull()
		makeRoom()
		time.Sleep(longestSleep)
		stop()
		w.each("a", id)
	})
}

// A reload that cannot be carried out on a full disk starts the engine before again:
// it finds what it itself left in flight.
func TestAnEngineThatStartsAgainFindsItsOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "a")
		w.fakes["a"].slow = 10 * time.Second
		id := w.enqueue("Un essai", time.Time{})[0]
		stop := w.run()
		time.Sleep(5 * time.Second)
		makeRoom := w.fillDisk()
		time.Sleep(time.Minute)
		if !w.engine.Troubled() {
			t.Error("an answer waits for the disk, and nobody says so")
		}
		stop() // gives up the answer
		ctx, cancel := context.WithCancel(t.Context())
		wait := w.engine.Start(ctx) // no Recover: it failed
		time.Sleep(time.Minute)
		makeRoom()
		time.Sleep(time.Hour)
		cancel()
		wait()
		if w.each("a", id); len(w.fakes["a"].requests()) != 1 {
			t.Errorf("%d requests", len(w.fakes["a"].requests()))
		}
	})
}
