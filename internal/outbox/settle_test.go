package outbox

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"crieur/internal/delivery"
)

// sending is an outbox with one delivery in flight.
func sending(t *testing.T) (*Outbox, delivery.Delivery) {
	t.Helper()
	o := openNew(t)
	return o, mustClaim(t, o, mustEnqueue(t, o, fresh(1, "masto"))[0].Deliveries[0].ID, t0)
}

func TestSettleRecordsHowTheAttemptEnded(t *testing.T) {
	due := t0.Add(time.Hour)
	for name, tc := range map[string]struct {
		out   Outcome
		spent int
	}{
		"delivered": {delivered("115"), 1},
		"refused":   {refused(due), 1},
		"throttled": {Outcome{To: delivery.Scheduled, Class: delivery.Throttled, Status: 429, Error: "too many", Due: due}, 0},
		"auth":      {Outcome{To: delivery.Scheduled, Class: delivery.Auth, Status: 401, Error: "token", Due: due}, 0},
		"quota":     {Outcome{To: delivery.Scheduled, Class: delivery.Quota, Status: 402, Error: "credits", Due: due}, 0},
		"permanent": {Outcome{To: delivery.Dead, Class: delivery.Permanent, Status: 422, Error: "too long"}, 1},
		"given up":  {Outcome{To: delivery.Dead, Class: delivery.Refused, Error: "busy", Reason: "given up"}, 1},
		"ambiguous": {ambiguous(), 1},
	} {
		t.Run(name, func(t *testing.T) {
			o, want := sending(t)
			now := t0.Add(2 * time.Second)
			got := mustSettle(t, o, want.ID, 1, now, tc.out)
			want.State, want.Spent = tc.out.To, tc.spent
			want.Attempts[0].Class, want.Attempts[0].Status, want.Attempts[0].Error = tc.out.Class, tc.out.Status, tc.out.Error
			switch tc.out.To {
			case delivery.Unknown:
				want.NextLook = tc.out.Due
			case delivery.Scheduled:
				want.Timed, want.Due = true, due
			case delivery.Delivered:
				want.Receipt = &delivery.Receipt{PostID: "115", URL: "https://m.example/@a/115", PostedAt: now}
			case delivery.Dead:
				want.Reason = map[bool]string{true: "given up", false: "too long"}[name == "given up"]
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("settled (-want +got):\n%s", diff)
			}
			stored, err := o.Delivery(want.ID)
			if diff := cmp.Diff(want, stored); err != nil || diff != "" {
				t.Errorf("stored (-want +got):\n%s%v", diff, err)
			}
			mustVerify(t, o)
		})
	}
}

// TestSettleRefuses: each refusal leaves the delivery in flight.
func TestSettleRefuses(t *testing.T) {
	noID, noReceipt := delivered(" "), delivered("1")
	noReceipt.Receipt = nil
	deadWithReceipt := delivered("1")
	deadWithReceipt.To, deadWithReceipt.Class = delivery.Dead, delivery.Permanent
	for name, tc := range map[string]struct {
		n    int
		out  Outcome
		want string
	}{
		"success without ID":           {1, noID, "success needs a post ID"},
		"success without receipt":      {1, noReceipt, "receipt"},
		"a receipt for the dead":       {1, deadWithReceipt, "receipt"},
		"another attempt":              {2, delivered("1"), "in flight"},
		"no attempt":                   {0, delivered("1"), "in flight"},
		"ambiguous scheduled again":    {1, Outcome{To: delivery.Scheduled, Class: delivery.Ambiguous, Due: t0}, "cannot make"},
		"unknown without ambiguity":    {1, Outcome{To: delivery.Unknown, Class: delivery.Refused}, "cannot make"},
		"ok but dead":                  {1, Outcome{To: delivery.Dead, Class: delivery.OK, Reason: "x"}, "cannot make"},
		"unknown without a look":       {1, Outcome{To: delivery.Unknown, Class: delivery.Ambiguous}, "without a moment to look"},
		"landed, scheduled again":      {1, Outcome{To: delivery.Scheduled, Class: delivery.Refused, Due: t0, Landed: true}, "cannot become scheduled"},
		"no class":                     {1, Outcome{To: delivery.Unknown}, "effect class"},
		"a class of its own":           {1, Outcome{To: delivery.Dead, Class: "odd", Reason: "x"}, "effect class"},
		"scheduled without moment":     {1, Outcome{To: delivery.Scheduled, Class: delivery.Refused}, "without a moment"},
		"dead without reason":          {1, Outcome{To: delivery.Dead, Class: delivery.Permanent}, "reason"},
		"held without reason":          {1, Outcome{To: delivery.Held, Class: delivery.Throttled}, "reason"},
		"held, but perhaps posted":     {1, Outcome{To: delivery.Held, Class: delivery.Ambiguous, Reason: "x"}, "cannot make"},
		"cancelled while it is sent":   {1, Outcome{To: delivery.Cancelled, Class: delivery.Refused}, "cannot go"},
		"a state that does not exist":  {1, Outcome{To: "lost", Class: delivery.Refused}, "cannot go"},
		"nowhere":                      {1, Outcome{Class: delivery.Refused}, "cannot go"},
		"sending again without claims": {1, Outcome{To: delivery.Sending, Class: delivery.Refused}, "cannot go"},
	} {
		t.Run(name, func(t *testing.T) {
			o, before := sending(t)
			_, err := o.Settle(before.ID, tc.n, t0, tc.out)
			if err == nil || !strings.Contains(err.Error(), tc.want) || !strings.Contains(err.Error(), before.ID) {
				t.Errorf("error %v, want one with %q", err, tc.want)
			}
			after, err := o.Delivery(before.ID)
			if diff := cmp.Diff(before, after); err != nil || diff != "" {
				t.Errorf("changed all the same (-before +after):\n%s%v", diff, err)
			}
			mustVerify(t, o)
		})
	}
}

