package outbox

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// claimer claims a new delivery of the account at each call.
func claimer(t *testing.T, o *Outbox, account string) func(now time.Time, perHour int) error {
	t.Helper()
	o.db.NoSync = true
	stored, err := o.Counts("")
	if err != nil {
		t.Fatal(err)
	}
	n := 0 // goes on where an earlier claimer of the same store ended
	for _, c := range stored {
		n += c
	}
	return func(now time.Time, perHour int) error {
		n++
		in := fresh(n, account)
		_, err := o.Claim(mustEnqueue(t, o, in)[0].Deliveries[0].ID, now, Terms{PerHour: perHour, Compose: compose})
		return err
	}
}

func wantBreaker(t *testing.T, err error, perHour int, until time.Time) {
	t.Helper()
	var got *BreakerError
	if !errors.As(err, &got) {
		t.Fatalf("%v, want a BreakerError", err)
	}
	if diff := cmp.Diff(&BreakerError{Account: "masto", PerHour: perHour, Until: until}, got); diff != "" {
		t.Errorf("breaker (-want +got):\n%s", diff)
	}
}

func TestTheBreakerBoundsClaimsWithinAnHour(t *testing.T) {
	o := openNew(t)
	claim := claimer(t, o, "masto")
	for i := range 3 {
		if err := claim(t0.Add(time.Duration(i)*10*time.Minute), 3); err != nil {
			t.Fatal(err)
		}
	}
	wantBreaker(t, claim(t0.Add(time.Hour-1), 3), 3, t0.Add(time.Hour))
	if err := claim(t0.Add(time.Hour), 3); err != nil {
		t.Errorf("after an hour: %v", err)
	}
	wantBreaker(t, claim(t0.Add(time.Hour), 3), 3, t0.Add(70*time.Minute))
	if err := claimer(t, o, "x")(t0.Add(time.Hour), 3); err != nil {
		t.Errorf("another account: %v", err)
	}
	mustVerify(t, o)
}

func TestTheBreakerRemembersOverARestart(t *testing.T) {
	o := openNew(t)
	if err := claimer(t, o, "masto")(t0, 1); err != nil {
		t.Fatal(err)
	}
	if err := o.Close(); err != nil {
		t.Fatal(err)
	}
	again := mustOpen(t, o.Path())
	wantBreaker(t, claimer(t, again, "masto")(t0.Add(time.Minute), 1), 1, t0.Add(time.Hour))
}

// TestARefusedClaimCountsNothing: the delivery stays, and so does the moment from which on it may go.
func TestARefusedClaimCountsNothing(t *testing.T) {
	o := openNew(t)
	if err := claimer(t, o, "masto")(t0, 1); err != nil {
		t.Fatal(err)
	}
	want := mustEnqueue(t, o, fresh(50, "masto"))[0].Deliveries[0]
	for i := range 3 {
		d, err := o.Claim(want.ID, t0.Add(time.Duration(i)*time.Minute), Terms{PerHour: 1, Compose: compose})
		wantBreaker(t, err, 1, t0.Add(time.Hour))
		if d.ID != "" {
			t.Errorf("returned %+v", d)
		}
	}
	got, err := o.Delivery(want.ID)
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("stored (-want +got):\n%s%v", diff, err)
	}
}

func TestALowerBoundWaitsForTheClaimsMadeUnderAHigherOne(t *testing.T) {
	o := openNew(t)
	claim := claimer(t, o, "masto")
	for i := range 5 {
		if err := claim(t0.Add(time.Duration(i)*time.Minute), 5); err != nil {
			t.Fatal(err)
		}
	}
	// Two may remain within the hour's window, and one more begin.
	wantBreaker(t, claim(t0.Add(10*time.Minute), 3), 3, t0.Add(62*time.Minute))
	if err := claim(t0.Add(62*time.Minute), 3); err != nil {
		t.Errorf("at that moment: %v", err)
	}
}

// TestAClockSetBackLocksForAnHourAtMost, whatever the distance.
func TestAClockSetBackLocksForAnHourAtMost(t *testing.T) {
	for _, back := range []time.Duration{time.Minute, time.Hour, 365 * 24 * time.Hour} {
		o := openNew(t)
		claim := claimer(t, o, "masto")
		for range 2 {
			if err := claim(t0, 2); err != nil {
				t.Fatal(err)
			}
		}
		now := t0.Add(-back)
		wantBreaker(t, claim(now, 2), 2, now.Add(time.Hour))
		wantBreaker(t, claim(now.Add(time.Hour-1), 2), 2, now.Add(time.Hour))
		if err := claim(now.Add(time.Hour), 2); err != nil {
			t.Errorf("an hour after the clock went back by %s: %v", back, err)
		}
		mustVerify(t, o)
	}
}

func TestAnExpiredDeliveryExpiresBehindTheBreakerToo(t *testing.T) {
	o := openNew(t)
	if err := claimer(t, o, "masto")(t0, 1); err != nil {
		t.Fatal(err)
	}
	in := fresh(50, "masto")
	in.Deliveries[0].Expires = t0.Add(time.Minute)
	id := mustEnqueue(t, o, in)[0].Deliveries[0].ID
	if _, err := o.Claim(id, t0.Add(time.Minute), Terms{PerHour: 1, Compose: compose}); !errors.Is(err, ErrExpired) {
		t.Errorf("%v, want %v", err, ErrExpired)
	}
}

func TestNoMoreClaimsAreRememberedThanTheBound(t *testing.T) {
	o := openNew(t)
	claim := claimer(t, o, "masto")
	for i := range 20 {
		if err := claim(t0.Add(time.Duration(i)*20*time.Minute+time.Duration(i)), 4); err != nil {
			t.Fatal(err)
		}
	}
	if err := o.view(func(t tx) error {
		at, err := t.moments(claimsKey("masto"))
		if len(at) > 4 {
			return errors.New("more than the bound")
		}
		return err
	}); err != nil {
		t.Error(err)
	}
	mustVerify(t, o)
}
