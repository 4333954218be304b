package outbox

import (
	"errors"
	"testing"
	"time"

	"crieur/internal/delivery"
)

// What expires is read first and ended later: an operator may come in between.
func TestADeliveryThatWasGivenMoreTimeDoesNotExpire(t *testing.T) {
	o := openNew(t)
	a := fresh(1, "masto")
	a.Deliveries[0].Expires = t0.Add(time.Hour)
	now := t0.Add(time.Hour)
	id := mustEnqueue(t, o, a)[0].Deliveries[0].ID
	if _, err := o.Reschedule(id, now, Wish{Expires: ptr(now.Add(time.Hour))}); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Expire(id, now); !errors.Is(err, ErrNotExpired) {
		t.Errorf("expired all the same: %v", err)
	}
	if d, err := o.Expire(id, now.Add(time.Hour)); err != nil || d.State != delivery.Expired {
		t.Errorf("%s, %v", d.State, err)
	}
	mustVerify(t, o)
}

// After a restore a post may be found that the store knows nothing of: from then on it
// counts and is paid, once.
func TestWhatIsFoundAfterARestoreIsBooked(t *testing.T) {
	o := openNew(t)
	id := mustEnqueue(t, o, fresh(1, "masto"))[0].Deliveries[0].ID
	posted, now := t0.Add(-time.Hour), t0
	if _, err := o.Claim(id, now, Terms{Compose: compose, Asks: true}); err != nil {
		t.Fatal(err)
	}
	mustSettle(t, o, id, 1, now, ambiguous())
	found := delivered("1")
	found.Receipt.PostedAt, found.Month, found.Cost = posted, "2026-03", 200_000
	if _, err := o.Move(id, now, Outcome{To: found.To, Receipt: found.Receipt, Month: found.Month, Cost: found.Cost}); err != nil {
		t.Fatal(err)
	}
	if p := mustPace(t, o); len(p.Posts) != 1 || !p.Posts[0].Equal(posted) || mustSpent(t, o, "2026-03") != 200_000 {
		t.Errorf("posts %v, spent %d", p.Posts, mustSpent(t, o, "2026-03"))
	}
	if d, err := o.Delivery(id); err != nil {
		t.Error(err)
	} else if c, err := o.Charged(d); err != nil || c != 200_000 {
		t.Errorf("charged %d, %v", c, err)
	}

	sent := mustEnqueue(t, o, fresh(2, "masto"))[0].Deliveries[0].ID
	if _, err := o.Claim(sent, now, priced(0.2)); err != nil {
		t.Fatal(err)
	}
	mustSettle(t, o, sent, 1, now, ambiguous())
	if _, err := o.Move(sent, now, Outcome{To: found.To, Receipt: found.Receipt, Month: found.Month, Cost: found.Cost}); err != nil {
		t.Fatal(err)
	}
	if p := mustPace(t, o); len(p.Posts) != 2 || mustSpent(t, o, "2026-03") != 400_000 {
		t.Errorf("what was booked when it was sent: posts %v, spent %d", p.Posts, mustSpent(t, o, "2026-03"))
	}
	mustVerify(t, o)
}
