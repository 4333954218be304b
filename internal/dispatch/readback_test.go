package dispatch

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"crieur/internal/delivery"
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