func TestAnAttemptIsSettledOnce(t *testing.T) {
	o, d := sending(t)
	mustSettle(t, o, d.ID, 1, t0, refused(t0))
	if _, err := o.Settle(d.ID, 1, t0, delivered("1")); !errors.Is(err, ErrNotSending) {
		t.Errorf("after it was settled: %v", err)
	}
	mustClaim(t, o, d.ID, t0)
	if _, err := o.Settle(d.ID, 1, t0, delivered("1")); !errors.Is(err, ErrNotSending) {
		t.Errorf("the first attempt while the second is in flight: %v", err)
	}
	mustVerify(t, o)
}

func TestMoveBringsTheUnknownToAnEnd(t *testing.T) {
	o, d := sending(t)
	mustSettle(t, o, d.ID, 1, t0, ambiguous())
	steps := []Outcome{
		{To: delivery.Held, Reason: "nobody can look"},
		{To: delivery.Scheduled},
		{To: delivery.Cancelled, Reason: "withdrawn"},
	}
	for _, out := range steps {
		got, err := o.Move(d.ID, t0.Add(time.Hour), out)
		if err != nil {
			t.Fatal(err)
		}
		if got.State != out.To || got.Reason != out.Reason || got.Spent != 1 || got.Timed {
			t.Errorf("moved to %+v by %+v", got, out)
		}
		mustVerify(t, o)
	}
}

func TestMoveLeavesAttemptsToClaimAndSettle(t *testing.T) {
	o, d := sending(t)
	if _, err := o.Move(d.ID, t0, Outcome{To: delivery.Unknown}); err == nil {
		t.Error("an attempt ended without a class")
	}
	other := mustEnqueue(t, o, fresh(2, "masto"))[0].Deliveries[0]
	if _, err := o.Move(other.ID, t0, Outcome{To: delivery.Sending}); err == nil {
		t.Error("an attempt began without a claim")
	}
	if _, err := o.Move("0123456789ab.x", t0, Outcome{To: delivery.Dead}); !errors.Is(err, ErrNotFound) {
		t.Errorf("a delivery that is not there: %v", err)
	}
	mustVerify(t, o)
}

func TestRescheduleGivesAnotherMoment(t *testing.T) {
	o := openNew(t)
	in := fresh(1, "masto")
	in.Deliveries[0].Expires = t0.Add(3 * time.Hour)
	id := mustEnqueue(t, o, in)[0].Deliveries[0].ID
	at := func() time.Time {
		at, ok, err := o.NextMoment("masto")
		if err != nil || !ok {
			t.Fatal(ok, err)
		}
		mustVerify(t, o)
		return at
	}
	for _, due := range []time.Time{t0.Add(2 * time.Hour), t0.Add(time.Hour), t0.Add(-time.Hour)} {
		d, err := o.Reschedule(id, t0, Wish{Due: &due})
		if err != nil || !d.Timed || !at().Equal(due) {
			t.Errorf("rescheduled to %v: %+v, next %v, %v", due, d, at(), err)
		}
	}
	if d, err := o.Reschedule(id, t0.Add(1), Wish{Due: ptr(time.Time{})}); err != nil || d.Timed || !at().Equal(t0.Add(1)) {
		t.Errorf("as soon as the account posts: %+v, %v", d, err)
	}
	if _, err := o.Reschedule(id, t0, Wish{Due: ptr(t0.Add(4 * time.Hour))}); err == nil || !strings.Contains(err.Error(), "expires") {
		t.Errorf("after it expires: %v", err)
	}
	mustClaim(t, o, id, t0.Add(time.Hour))
	if _, err := o.Reschedule(id, t0, Wish{Due: ptr(t0)}); !errors.Is(err, ErrNotScheduled) {
		t.Errorf("in flight: %v", err)
	}
}

func TestForeignTextIsStoredAsItIsReturned(t *testing.T) {
	o, d := sending(t)
	out := ambiguous()
	out.Error = "bad gateway \xff\xfe"
	got := mustSettle(t, o, d.ID, 1, t0, out)
	stored, err := o.Delivery(d.ID)
	if diff := cmp.Diff(got, stored); err != nil || diff != "" || !strings.HasSuffix(stored.Attempts[0].Error, "\uFFFD") {
		t.Errorf("(-returned +stored):\n%s%v", diff, err)
	}
}
