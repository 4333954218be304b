package outbox

import (
	"testing"
	"time"
)

// mustPosted are the moments that EachPosted yields, as hours after t0.
func mustPosted(t *testing.T, o *Outbox, since time.Time, after uint64) (hours []int, newest uint64) {
	t.Helper()
	newest, err := o.EachPosted(since, after, func(at time.Time) { hours = append(hours, int(at.Sub(t0)/time.Hour)) })
	if err != nil {
		t.Fatal(err)
	}
	return hours, newest
}

func sameHours(t *testing.T, what string, got []int, want ...int) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %v, want %v", what, got, want)
	}
	for i := range got {
		if got[i] != want[i] {
			t.Fatalf("%s: %v, want %v", what, got, want)
		}
	}
}

func TestMomentsOfPostsComeNewestFirstAndOnce(t *testing.T) {
	o := openNew(t)
	o.db.NoSync = true
	got, newest := mustPosted(t, o, t0, 0)
	if sameHours(t, "nothing", got); newest != 0 {
		t.Errorf("newest of an empty log: %d", newest)
	}
	logPosts(t, o, 1, 5, 2, 9)
	got, newest = mustPosted(t, o, t0.Add(2*time.Hour), 0)
	sameHours(t, "since the second hour", got, 9, 2, 5)
	if newest != 4 {
		t.Errorf("newest %d, want 4", newest)
	}
	got, _ = mustPosted(t, o, t0, newest)
	sameHours(t, "what came since", got)
	logPosts(t, o, 10)
	got, newest = mustPosted(t, o, t0, newest)
	if sameHours(t, "what came since", got, 10); newest != 5 {
		t.Errorf("newest %d, want 5", newest)
	}
	mustVerify(t, o)
}

// TestAnEndlessLogIsNotReadWhole: a post that an operator found late does not end the
// search, a hundred old ones do.
func TestAnEndlessLogIsNotReadWhole(t *testing.T) {
	o := openNew(t)
	o.db.NoSync = true
	logPosts(t, o, 50) // never seen: too many old ones stand before it
	for range oldInARow {
		logPosts(t, o, 0)
	}
	logPosts(t, o, 51, 1, 52)
	got, _ := mustPosted(t, o, t0.Add(10*time.Hour), 0)
	sameHours(t, "the young ones", got, 52, 51)
	mustVerify(t, o)
}

func TestALogThatOneTransactionDoesNotHoldIsReadOn(t *testing.T) {
	o := openNew(t)
	o.db.NoSync = true
	// Entries alone: this many deliveries would take the test too long.
	err := o.update(func(t tx) error {
		for seq := range uint64(2*momentsAtOnce + 5) {
			if err := t.data.Put(receiptKey(seq+1), append(appendMoment(nil, t0), 'x')); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	got, newest := mustPosted(t, o, t0, 3)
	if want := 2*momentsAtOnce + 2; len(got) != want || newest != uint64(want+3) {
		t.Errorf("%d moments up to %d, want %d", len(got), newest, want)
	}
}

// logPosts brings one delivery each to a receipt of that hour after t0.
func logPosts(t *testing.T, o *Outbox, hours ...int) {
	t.Helper()
	n, err := o.LastReceipt()
	if err != nil {
		t.Fatal(err)
	}
	for i, h := range hours {
		deliver(t, o, int(n)+1+i, 1, t0.Add(time.Duration(h)*time.Hour))
	}
}
