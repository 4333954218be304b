package dispatch

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"crieur/internal/delivery"
	"crieur/internal/outbox"
	"crieur/internal/schedule"
)

// What was posted, and which slot was used, while the clock was ahead must not keep an
// account silent until the clock comes there again.
func TestAClockSetBackSilencesNoSchedule(t *testing.T) {
	for name, s := range map[string]setting{
		"spacing":    {zone: "UTC", spacing: 2 * time.Minute},
		"per day":    {zone: "UTC", perDay: 3},
		"the slot":   {zone: "UTC", exprs: []string{"0 * * * *"}},
		"everything": {zone: "UTC", exprs: []string{"0 * * * *"}, spacing: time.Hour, perDay: 4},
	} {
		for _, by := range []time.Duration{time.Hour, 24 * time.Hour, 365 * 24 * time.Hour} {
			t.Run(fmt.Sprint(name, " ", by), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					w := pacedAt(t, "2027-01-04 08:30", s)
					then := time.Now().Add(by)
					for i := range 3 {
						id := w.at(then, "a", fmt.Sprint("En avance ", i), time.Time{})
						terms := outbox.Terms{Slot: then, Compose: func(a outbox.Article) (string, error) { return a.Title, nil }}
						if _, err := w.ob.Claim(id, then, terms); err != nil {
							t.Fatal(err)
						}
						out := outbox.Outcome{To: delivery.Delivered, Class: delivery.OK, Receipt: &delivery.Receipt{PostID: "p", PostedAt: then}}
						if _, err := w.ob.Settle(id, 1, then, out); err != nil {
							t.Fatal(err)
						}
					}
					waiting := w.at(then, "a", "Remise avant", time.Time{}) // when the clock was ahead
					stop := w.run()
					for range 26 {
						time.Sleep(time.Hour + 300*time.Microsecond)
						w.engine.Wake() // late, as true timers are
					}
					stop()
					if d := w.delivery(waiting); d.State != delivery.Delivered {
						t.Errorf("after a day it is %s", d.State)
					}
				})
			})
		}
	}
}

// Neither many moments nor many slots starve the other.
func TestABacklogOfMomentsDoesNotStarveTheSlots(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := pacedAt(t, "2027-01-04 08:30", setting{zone: "UTC", exprs: []string{"0 * * * *"}, spacing: 10 * time.Minute})
		stop := w.run()
		defer stop()
		free := w.later("Au créneau", 0, time.Time{}, time.Now().Add(48*time.Hour))
		for i := range 100 {
			w.later(fmt.Sprint("Tout de suite ", i), 0, time.Now(), time.Time{})
		}
		sleepUntil(t, "2027-01-04 10:00")
		for i := range 100 { // wanted after the slot
			w.later(fmt.Sprint("Aussi ", i), 0, time.Now(), time.Time{})
		}
		sleepUntil(t, "2027-01-05 02:00") // those that were wanted before took sixteen hours and a half
		if d := w.delivery(free); d.State != delivery.Delivered {
			t.Errorf("the slot's post is %s", d.State)
		}
	})
}

// Two looks that find nothing prove that there was no post: it costs and counts nothing.
func TestAPostProvenAbsentIsGivenBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := pacedAt(t, "2027-01-04 08:30", setting{zone: "UTC", perDay: 2, budget: outbox.MicrosOf(1)})
		w.fakes["a"].script = []error{fails(delivery.Ambiguous, 0), fails(delivery.Ambiguous, 0)}
		stop := w.run()
		defer stop()
		w.later("La première", 0, time.Time{}, time.Time{})
		sleepUntil(t, "2027-01-04 10:00")
		p, err := w.ob.Pace("a")
		if err != nil || len(p.Posts) != 1 {
			t.Errorf("%d posts counted (%v), one exists", len(p.Posts), err)
		}
		if spent, err := w.ob.Spent("a", "2027-01"); err != nil || spent != outbox.MicrosOf(0.2) {
			t.Errorf("spent %v (%v)", spent, err)
		}
	})
}

