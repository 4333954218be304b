package outbox

import (
	"path/filepath"
	"testing"
	"time"

	"crieur/internal/delivery"
)

// A burst of posts a second apart; then the clock is set back into it. SetBack moves what is
// more than a second ahead to now and leaves the rest ahead: the moments are out of order.
func TestAClockSetBackIntoABurstKeepsTheOrder(t *testing.T) {
	o := openNew(t)
	for i := range 4 {
		at := t0.Add(time.Duration(i) * 700 * time.Millisecond) // 0, 0.7, 1.4, 2.1 s
		d := mustEnqueue(t, o, fresh(i, "masto"))[0].Deliveries[0]
		mustSettle(t, o, mustClaim(t, o, d.ID, at).ID, 1, at, delivered(d.ID))
	}
	if err := o.SetBack("masto", t0); err != nil { // as each turn of the worker does
		t.Fatal(err)
	}
	mustVerify(t, o)
	backup := filepath.Join(t.TempDir(), "backup")
	if err := o.BackupFile(backup, nil); err != nil {
		t.Fatal(err)
	}
	// A backup out of order would be refused.
	if err := RestoreFile(backup, filepath.Join(t.TempDir(), "outbox.db"), restoredAt, true); err != nil {
		t.Errorf("restore: %v", err)
	}
}

// A post that never was must not use up max_per_day and min_spacing, for its own second
// try too, because the clock was set back in between.
func TestWhatWasSetBackIsGivenBack(t *testing.T) {
	o := openNew(t)
	d := mustEnqueue(t, o, fresh(1, "masto"))[0].Deliveries[0]
	mustSettle(t, o, mustClaim(t, o, d.ID, t0.Add(10*time.Second)).ID, 1, t0, ambiguous())
	if err := o.SetBack("masto", t0); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Move(d.ID, t0, Outcome{To: delivery.Scheduled, Due: t0}); err != nil { // absent twice
		t.Fatal(err)
	}
	if p, err := o.Pace("masto"); err != nil || len(p.Posts) != 0 {
		t.Errorf("posts that count: %v, %v; nothing was posted", p.Posts, err)
	}
}

// A claim that only asks (after a restore) booked nothing, so its end gives nothing back.
func TestWhatOnlyAskedGivesNothingBack(t *testing.T) {
	o := openNew(t)
	posted := mustEnqueue(t, o, fresh(1, "masto"))[0].Deliveries[0]
	mustSettle(t, o, mustClaim(t, o, posted.ID, t0).ID, 1, t0, delivered("1"))
	asked := mustEnqueue(t, o, fresh(2, "masto"))[0].Deliveries[0]
	if _, err := o.Claim(asked.ID, t0, Terms{Compose: compose, Asks: true}); err != nil {
		t.Fatal(err)
	}
	mustSettle(t, o, asked.ID, 1, t0, ambiguous())
	if _, err := o.Move(asked.ID, t0, Outcome{To: delivery.Scheduled, Due: t0}); err != nil {
		t.Fatal(err)
	}
	if p, err := o.Pace("masto"); err != nil || len(p.Posts) != 1 {
		t.Errorf("posts that count: %v, %v; one was posted", p.Posts, err)
	}
}

// A post that was found is booked; the clock was set back before that.
func TestABookingKeepsWhatWasSetBackFindable(t *testing.T) {
	o := openNew(t)
	never := mustEnqueue(t, o, fresh(1, "masto"))[0].Deliveries[0].ID
	mustSettle(t, o, mustClaim(t, o, never, t0.Add(30*time.Minute)).ID, 1, t0, ambiguous())
	if err := o.SetBack("masto", t0); err != nil {
		t.Fatal(err)
	}
	mustSettle(t, o, mustClaim(t, o, mustEnqueue(t, o, fresh(2, "masto"))[0].Deliveries[0].ID, t0).ID, 1, t0, delivered("2"))
	if _, err := o.Move(never, t0, Outcome{To: delivery.Scheduled, Due: t0}); err != nil {
		t.Fatal(err)
	}
	if p := mustPace(t, o); len(p.Posts) != 1 {
		t.Errorf("posts that count: %v, want one", p.Posts)
	}
	mustVerify(t, o)
}
