package dispatch

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"crieur/internal/delivery"
)

// Whoever was told of a state hears of its end.
func TestTheEndOfAStateIsTold(t *testing.T) {
	type line struct {
		Kind string
		Over bool
	}
	for name, row := range map[string]struct {
		script []error
		hour   int // of the breaker
		act    func(w *world) error
		want   []line
	}{
		"resumed": {[]error{fails(delivery.Auth, 0)}, 0, func(w *world) error { return w.engine.Resume("a") },
			[]line{{AlertStopped, false}, {AlertStopped, true}}},
		"the moment that the platform named came": {[]error{fails(delivery.Quota, 2*time.Hour)}, 0, nil,
			[]line{{AlertStopped, false}, {AlertStopped, true}}},
		"its login was changed": {[]error{fails(delivery.Auth, 0)}, 0, func(w *world) error {
			w.restart(func(a *Account) { a.Login = "another" })
			return nil
		}, []line{{AlertStopped, false}, {AlertStopped, true}}},
		"the breaker's hour is over": {nil, 2, nil, []line{{AlertBreaker, false}, {AlertBreaker, true}}},
		"a pause is no news":         {nil, 0, func(w *world) error { return w.engine.Pause("a") }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, "a")
				var got []line
				w.engine.opt.Alert = func(a Alert) { got = append(got, line{a.Kind, a.Over}) }
				w.engine.opt.PerHour = row.hour
				w.restart(func(a *Account) { a.Login = "one" })
				w.fakes["a"].answers(row.script...)
				for _, title := range []string{"Un", "Deux", "Trois"} {
					w.enqueue(title, time.Time{})
				}
				stop := w.run()
				time.Sleep(30 * time.Minute)
				if row.act != nil {
					stop()
					if err := row.act(w); err != nil {
						t.Fatal(err)
					}
					stop = w.run()
				}
				time.Sleep(5 * time.Hour)
				stop()
				if diff := cmp.Diff(row.want, got); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			})
		})
	}
}
