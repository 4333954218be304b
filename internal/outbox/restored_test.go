package outbox

import (
	"testing"
	"time"

	"crieur/internal/delivery"
)

// TestWhatMayHaveBeenPostedSinceTheBackupIsLookedFor once, before it is sent again.
func TestWhatMayHaveBeenPostedSinceTheBackupIsLookedFor(t *testing.T) {
	target, backup := backedUp(t, 2)
	change(t, target, func(o *Outbox) {
		d, _, err := o.NextDue("masto", t0)
		if err != nil || o.NeedsLook(d) {
			t.Errorf("before any restore: %+v, %v", d, err)
		}
		mustSettle(t, o, mustClaim(t, o, d.ID, t0).ID, 1, t0, delivered("1"))
	})
	mustRestore(t, backup, target, true)
	now := t0.Add(-time.Hour) // the clock may be anything
	var id, other string
	change(t, target, func(o *Outbox) {
		d, ok, err := o.NextDue("masto", now)
		if err != nil || !ok || !o.NeedsLook(d) {
			t.Fatalf("after the restore: %+v, %v, %v", d, ok, err)
		}
		_, of, _, err := o.Restored()
		if err != nil || !o.LookSince(mustClaim(t, o, d.ID, restoredAt)).Equal(of) {
			t.Errorf("looked for since %v, the backup is of %v, %v", o.LookSince(d), of, err)
		}
		id = d.ID
		next, _, err := o.NextDue("masto", now)
		if err != nil || !o.NeedsLook(next) {
			t.Errorf("the other: %+v, %v", next, err)
		}
		other = next.ID
		later := mustEnqueue(t, o, fresh(9, "masto"))[0].Deliveries[0]
		if o.NeedsLook(later) || !o.LookSince(later).Equal(later.CreatedAt) {
			t.Errorf("one that came after the restore: %+v", later)
		}
	})
	change(t, target, func(o *Outbox) { // a crash between claim and settle changes nothing
		_, of, _, err := o.Restored()
		if err != nil {
			t.Fatal(err)
		}
		d := mustSettle(t, o, id, 1, now, ambiguous())
		if o.NeedsLook(d) || !o.LookSince(d).Equal(of) {
			t.Errorf("claimed since: %+v, looked for since %v", d, o.LookSince(d))
		}
		if d, err = o.Move(id, now, Outcome{To: delivery.Scheduled}); err != nil || o.NeedsLook(d) {
			t.Errorf("found absent: %+v, %v", d, err)
		}
		if d := mustClaim(t, o, other, restoredAt); !o.LookSince(d).Equal(of) {
			t.Errorf("looked for since %v, want %v", o.LookSince(d), of)
		}
	})
}

// TestEachRestoreAsksAnew: a claim after the first says nothing of what happened before the second.
func TestEachRestoreAsksAnew(t *testing.T) {
	target, backup := backedUp(t, 1)
	mustRestore(t, backup, target, false)
	second := backup + "2"
	var id string
	change(t, target, func(o *Outbox) {
		d, _, err := o.NextDue("masto", t0)
		if err != nil {
			t.Fatal(err)
		}
		id = d.ID
		mustClaim(t, o, id, restoredAt)
		if d = mustSettle(t, o, id, 1, restoredAt, refused(restoredAt)); o.NeedsLook(d) {
			t.Errorf("claimed since the first restore: %+v", d)
		}
		if err := o.BackupFile(second, nil); err != nil {
			t.Fatal(err)
		}
	})
	if err := RestoreFile(second, target, restoredAt.Add(-time.Hour), false); err != nil {
		t.Fatal(err)
	}
	change(t, target, func(o *Outbox) {
		if d, err := o.Delivery(id); err != nil || !o.NeedsLook(d) {
			t.Errorf("after the second: %+v, %v", d, err)
		}
	})
}

// TestACopyThatCrieurDidNotMakeIsAsOldAsItsLastChange, as one made with cp.
func TestACopyThatCrieurDidNotMakeIsAsOldAsItsLastChange(t *testing.T) {
	o := openNew(t)
	d := mustClaim(t, o, mustEnqueue(t, o, fresh(1, "masto"))[0].Deliveries[0].ID, t0.Add(time.Hour))
	mustSettle(t, o, d.ID, 1, t0.Add(time.Hour), ambiguous())
	if _, err := o.Looked(d.ID, t0, delivery.Look{At: t0.Add(3 * time.Hour)}, restoredAt); err != nil {
		t.Fatal(err)
	}
	if err := o.Close(); err != nil {
		t.Fatal(err)
	}
	target := o.Path() + "2"
	mustRestore(t, o.Path(), target, false)
	_, of, ok, err := mustOpen(t, target).Restored()
	if err != nil || !ok || !of.Equal(t0.Add(3*time.Hour)) {
		t.Errorf("of %v, %v, %v", of, ok, err)
	}
}
