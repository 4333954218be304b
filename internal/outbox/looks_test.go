package outbox

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"crieur/internal/delivery"
)

func TestLooksAreKeptWithTheNextOne(t *testing.T) {
	o, d := sending(t)
	want := mustSettle(t, o, d.ID, 1, t0, ambiguous())
	looks := []delivery.Look{{At: t0.Add(time.Minute), Error: "timeout"}, {At: t0.Add(time.Hour), Absent: true}}
	for i, l := range looks {
		next := l.At.Add(time.Hour)
		got, err := o.Looked(d.ID, l.At, l, next)
		want.Looks, want.NextLook = looks[:i+1], next
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Fatalf("look %d (-want +got):\n%s%v", i, diff, err)
		}
	}
	got, err := o.Unknown("masto")
	if diff := cmp.Diff([]delivery.Delivery{want}, got); err != nil || diff != "" {
		t.Errorf("unknown (-want +got):\n%s%v", diff, err)
	}
	mustVerify(t, o)

	moved, err := o.Move(d.ID, t0, Outcome{To: delivery.Scheduled})
	if err != nil || !moved.NextLook.IsZero() || len(moved.Looks) != 2 {
		t.Errorf("scheduled again: %+v, %v", moved, err)
	}
	mustClaim(t, o, d.ID, t0)
	if again := mustSettle(t, o, d.ID, 2, t0, ambiguous()); len(again.Looks) != 0 || again.NextLook.IsZero() {
		t.Errorf("unknown again, with the looks of the attempt before: %+v", again)
	}
	mustVerify(t, o)
}

func TestLookedRefuses(t *testing.T) {
	o, d := sending(t)
	if _, err := o.Looked(d.ID, t0, delivery.Look{}, t0); !errors.Is(err, ErrNotUnknown) {
		t.Errorf("in flight: %v", err)
	}
	before := mustSettle(t, o, d.ID, 1, t0, ambiguous())
	if _, err := o.Looked(d.ID, t0, delivery.Look{}, time.Time{}); err == nil {
		t.Error("a look without a next one")
	}
	if _, err := o.Looked("0123456789ab.x", t0, delivery.Look{}, t0); !errors.Is(err, ErrNotFound) {
		t.Errorf("of nothing: %v", err)
	}
	after, err := o.Delivery(d.ID)
	if diff := cmp.Diff(before, after); err != nil || diff != "" {
		t.Errorf("changed all the same (-before +after):\n%s%v", diff, err)
	}
}

func TestTheHistoryOfLooksKeepsItsBeginningAndItsEnd(t *testing.T) {
	o, d := sending(t)
	o.db.NoSync = true
	mustSettle(t, o, d.ID, 1, t0, ambiguous())
	var want []string
	for i := range 60 {
		l := delivery.Look{Error: fmt.Sprint(i)}
		if _, err := o.Looked(d.ID, t0.Add(time.Duration(i)*time.Minute), l, t0.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		if i < 5 || i >= 15 {
			want = append(want, l.Error)
		}
	}
	stored, err := o.Delivery(d.ID)
	var got []string
	for _, l := range stored.Looks {
		got = append(got, l.Error)
	}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("looks kept (-want +got):\n%s%v", diff, err)
	}
	mustVerify(t, o)
}

func TestUnknownComesInTheOrderOfLooking(t *testing.T) {
	o := openNew(t)
	o.db.NoSync = true
	var want []string
	for i := range 6 {
		account := []string{"masto", "x"}[i%2]
		id := mustEnqueue(t, o, fresh(i, account))[0].Deliveries[0].ID
		mustClaim(t, o, id, t0)
		if i == 5 {
			continue // in flight
		}
		out := ambiguous()
		out.Due = t0.Add(time.Duration(10-i) * time.Minute)
		mustSettle(t, o, id, 1, t0, out)
		if account == "masto" {
			want = append([]string{id}, want...)
		}
	}
	for account, n := range map[string]int{"masto": 3, "x": 2, "": 5, "nobody": 0} {
		ds, err := o.Unknown(account)
		if err != nil || len(ds) != n {
			t.Errorf("%q: %d unknown, want %d, %v", account, len(ds), n, err)
		}
		var got []string
		for _, d := range ds {
			got = append(got, d.ID)
		}
		if account == "masto" && !cmp.Equal(want, got) {
			t.Errorf("order %v, want %v", got, want)
		}
	}
}

// TestWhatHasLandedIsNotSentAgain, unless an operator who holds it says so.
func TestWhatHasLandedIsNotSentAgain(t *testing.T) {
	o, d := sending(t)
	again := refused(t0)
	again.Landed = true
	if _, err := o.Settle(d.ID, 1, t0, again); err == nil {
		t.Error("landed and scheduled in one")
	}
	out := ambiguous()
	out.Landed = true
	if got := mustSettle(t, o, d.ID, 1, t0, out); !got.Landed {
		t.Errorf("settled: %+v", got)
	}
	if _, err := o.Looked(d.ID, t0, delivery.Look{Absent: true}, t0.Add(1)); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Move(d.ID, t0, Outcome{To: delivery.Scheduled}); err == nil {
		t.Error("absent twice, and scheduled though it has landed")
	}
	mustVerify(t, o)
	held, err := o.Move(d.ID, t0, Outcome{To: delivery.Held, Reason: "a duplicate that nobody finds"})
	if err != nil || !held.Landed {
		t.Errorf("held: %+v, %v", held, err)
	}
	mustVerify(t, o)
	free, err := o.Move(d.ID, t0, Outcome{To: delivery.Scheduled})
	if err != nil || free.Landed {
		t.Errorf("freed by an operator: %+v, %v", free, err)
	}
	mustVerify(t, o)
}

func TestAStoreWithoutLooksIsRead(t *testing.T) {
	d, err := decodeDelivery("0123456789ab.masto", []byte(`{"platform":"mastodon","state":"unknown","created_at":"2026-03-02T08:00:00Z","attempts":[{"n":1,"at":"2026-03-02T08:00:00Z","class":"ambiguous"}]}`))
	if err != nil || !d.NextLook.IsZero() || d.Looks != nil || d.Landed {
		t.Errorf("%+v, %v", d, err)
	}
	b, err := encodeDelivery(delivery.Delivery{ID: d.ID, State: delivery.Scheduled})
	if err != nil || string(b) != `{"platform":"","state":"scheduled","created_at":"0001-01-01T00:00:00Z"}` {
		t.Errorf("%s, %v", b, err)
	}
}
