package dispatch

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/platform"
)

func TestNotReadyNamesTheAccountAndWhy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "a", "b")
		is := func(when string, want ...string) {
			t.Helper()
			if got := w.engine.NotReady(time.Now()); !slices.Equal(got, want) || w.engine.Ready(time.Now()) != (want == nil) {
				t.Errorf("%s: %q, want %q", when, got, want)
			}
		}
		is("before the start", "the workers do not run")
		hang := make(chan struct{})
		w.fakes["b"].onPost = func(platform.Post) { <-hang }
		stop := w.run()
		time.Sleep(time.Hour)
		is("idle for an hour")
		w.enqueue("Un essai", time.Time{})
		time.Sleep(stuckAfter)
		is("busy as long as it may be")
		time.Sleep(time.Second)
		is("busy for longer", "account b: a turn takes 2m1s, more than 2m0s is too long")
		if w.engine.Turning(time.Now()) {
			t.Error("a stuck worker turns")
		}
		close(hang)
		time.Sleep(time.Second)
		is("answered")

		// A worker that sleeps longer than it wanted to: its timer did not fire.
		b := w.engine.workers[1]
		b.mu.Lock()
		b.nextTurn = time.Now()
		b.mu.Unlock()
		time.Sleep(stuckAfter + time.Second)
		is("late", "account b: a turn is late by 2m1s, more than 2m0s is too long")
		w.engine.Wake()
		time.Sleep(time.Second)
		is("woken")
		stop()
		is("after the end", "the workers do not run")
	})
}

// TestWhoMayWaitForACopyThatGetsOnIsNotStuck, however long it takes; once the copy hangs,
// or is over, a worker that does not turn is.
func TestWhoMayWaitForACopyThatGetsOnIsNotStuck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "a")
		hang, disk := make(chan struct{}), make(slowDisk)
		w.fakes["a"].onPost = func(platform.Post) { <-hang }
		stop := w.run()
		w.enqueue("Un essai", time.Time{})
		synctest.Wait()
		copied := make(chan error, 1)
		go func() { copied <- w.ob.Backup(disk, nil) }()
		for range 2 { // of at least three pieces
			time.Sleep(stuckAfter)
			if !w.engine.Turning(time.Now()) {
				t.Error("stuck while the copy gets on")
			}
			disk <- struct{}{}
			synctest.Wait()
		}
		time.Sleep(stuckAfter + time.Second)
		if w.engine.Turning(time.Now()) {
			t.Error("turning although the copy hangs too")
		}
		close(disk)
		if err := <-copied; err != nil {
			t.Error(err)
		}
		if !w.engine.Turning(time.Now()) {
			t.Error("who waited for the copy has no time to go on")
		}
		time.Sleep(stuckAfter + time.Second)
		if w.engine.Turning(time.Now()) {
			t.Error("turning although nothing is copied any more")
		}
		close(hang)
		stop()
	})
}

// slowDisk takes each piece when it is let.
type slowDisk chan struct{}

func (d slowDisk) Write(b []byte) (int, error) {
	<-d
	return len(b), nil
}

func TestTurnsAreDatedAndAnIdleWorkerIsNoStuckOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "a")
		if got := w.engine.Turns(); len(got) != 1 || !got[0].Last.IsZero() || got[0].Account != "a" {
			t.Errorf("before the start: %+v", got)
		}
		stop := w.run()
		time.Sleep(24 * time.Hour)
		synctest.Wait()
		before := w.engine.Turns()[0].Last
		w.enqueue("Un essai", time.Time{})
		time.Sleep(time.Second)
		if after := w.engine.Turns()[0].Last; !after.After(before) || time.Since(after) > time.Second {
			t.Errorf("last turn %v, before it %v, now %v", after, before, time.Now())
		}
		stop()
	})
}

func TestAttemptsLooksAndTheBreakerAreCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "a")
		var got []string
		w.engine.opt.PerHour = 3
		w.engine.opt.Count = func(c Counted) { got = append(got, fmt.Sprint(c.What, " ", c.Account, " ", c.Result)) }
		f := w.fakes["a"]
		f.script = []error{fails(delivery.Refused, 0), fails(delivery.Ambiguous, 0)}
		f.lands = map[int]bool{2: true}
		for n := range 3 {
			w.enqueue(fmt.Sprintf("Un essai numéro %d", n), time.Time{})
		}
		stop := w.run()
		time.Sleep(30 * time.Minute)
		stop()
		want := []string{"0 a refused", "0 a ambiguous", "1 a found", "0 a ok", "2 a "}
		slices.Sort(got)
		slices.Sort(want)
		if strings.Join(got, ", ") != strings.Join(want, ", ") {
			t.Errorf("counted %q, want %q", got, want)
		}
	})
}
