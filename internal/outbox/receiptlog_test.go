package outbox

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"crieur/internal/delivery"
)

// deliver stores n articles and brings the one delivery of each to its receipt.
func deliver(t testing.TB, o *Outbox, from, n int, at time.Time) (ids []string) {
	t.Helper()
	for i := from; i < from+n; i++ {
		e := mustEnqueue(t, o, fresh(i, "masto"))[0]
		d := mustClaim(t, o, e.Deliveries[0].ID, at)
		ids = append(ids, mustSettle(t, o, d.ID, 1, at, delivered(fmt.Sprint(i))).ID)
	}
	return ids
}

func mustReceipts(t *testing.T, o *Outbox, after uint64, most int) (ids []string) {
	t.Helper()
	ls, err := o.Receipts(after, most)
	if err != nil {
		t.Fatal(err)
	}
	for i, l := range ls {
		if l.Seq != after+uint64(i)+1 || l.Delivery.Receipt == nil || l.Article.ID != l.Delivery.ArticleID || l.Article.Title == "" {
			t.Errorf("entry %d after %d: %+v", i, after, l)
		}
		ids = append(ids, l.Delivery.ID)
	}
	return ids
}

func sameIDs(t *testing.T, what string, got, want []string) {
	t.Helper()
	if strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

func TestEachReceiptIsLoggedOnceInTheOrderOfComing(t *testing.T) {
	o := openNew(t)
	o.db.NoSync = true
	es := mustEnqueue(t, o, fresh(1, "a", "b"), fresh(2, "a"))
	first, second, third := es[0].Deliveries[0].ID, es[0].Deliveries[1].ID, es[1].Deliveries[0].ID
	mustClaim(t, o, first, t0)
	mustSettle(t, o, first, 1, t0, refused(t0))
	mustClaim(t, o, third, t0)
	mustSettle(t, o, third, 1, t0, ambiguous())
	if n, err := o.LastReceipt(); err != nil || n != 0 {
		t.Errorf("nothing is delivered, and the log ends with %d, %v", n, err)
	}
	mustClaim(t, o, second, t0)
	mustSettle(t, o, second, 1, t0, delivered("2"))
	// Found by looking: any way to delivered is logged.
	if _, err := o.Move(third, t0, Outcome{To: delivery.Delivered, Receipt: &delivery.Receipt{PostID: "3"}}); err != nil {
		t.Fatal(err)
	}
	mustClaim(t, o, first, t0)
	mustSettle(t, o, first, 2, t0, delivered("1"))
	sameIDs(t, "the log", mustReceipts(t, o, 0, 10), []string{second, third, first})
	sameIDs(t, "after 1, at most 1", mustReceipts(t, o, 1, 1), []string{third})
	sameIDs(t, "after the end", mustReceipts(t, o, 3, 10), nil)
	mustVerify(t, o)
}

func TestAReaderBeginsAtTheEndAndGoesOnWhereItWas(t *testing.T) {
	o := openNew(t)
	o.db.NoSync = true
	deliver(t, o, 0, 3, t0)
	if seq, err := o.BeginCursor("hook"); err != nil || seq != 3 {
		t.Errorf("a new reader begins at %d, %v, want 3", seq, err)
	}
	late := deliver(t, o, 3, 2, t0)
	seq, err := o.BeginCursor("hook")
	if err != nil || seq != 3 {
		t.Errorf("after a restart it is at %d, %v, want 3", seq, err)
	}
	sameIDs(t, "what it has to read", mustReceipts(t, o, seq, 10), late)
	if err := o.SetCursor("hook", 4); err != nil {
		t.Fatal(err)
	}
	if seq, ok, err := o.Cursor("hook"); err != nil || !ok || seq != 4 {
		t.Errorf("%d, %v, %v", seq, ok, err)
	}
	if _, ok, err := o.Cursor("other"); ok || err != nil {
		t.Errorf("a reader that never began has a cursor: %v, %v", ok, err)
	}
	mustVerify(t, o)
}

func TestWhoWaitsForAReceiptIsTold(t *testing.T) {
	o := openNew(t)
	a, b := o.NextReceipt(), o.NextReceipt()
	e := mustEnqueue(t, o, fresh(1, "masto"))[0]
	mustClaim(t, o, e.Deliveries[0].ID, t0)
	select {
	case <-a:
		t.Error("told without a receipt")
	default:
	}
	mustSettle(t, o, e.Deliveries[0].ID, 1, t0, delivered("1"))
	for _, ch := range []<-chan struct{}{a, b} {
		select {
		case <-ch:
		default:
			t.Error("not told")
		}
	}
}

func TestPruningKeepsWhatIsYoungUnreadOrTheNewest(t *testing.T) {
	o := openNew(t)
	o.db.NoSync = true
	if n, err := o.PruneReceipts(t0, nil); n != 0 || err != nil {
		t.Errorf("of an empty log: %d, %v", n, err)
	}
	for reader := range 3 { // at 0: nothing read
		if _, err := o.BeginCursor([]string{"slow", "quick", "removed"}[reader]); err != nil {
			t.Fatal(err)
		}
	}
	old := deliver(t, o, 0, 4, t0)
	young := deliver(t, o, 4, 2, t0.Add(time.Hour))
	prune := func(slow, quick uint64, before time.Time, want int) {
		t.Helper()
		for reader, seq := range map[string]uint64{"slow": slow, "quick": quick} {
			if err := o.SetCursor(reader, seq); err != nil {
				t.Fatal(err)
			}
		}
		if n, err := o.PruneReceipts(before, []string{"slow", "quick"}); n != want || err != nil {
			t.Errorf("%d removed, %v, want %d", n, err, want)
		}
		mustVerify(t, o)
	}
	prune(0, 6, t0.Add(time.Minute), 0) // unread
	prune(2, 6, t0, 0)                  // not old enough
	prune(2, 6, t0.Add(time.Minute), 2)
	sameIDs(t, "left", mustReceipts(t, o, 2, 10), append(old[2:], young...))
	if _, ok, err := o.Cursor("removed"); ok || err != nil {
		t.Errorf("a reader that missed what was removed is still known: %v, %v", ok, err)
	}
	prune(6, 6, t0.Add(time.Minute), 2)
	prune(6, 6, t0.Add(2*time.Hour), 1) // all but the newest
	sameIDs(t, "after it", mustReceipts(t, o, 6, 10), nil)
	next := deliver(t, o, 6, 1, t0)
	sameIDs(t, "the numbers go on", mustReceipts(t, o, 6, 10), next)
	mustVerify(t, o)
}

func TestAnEndlessLogIsPrunedInBoundedSteps(t *testing.T) {
	o := openNew(t)
	o.db.NoSync = true
	id := deliver(t, o, 0, 1, t0)[0]
	err := o.update(func(t tx) error {
		d, err := t.delivery(id)
		for range 2*prunedAtOnce + 10 {
			if err == nil {
				err = t.logReceipt(d)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []int{prunedAtOnce, prunedAtOnce, 10, 0} {
		if n, err := o.PruneReceipts(t0.Add(time.Hour), nil); n != want || err != nil {
			t.Errorf("%d, %v, want %d", n, err, want)
		}
	}
}

func TestVerifyFindsDamageToTheLogOfReceipts(t *testing.T) {
	put := func(k []byte, v string) func(tx) error {
		return func(t tx) error { return t.data.Put(k, []byte(v)) }
	}
	moment := string(appendMoment(nil, t0))
	for name, tc := range map[string]struct {
		say string
		do  func(o *Outbox, ids []string) func(tx) error
	}{
		"key garbled":      {"key", func(*Outbox, []string) func(tx) error { return put([]byte{kindReceipt, 1}, "") }},
		"entry garbled":    {"entry 4", func(*Outbox, []string) func(tx) error { return put(receiptKey(4), "x") }},
		"no such delivery": {"not in the outbox", func(*Outbox, []string) func(tx) error { return put(receiptKey(4), moment+"zz.masto") }},
		"twice":            {"both entry 1 and 4", func(_ *Outbox, ids []string) func(tx) error { return put(receiptKey(4), moment+ids[0]) }},
		"a gap": {"entry 3 follows entry 1", func(*Outbox, []string) func(tx) error {
			return func(t tx) error { return t.data.Delete(receiptKey(2)) }
		}},
		"not delivered": {"is scheduled", func(o *Outbox, _ []string) func(tx) error {
			return put(receiptKey(4), moment+mustEnqueue(t, o, fresh(9, "masto"))[0].Deliveries[0].ID)
		}},
		"cursor garbled": {"cursor of reader", func(*Outbox, []string) func(tx) error { return put(plainKey(kindCursor, "hook"), "x") }},
		"cursor ahead":   {"ends with 3", func(*Outbox, []string) func(tx) error { return func(t tx) error { return t.putCursor("hook", 4) } }},
	} {
		t.Run(name, func(t *testing.T) {
			o := openNew(t)
			o.db.NoSync = true
			breakIt(t, o, tc.do(o, deliver(t, o, 0, 3, t0)))
			if err := o.Verify(); err == nil || !strings.Contains(err.Error(), tc.say) {
				t.Errorf("said %v, want %q", err, tc.say)
			}
		})
	}
}

// BenchmarkSettle is the step that appends to the log, with its sync.
func BenchmarkSettle(b *testing.B) {
	o := openNew(b)
	o.db.NoSync = true
	deliver(b, o, 0, 20_000, t0)
	o.db.NoSync = false
	var ours, raw []time.Duration
	db := openRaw(b)
	for i := 20_000; b.Loop(); i++ {
		e := mustEnqueue(b, o, fresh(i, "masto"))[0]
		mustClaim(b, o, e.Deliveries[0].ID, t0)
		ours = append(ours, took(func() { mustSettle(b, o, e.Deliveries[0].ID, 1, t0, delivered("1")) }))
		raw = append(raw, took(func() { putRaw(b, db, i, 1) }))
	}
	report(b, ours, raw, "raw")
}
