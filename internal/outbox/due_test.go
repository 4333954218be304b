package outbox

import (
	"testing"
	"time"
)

// queue stores one article for each delivery, in order, and returns their IDs.
func queue(t *testing.T, o *Outbox, ds ...NewDelivery) []string {
	t.Helper()
	var ids []string
	for i, d := range ds {
		d.Account, d.Platform = "masto", "mastodon"
		ids = append(ids, mustEnqueue(t, o, NewArticle{Article: text(i, 0), Deliveries: []NewDelivery{d}})[0].Deliveries[0].ID)
	}
	return ids
}

// drain claims all that is due at now and returns the order.
func drain(t *testing.T, o *Outbox, now time.Time) (ids []string) {
	t.Helper()
	for {
		d, ok, err := o.NextDue("masto", now)
		if err != nil {
			t.Fatal(err)
		}
		if !ok {
			return ids
		}
		ids = append(ids, mustClaim(t, o, d.ID, now).ID)
	}
}

func wantOrder(t *testing.T, ids, got []string, want ...int) {
	t.Helper()
	var places []int
	for _, id := range got {
		for i := range ids {
			if ids[i] == id {
				places = append(places, i)
			}
		}
	}
	if len(places) != len(want) {
		t.Fatalf("order %v, want %v", places, want)
	}
	for i := range want {
		if places[i] != want[i] {
			t.Fatalf("order %v, want %v", places, want)
		}
	}
}

func TestWaitingDeliveriesGoByPriorityThenAge(t *testing.T) {
	o := openNew(t)
	ids := queue(t, o, NewDelivery{}, NewDelivery{Priority: -128}, NewDelivery{Priority: 127}, NewDelivery{}, NewDelivery{Priority: 1})
	wantOrder(t, ids, drain(t, o, t0), 2, 4, 0, 3, 1)
	mustVerify(t, o)
}

// TestAPromisedMomentIsKept: --at goes before a backlog of the same priority, and an
// urgent one is not hidden by one that came due before it.
func TestAPromisedMomentIsKept(t *testing.T) {
	o := openNew(t)
	ids := queue(t, o,
		NewDelivery{},
		NewDelivery{Due: t0.Add(2 * time.Hour)},
		NewDelivery{Due: t0.Add(time.Hour)},
		NewDelivery{Due: t0.Add(2 * time.Hour), Priority: 9},
		NewDelivery{Due: t0.Add(9 * time.Hour), Priority: 100},
		NewDelivery{Due: t0.Add(-time.Hour), Priority: -1},
	)
	wantOrder(t, ids, drain(t, o, t0.Add(2*time.Hour)), 3, 2, 1, 0, 5)
	at, ok, err := o.NextMoment("masto")
	if err != nil || !ok || !at.Equal(t0.Add(9*time.Hour)) {
		t.Errorf("next moment %v, %v, %v", at, ok, err)
	}
	mustVerify(t, o)
}

func TestNothingIsDueBeforeItsMoment(t *testing.T) {
	o := openNew(t)
	ids := queue(t, o, NewDelivery{Due: t0.Add(time.Hour)})
	wantOrder(t, ids, drain(t, o, t0.Add(time.Hour-1)))
	wantOrder(t, ids, drain(t, o, t0.Add(time.Hour)), 0)
}

func TestAccountsDoNotSeeEachOthersQueue(t *testing.T) {
	o := openNew(t)
	mustEnqueue(t, o, fresh(1, "masto2", "m"))
	for _, account := range []string{"masto", "mast", "", "masto2\x00"} {
		if d, ok, err := o.NextDue(account, t0); ok || err != nil {
			t.Errorf("%q: %s is due, %v", account, d.ID, err)
		}
		if at, ok, err := o.NextMoment(account); ok || err != nil {
			t.Errorf("%q: next at %v, %v", account, at, err)
		}
	}
}
