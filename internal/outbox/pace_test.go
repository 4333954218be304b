package outbox

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"crieur/internal/delivery"
)

// priced is a claim's terms for an account that pays.
func priced(usd float64) Terms {
	return Terms{Compose: compose, Month: "2026-03", Cost: func(string) Micros { return MicrosOf(usd) }}
}

func mustPace(t *testing.T, o *Outbox) Pace {
	t.Helper()
	p, err := o.Pace("masto")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func mustSpent(t *testing.T, o *Outbox, month string) Micros {
	t.Helper()
	m, err := o.Spent("masto", month)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Whatever may have been posted counts, what certainly was not is given back.
func TestAPostCountsAndIsPaidUnlessItCertainlyDoesNotExist(t *testing.T) {
	for class, counts := range map[delivery.Class]bool{
		delivery.OK: true, delivery.Ambiguous: true, "": true, // "": the daemon crashed
		delivery.Refused: false, delivery.Throttled: false, delivery.Auth: false, delivery.Quota: false, delivery.Permanent: false,
	} {
		t.Run(string(class), func(t *testing.T) {
			o := openNew(t)
			id := mustEnqueue(t, o, fresh(1, "masto"))[0].Deliveries[0].ID
			at := t0.Add(1234567 * time.Nanosecond)
			if _, err := o.Claim(id, at, priced(0.2)); err != nil {
				t.Fatal(err)
			}
			switch class {
			case "":
			case delivery.OK:
				mustSettle(t, o, id, 1, at, delivered("1"))
			case delivery.Ambiguous:
				mustSettle(t, o, id, 1, at, ambiguous())
			case delivery.Permanent:
				mustSettle(t, o, id, 1, at, Outcome{To: delivery.Dead, Class: class, Error: "no"})
			case delivery.Refused, delivery.Throttled, delivery.Auth, delivery.Quota:
				mustSettle(t, o, id, 1, at, Outcome{To: delivery.Scheduled, Class: class, Error: "no", Due: t0.Add(time.Minute)})
			}
			want := 0
			if counts {
				want = 1
			}
			if p := mustPace(t, o); len(p.Posts) != want {
				t.Errorf("%d posts remembered, want %d", len(p.Posts), want)
			}
			if d, err := o.Delivery(id); err != nil {
				t.Error(err)
			} else if c, err := o.Charged(d); err != nil || c != Micros(want)*200_000 {
				t.Errorf("charged %d micros, %v", c, err)
			}
			if m := mustSpent(t, o, "2026-03"); m != Micros(want)*200_000 {
				t.Errorf("spent %d micros", m)
			}
			mustVerify(t, o)
		})
	}
}

// Where the clock was set back, several posts count as of one moment: giving one of them
// back twice would forget another.
func TestWhatIsGivenBackIsGivenBackOnce(t *testing.T) {
	o := openNew(t)
	es := mustEnqueue(t, o, fresh(1, "masto"), fresh(2, "masto"))
	posted, again := es[0].Deliveries[0].ID, es[1].Deliveries[0].ID
	posts := func(want int, when string) {
		t.Helper()
		if p := mustPace(t, o); len(p.Posts) != want || mustSpent(t, o, "2026-03") != Micros(want)*200_000 {
			t.Errorf("%s: %d posts, %d micros, want %d", when, len(p.Posts), mustSpent(t, o, "2026-03"), want)
		}
	}
	claim := func(id string, at time.Time) {
		t.Helper()
		if _, err := o.Claim(id, at, priced(0.2)); err != nil {
			t.Fatal(err)
		}
	}
	move := func(out Outcome) {
		t.Helper()
		if _, err := o.Move(again, t0, out); err != nil {
			t.Fatal(err)
		}
	}
	claim(posted, t0)
	mustSettle(t, o, posted, 1, t0, delivered("1"))

	claim(again, t0)
	mustSettle(t, o, again, 1, t0, Outcome{To: delivery.Held, Class: delivery.Refused, Error: "no"})
	posts(1, "refused")
	move(Outcome{To: delivery.Scheduled})
	posts(1, "refused, and then let go by an operator")

	claim(again, t0)
	mustSettle(t, o, again, 2, t0, ambiguous())
	posts(2, "unknown")
	move(Outcome{To: delivery.Scheduled})
	posts(1, "looked for and not there")

	claim(again, t0.Add(time.Hour))
	mustSettle(t, o, again, 3, t0.Add(time.Hour), ambiguous())
	posts(2, "unknown once more")
	move(Outcome{To: delivery.Scheduled})
	posts(1, "not there once more")
	mustVerify(t, o)
}

func TestAClaimUsesItsSlotInTheSameStep(t *testing.T) {
	o := openNew(t)
	id := mustEnqueue(t, o, fresh(1, "masto"))[0].Deliveries[0].ID
	slot := t0.Add(-time.Minute)
	if err := o.PassSlot("masto", slot.Add(-time.Hour), "hourly"); err != nil {
		t.Fatal(err)
	}
	refusing := Terms{Slot: slot, Compose: func(Article) (string, error) { return "", errors.New("too long") }}
	if _, err := o.Claim(id, t0, refusing); err == nil {
		t.Fatal("claimed without a text")
	}
	if p := mustPace(t, o); !p.Slot.Equal(slot.Add(-time.Hour)) || len(p.Posts) != 0 {
		t.Errorf("a claim that failed left %+v", p)
	}
	if _, err := o.Claim(id, t0, Terms{Slot: slot, Compose: compose}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Pace{Posts: []time.Time{t0}, Slot: slot, Plan: "hourly"}, mustPace(t, o)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	mustVerify(t, o)
}

func TestALookIsNoPost(t *testing.T) {
	o := openNew(t)
	id := mustEnqueue(t, o, fresh(1, "masto"))[0].Deliveries[0].ID
	terms := priced(1)
	terms.Asks = true
	if _, err := o.Claim(id, t0, terms); err != nil {
		t.Fatal(err)
	}
	if p := mustPace(t, o); len(p.Posts) != 0 || mustSpent(t, o, "2026-03") != 0 {
		t.Errorf("remembered %+v", p)
	}
}

func TestTheDaysPostsAreRememberedAndOlderOnesForgotten(t *testing.T) {
	o := openNew(t)
	for i := range 40 {
		id := mustEnqueue(t, o, fresh(i, "masto"))[0].Deliveries[0].ID
		now := t0.Add(time.Duration(i) * time.Hour)
		mustSettle(t, o, mustClaim(t, o, id, now).ID, 1, now, delivered(fmt.Sprint(i)))
	}
	p := mustPace(t, o)
	if n := len(p.Posts); n != 26 || !p.Posts[n-1].Equal(t0.Add(39*time.Hour)) {
		t.Errorf("%d posts, the last at %v", n, p.Posts[n-1])
	}
	mustVerify(t, o)
}

func TestTheLedgerAddsUpByMonthAndAccount(t *testing.T) {
	o := openNew(t)
	read := Charge{At: t0, Op: "read_owned", Units: 7, Cost: MicrosOf(0.007)}
	for range 3 { // at the same moment
		if err := o.Charge("masto", "2026-03", read); err != nil {
			t.Fatal(err)
		}
	}
	later := Charge{At: t0.AddDate(0, 1, 0), Op: "read_user", Units: 1, Cost: MicrosOf(0.01)}
	if err := o.Charge("masto", "2026-04", later); err != nil {
		t.Fatal(err)
	}
	if err := o.Charge("masto", "2026-04", Charge{At: t0, Op: "other"}); err != nil {
		t.Fatal(err)
	}
	if m, a := mustSpent(t, o, "2026-03"), mustSpent(t, o, "2026-04"); m != 21_000 || a != 10_000 {
		t.Errorf("spent %d and %d micros", m, a)
	}
	var got []Charge
	if err := o.Ledger("masto", func(c Charge) bool { got = append(got, c); return true }); err != nil {
		t.Fatal(err)
	}
	read.Month, later.Month = "2026-03", "2026-04"
	if diff := cmp.Diff([]Charge{read, read, read, later}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if err := o.Charge("masto", "", read); err == nil {
		t.Error("charged to no month")
	}
	mustVerify(t, o)
}

func TestWhatExpiresFirstIsFoundFirst(t *testing.T) {
	o := openNew(t)
	var ids []string
	for i, after := range []time.Duration{3 * time.Hour, time.Hour, 2 * time.Hour, 0} {
		a := fresh(i, "masto")
		if after > 0 {
			a.Deliveries[0].Expires = t0.Add(after)
		}
		if i == 2 {
			a.Deliveries[0].Due = t0.Add(time.Minute)
		}
		ids = append(ids, mustEnqueue(t, o, a)[0].Deliveries[0].ID)
	}
	for _, want := range []string{ids[1], ids[2], ids[0]} {
		id, at, ok, err := o.NextExpiry("masto")
		if err != nil || !ok || id != want {
			t.Fatalf("%q at %v, %v, %v; want %q", id, at, ok, err, want)
		}
		if _, err := o.Move(id, at, Outcome{To: delivery.Expired}); err != nil {
			t.Fatal(err)
		}
	}
	if id, _, ok, err := o.NextExpiry("masto"); ok || err != nil {
		t.Errorf("%q, %v", id, err)
	}
	mustVerify(t, o)
}

// TestADeliveryIsChargedForWhatBelongsToIt, once, and for nobody else's.
func TestADeliveryIsChargedForWhatBelongsToIt(t *testing.T) {
	o := openNew(t)
	id := mustEnqueue(t, o, fresh(1, "masto"))[0].Deliveries[0].ID
	book := func(at time.Time, delivery string) {
		t.Helper()
		if err := o.Charge("masto", "2026-03", Charge{At: at, Op: "metadata", Units: 1, Cost: 5_000, Delivery: delivery}); err != nil {
			t.Fatal(err)
		}
	}
	book(t0.Add(-time.Second), id) // before any attempt: of another life of it
	for n := 1; n <= 2; n++ {      // the second attempt begins within what is counted for the first
		at := t0.Add(time.Duration(n) * time.Minute)
		if _, err := o.Claim(id, at, priced(0.2)); err != nil {
			t.Fatal(err)
		}
		book(at.Add(time.Second), id)
		book(at.Add(time.Second), "")
		if n == 1 { // refused: the post is given back, its picture's description was paid for
			mustSettle(t, o, id, n, at, Outcome{To: delivery.Scheduled, Class: delivery.Refused, Error: "no", Due: t0.Add(2 * time.Minute)})
		} else {
			mustSettle(t, o, id, n, at, delivered("1"))
		}
	}
	d, err := o.Delivery(id)
	if err != nil {
		t.Fatal(err)
	}
	if c, err := o.Charged(d); err != nil || c != 210_000 {
		t.Errorf("charged %d micros, %v", c, err)
	}
	mustVerify(t, o)
}
