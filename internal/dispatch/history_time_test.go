package dispatch

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/platform"
)

// slotted plays a story with one account that posts by a schedule, from a moment until another.
func slotted(t *testing.T, thread, from, until string, s setting, articles int, want ...string) {
	t.Helper()
	t.Run(thread, func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			w := pacedAt(t, from, s)
			for i := range articles {
				w.later(fmt.Sprint("Brève ", i), 0, time.Time{}, time.Time{})
			}
			stop := w.run()
			sleepUntil(t, until)
			stop()
			if got := w.clocks(); fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("posted at %v, want %v", got, want)
			}
		})
	})
}

func TestHistoryOfTime(t *testing.T) {
	paris := func(expr string) setting { return setting{zone: "Europe/Paris", exprs: []string{expr}} }
	slotted(t, "robfig/cron PR #541: a job at 02:00 skipped when the clocks change", "2027-03-27 12:00", "2027-03-29 12:00",
		paris("0 2 * * *"), 5, "28 01:00", "29 00:00")
	slotted(t, "[run] slots kept as UTC hours drift at each change", "2027-10-30 00:00", "2027-11-01 12:00",
		paris("0 9 * * *"), 5, "30 07:00", "31 08:00", "01 08:00")
	slotted(t, "Automattic/jetpack#31967: skipped while shown as due", "2027-01-04 08:59", "2027-01-04 09:01",
		setting{zone: "UTC", exprs: []string{"0 9 * * *"}}, 1, "04 09:00")
}

func TestHistoryOfSchedules(t *testing.T) {
	t.Run("n8n-io/n8n#23711: a changed schedule never fires again; #28322: the old one still fires", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			w := pacedAt(t, "2027-01-04 08:30", setting{zone: "UTC", exprs: []string{"0 9 * * *"}})
			for i := range 4 {
				w.later(fmt.Sprint("Brève ", i), 0, time.Time{}, time.Time{})
			}
			stop := w.run()
			sleepUntil(t, "2027-01-04 12:00")
			stop()
			changed := setting{zone: "UTC", exprs: []string{"0 15 * * *"}}
			w.restart(func(a *Account) { a.Pace = changed.pace(t) })
			stop = w.run()
			sleepUntil(t, "2027-01-06 12:00")
			stop()
			if got, want := fmt.Sprint(w.clocks()), "[04 09:00 04 15:00 05 15:00]"; got != want {
				t.Errorf("posted at %v, want %v", got, want)
			}
		})
	})
	t.Run("Codeinwp/tweet-old-post#1102: down for months, then a burst; n8n [run]: slots missed while down skipped without a word", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			w := pacedAt(t, "2027-01-04 08:30", setting{zone: "UTC", exprs: []string{"0 * * * *"}, spacing: time.Minute})
			for i := range 200 {
				w.later(fmt.Sprint("Brève ", i), 0, time.Time{}, time.Time{})
			}
			sleepUntil(t, "2027-04-04 08:30")
			stop := w.run()
			sleepUntil(t, "2027-04-04 10:30")
			stop()
			if got, want := fmt.Sprint(w.clocks()), "[04 08:30 04 09:00 04 10:00]"; got != want {
				t.Errorf("posted at %v, want one for all that was missed, then the slots: %v", got, want)
			}
		})
	})
	t.Run("gitroomhq/postiz-app#1551: a dependency down at start, and it never polls", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			w := pacedAt(t, "2027-01-04 08:30", setting{zone: "UTC"})
			w.restart(func(a *Account) { a.Client = unreachable{w.fakes["a"]} })
			id := w.later("Brève", 0, time.Time{}, time.Time{})
			stop := w.run()
			sleepUntil(t, "2027-01-04 08:31")
			stop()
			if d := w.delivery(id); d.State != delivery.Delivered {
				t.Errorf("it is %s", d.State)
			}
		})
	})
}

// unreachable tells neither who it is nor its limits, but posts.
type unreachable struct{ *fake }

var errDown = errors.New("no route to host")

func (unreachable) Verify(context.Context) (platform.Identity, error) {
	return platform.Identity{}, errDown
}
func (unreachable) Limits(context.Context) (delivery.Limits, error) {
	return delivery.Limits{}, errDown
}
