package dispatch

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"crieur/internal/delivery"
	"crieur/internal/outbox"
	"crieur/internal/platform"
)

// At the budget the account waits for the month's turn, warns before, and keeps its queue.
func TestTheBudgetHoldsUntilTheMonthTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := pacedAt(t, "2027-01-30 08:00", setting{zone: "Europe/Paris", budget: outbox.MicrosOf(1)})
		var alerts []string
		w.engine.opt.Alert = func(a Alert) {
			if a.Kind == AlertBudget {
				alerts = append(alerts, a.Text)
			}
		}
		for i := range 8 {
			w.later(fmt.Sprint("Brève ", i), 0, time.Time{}, time.Time{})
		}
		stop := w.run()
		sleepUntil(t, "2027-01-31 12:00")
		st, err := w.engine.Status(time.Now())
		if err != nil {
			t.Fatal(err)
		}
		if a := st.Accounts[0]; a.State != StateWaiting || !strings.Contains(a.Reason, "$1.00 a month") || a.Queued != 3 {
			t.Errorf("status says %+v", a)
		}
		stop()
		w.restart(nil) // found out again, not remembered: another budget may be configured
		stop = w.run()
		sleepUntil(t, "2027-01-31 22:59")
		if n := len(w.fakes["a"].requests()); n != 5 {
			t.Errorf("%d posts for $0.20 each out of $1", n)
		}
		sleepUntil(t, "2027-02-01 09:00")
		stop()
		if n := len(w.fakes["a"].requests()); n != 8 || w.clocks()[5] != "31 23:00" { // midnight in Paris
			t.Errorf("%d posts, at %v", n, w.clocks())
		}
		want := []string{
			"$0.80 of the month's $1.00 are spent",
			"the budget of $1.00 a month is used up (spent $1.000, the next post costs $0.200): no post before 2027-02-01T00:00:00+01:00; raise monthly_budget_usd, or wait",
		}
		if diff := cmp.Diff(append(want, want[1], "the budget permits posts again"), alerts); diff != "" { // the third is of the restart
			t.Errorf("alerts (-want +got):\n%s", diff)
		}
	})
}

func TestARefusedPostCostsNothingNorDoesOneProvenAbsent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := pacedAt(t, "2027-01-04 08:00", setting{zone: "UTC", budget: outbox.MicrosOf(10)})
		w.fakes["a"].script = []error{fails(delivery.Refused, 0), fails(delivery.Ambiguous, 0), nil}
		id := w.later("Brève", 0, time.Time{}, time.Time{})
		stop := w.run()
		sleepUntil(t, "2027-01-04 09:00")
		stop()
		if d := w.delivery(id); d.State != delivery.Delivered || len(d.Attempts) != 3 {
			t.Fatalf("it is %s after %d attempts", d.State, len(d.Attempts))
		}
		if spent, err := w.ob.Spent("a", "2027-01"); err != nil || spent != outbox.MicrosOf(0.2) {
			t.Errorf("spent %d micros (%v), want that of one post", spent, err)
		}
	})
}

func TestEachBillableReadIsInTheLedger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := pacedAt(t, "2027-01-04 08:00", setting{zone: "UTC"})
		meter := &Meter{}
		w.restart(func(a *Account) {
			a.Meter = meter
			a.Price = func(op platform.Op, units int) outbox.Micros {
				return map[platform.Op]outbox.Micros{platform.OpReadOwned: 1000, platform.OpReadUser: 10_000}[op] * outbox.Micros(units)
			}
		})
		for _, u := range []platform.Usage{
			{Op: platform.OpReadUser, Units: 1}, {Op: platform.OpReadOwned, Units: 5}, {Op: platform.OpReadOwned, Units: 0},
			{Op: platform.OpPost, Units: 1}, // its claim has booked it
			{Op: platform.OpOther, Units: 1},
		} {
			meter.Observe(u)
		}
		var got []string
		if err := w.ob.Ledger("a", func(c outbox.Charge) bool { got = append(got, fmt.Sprint(c.Op, c.Units, c.Cost)); return true }); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"read_user1 10000", "read_owned5 5000"}, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		st, err := w.engine.Status(time.Now())
		if err != nil || st.Accounts[0].SpentUSD == nil || *st.Accounts[0].SpentUSD != 0.015 {
			t.Errorf("status says %+v, %v", st.Accounts[0], err)
		}
	})
}

// billed is a client for which a look at its own login costs money.
type billed struct {
	*fake
	asked, told *int
}

func (b billed) Verify(ctx context.Context) (platform.Identity, error) {
	*b.asked++
	return b.fake.Verify(ctx)
}

func (b billed) Remember(id platform.Identity) {
	if id.Username == "newsbot" && id.ID == "1" {
		*b.told++
	}
}

func TestALoginIsVerifiedOnceADayHoweverOftenTheDaemonStarts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := pacedAt(t, "2027-01-04 08:30", setting{zone: "UTC"})
		var asked, told int
		login := "one"
		start := func() {
			w.restart(func(a *Account) {
				a.Client, a.Login = billed{w.fakes["a"], &asked, &told}, login
				a.Price = func(platform.Op, int) outbox.Micros { return 0 }
			})
			stop := w.run()
			time.Sleep(time.Hour)
			stop()
		}
		for range 10 {
			start()
		}
		if asked != 1 || told != 9 {
			t.Errorf("asked %d times, remembered %d times, in ten hours", asked, told)
		}
		login = "another"
		start()
		if asked != 2 {
			t.Errorf("a new login was asked %d times", asked-1)
		}
		stop := w.run()
		time.Sleep(49 * time.Hour)
		stop()
		if asked != 4 {
			t.Errorf("asked %d times in two days more", asked-2)
		}
	})
}
