package dispatch

import (
	"testing"
	"testing/synctest"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/outbox"
	"crieur/internal/platform"
)

// asleep lets a day pass without a turn of the account's worker, as a machine that sleeps.
func (w *world) asleep(inFlight bool) (stop func()) {
	w.t.Helper()
	const day = 24 * time.Hour
	if inFlight { // the request takes the day: neither its timer nor anything else runs
		slept := false
		w.fakes["a"].onPost = func(platform.Post) {
			if !slept {
				slept = true
				time.Sleep(day)
			}
		}
		stop = w.run()
		time.Sleep(day)
		return stop
	}
	pause, err := w.engine.workers[0].turn(w.t.Context())
	if err != nil || pause <= 0 {
		w.t.Fatalf("a turn with nothing due: %s, %v", pause, err)
	}
	time.Sleep(day)
	return w.run()
}

func TestAMachineThatSleptADayPostsOnceWhatBecameDue(t *testing.T) {
	for _, row := range []struct {
		name     string
		inFlight bool
		answer   error
		lands    bool
	}{
		{"nothing in flight", false, nil, false},
		{"the answer waited", true, nil, true},
		{"the connection broke, and it landed", true, fails(delivery.Ambiguous, 0), true},
		{"the connection broke, and it is not there", true, fails(delivery.Ambiguous, 0), false},
	} {
		t.Run(row.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newDatedWorld(t, "a")
				f := w.fakes["a"]
				f.script, f.lands = []error{row.answer}, map[int]bool{1: row.lands}
				now := time.Now()
				var ids []string
				if row.inFlight {
					ids = append(ids, w.at(now, "a", "En vol", time.Time{}))
				}
				ids = append(ids, w.at(now, "a", "Dans deux heures", now.Add(2*time.Hour)), w.at(now, "a", "Dans cinq heures", now.Add(5*time.Hour)))
				tomorrow := w.at(now, "a", "Demain", now.Add(27*time.Hour))
				stale := w.store(outbox.NewArticle{
					Article: anArticle("Périmé"), Deliveries: []outbox.NewDelivery{{Due: now.Add(time.Hour), Expires: now.Add(3 * time.Hour)}},
				}).Deliveries[0].ID

				stop := w.asleep(row.inFlight)
				time.Sleep(time.Hour)
				w.each("a", ids...)
				if d := w.delivery(stale); d.State != delivery.Expired {
					t.Errorf("what expired in the night is %s", d.State)
				}
				if d := w.delivery(tomorrow); d.State != delivery.Scheduled {
					t.Errorf("what is due in two hours is %s", d.State)
				}
				time.Sleep(3 * time.Hour)
				stop()
				w.each("a", append(ids, tomorrow)...)
			})
		})
	}
}
