package dispatch

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"crieur/internal/delivery"
)

// A login that is refused is told whatever came before it, and a platform that could not
// be asked is asked again soon, not a day later.
func TestARefusedLoginIsToldWhateverCameBefore(t *testing.T) {
	type line struct {
		Kind string
		Over bool
	}
	down, refused := fails(delivery.Refused, 0), fails(delivery.Auth, 0)
	for name, row := range map[string]struct {
		logins []error
		want   []line
	}{
		"down, then refused, then well": {[]error{down, refused, nil}, []line{{AlertToken, false}, {AlertToken, true}}},
		"refused for two days":          {[]error{refused, refused}, []line{{AlertToken, false}, {AlertToken, true}}},
		"down for a while":              {[]error{down, down, nil}, nil},
		"well":                          {nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, "a")
				var got []line
				w.engine.opt.Alert = func(a Alert) { got = append(got, line{a.Kind, a.Over}) }
				w.restart(nil)
				w.fakes["a"].logins = row.logins
				stop := w.run()
				time.Sleep(73 * time.Hour)
				stop()
				if diff := cmp.Diff(row.want, got); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
				if c, err := w.ob.LoginCheck("a"); err != nil || c.VerifiedAs != "newsbot" || c.Error != "" {
					t.Errorf("%+v, %v", c, err)
				}
			})
		})
	}
}

func TestAPlatformThatCouldNotBeAskedIsAskedAgainSoon(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "a")
		w.fakes["a"].logins = []error{fails(delivery.Refused, 0), nil}
		defer w.run()()
		time.Sleep(limitsRetry + time.Minute)
		if c, err := w.ob.LoginCheck("a"); err != nil || c.VerifiedAs != "newsbot" {
			t.Errorf("%+v, %v", c, err)
		}
	})
}

// The alarm for the promise itself.
func TestAPostFoundUnderAnotherIDIsToldAPerson(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "a")
		var got []Alert
		w.engine.opt.VerifyPosts, w.engine.opt.Alert = true, func(a Alert) { got = append(got, a) }
		w.restart(nil)
		id := w.enqueue("Une fois", time.Time{})[0]
		stop := w.run()
		synctest.Wait()
		w.fakes["a"].rename("another")
		time.Sleep(time.Hour)
		stop()
		if len(got) != 1 || got[0].Kind != AlertDoubled || got[0].Delivery != id {
			t.Errorf("alerts: %+v", got)
		}
	})
}