// A dear post that is taken away lets the others go, and one that no month's budget
// pays for says so and expires like any other.
func TestTheBudgetLooksAtThePostThatIsNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := pacedAt(t, "2027-01-04 08:30", setting{zone: "UTC", budget: outbox.MicrosOf(0.3)})
		var alerts []string
		w.engine.opt.Alert = func(a Alert) { alerts = append(alerts, a.Kind+" "+a.Text) }
		w.restart(func(a *Account) {
			a.Cost = func(text string) float64 {
				if len(text) > 0 && text[0] == 'C' { // "Cher"
					return 0.5
				}
				return 0.2
			}
		})
		stop := w.run()
		defer stop()
		dear := w.later("Cher", 0, time.Time{}, time.Now().Add(2*time.Hour))
		w.later("Bon marché", 0, time.Time{}, time.Time{})
		sleepUntil(t, "2027-01-04 10:29")
		if n := len(w.fakes["a"].requests()); n != 0 {
			t.Fatalf("%d posts", n)
		}
		sleepUntil(t, "2027-01-04 10:31")
		if d := w.delivery(dear); d.State != delivery.Expired || len(w.fakes["a"].requests()) != 1 {
			t.Errorf("the dear one is %s, %d posts", d.State, len(w.fakes["a"].requests()))
		}
		if len(alerts) != 3 || alerts[2] != "budget the budget permits posts again" || alerts[0] != "budget the next post costs $0.500, more than the budget of a whole month ($0.30): raise monthly_budget_usd, or cancel it" {
			t.Errorf("alerts: %q", alerts)
		}
	})
}

// What an operator takes away stands in nobody's way any more.
func TestADearPostThatIsCancelledLetsTheOthersGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := pacedAt(t, "2027-01-04 08:30", setting{zone: "UTC", budget: outbox.MicrosOf(0.3)})
		w.restart(func(a *Account) {
			a.Cost = func(text string) float64 { return map[bool]float64{true: 0.25, false: 0.05}[text[0] == 'C'] }
		})
		stop := w.run()
		defer stop()
		for _, title := range []string{"Bref", "Bon"} {
			w.later(title, 1, time.Time{}, time.Time{})
		}
		dear := w.later("Cher", 0, time.Time{}, time.Time{})
		w.later("Peu", -1, time.Time{}, time.Time{})
		time.Sleep(time.Hour)
		if n := len(w.fakes["a"].requests()); n != 2 {
			t.Fatalf("%d posts before the dear one", n)
		}
		if _, err := w.ob.Move(dear, time.Now(), outbox.Outcome{To: delivery.Cancelled}); err != nil {
			t.Fatal(err)
		}
		w.engine.Wake()
		time.Sleep(time.Minute)
		st, err := w.engine.Status(time.Now())
		if n := len(w.fakes["a"].requests()); n != 3 || err != nil || st.Accounts[0].State != StateRunning {
			t.Errorf("%d posts, the account is %+v, %v", n, st.Accounts[0], err)
		}
	})
}

// Looking back in spans finds the slot that walking finds.
func TestTheLastSlotIsFoundWithoutWalking(t *testing.T) {
	begin := time.Date(2027, 3, 26, 0, 0, 0, 0, time.UTC)
	rapid.Check(t, func(rt *rapid.T) {
		s := drawSetting(rt)
		p := s.pace(t)
		if p.Slots == nil {
			rt.Skip("no slots")
		}
		now := begin.Add(time.Duration(rapid.IntRange(1, 10*24*3600).Draw(rt, "seconds")) * time.Second)
		first, ok := p.Slots.Next(begin)
		if !ok || first.At.After(now) {
			rt.Skip("no slot yet")
		}
		want := first
		for next, ok := p.Slots.Next(want.At); ok && !next.At.After(now); next, ok = p.Slots.Next(want.At) {
			want = next
		}
		if got := p.lastSlot(first, now); got != want {
			rt.Fatalf("%+v at %v: %+v, want %+v", s, now, got, want)
		}
	})
}

// Where the first of a month has no midnight, the month still turns.
func TestTheMonthTurnsWhereMidnightIsSkipped(t *testing.T) {
	zone, err := time.LoadLocation("America/Asuncion")
	if err != nil {
		t.Fatal(err)
	}
	p := Pace{Rules: schedule.Rules{Zone: zone}}
	before := time.Date(2023, 9, 30, 23, 59, 59, 0, zone)
	next := p.nextMonth(before)
	if !next.After(before) || p.month(next) != "2023-10" || next.Sub(before) > time.Second {
		t.Errorf("after %v the month turns at %v", before, next)
	}
}
