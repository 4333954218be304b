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
