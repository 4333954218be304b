package outbox

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"crieur/internal/delivery"
)

func lastPosted(t *testing.T, o *Outbox, most int) []string {
	t.Helper()
	ids := []string{}
	err := o.LastPosted(most, func(d delivery.Delivery, a Article) bool {
		if d.Receipt == nil || a.ID != d.ArticleID {
			t.Errorf("not whole: %+v of %+v", d, a)
		}
		ids = append(ids, a.Slug+" "+d.Account)
		return true
	})
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

// TestWhatWasPostedLastComesFirst, however old its article is, also where the log of
// receipts was cut.
func TestWhatWasPostedLastComesFirst(t *testing.T) {
	o := openNew(t)
	if got := lastPosted(t, o, 5); len(got) != 0 {
		t.Errorf("of an empty store: %v", got)
	}
	es := mustEnqueue(t, o, fresh(0, "masto", "x"), fresh(1, "masto"), fresh(2, "masto"), fresh(3, "masto"))
	post(t, o, es[2].Deliveries[0].ID, t0.Add(1*time.Hour))
	post(t, o, es[1].Deliveries[0].ID, t0.Add(2*time.Hour))
	post(t, o, es[0].Deliveries[0].ID, t0.Add(3*time.Hour)) // waited for its slot
	post(t, o, es[0].Deliveries[1].ID, t0.Add(9*time.Hour))
	mustClaim(t, o, es[3].Deliveries[0].ID, t0) // claimed is not posted
	want := []string{"article-0 x", "article-0 masto", "article-1 masto", "article-2 masto"}
	for most := range 6 {
		if diff := cmp.Diff(want[:min(most, len(want))], lastPosted(t, o, most)); diff != "" {
			t.Errorf("the last %d (-want +got):\n%s", most, diff)
		}
	}
	if n, err := o.PruneReceipts(t0.Add(24*time.Hour), nil); err != nil || n == 0 {
		t.Fatalf("%d entries cut, %v", n, err)
	}
	if diff := cmp.Diff(want, lastPosted(t, o, 5)); diff != "" {
		t.Errorf("without the log (-want +got):\n%s", diff)
	}
	shown := 0
	if err := o.LastPosted(5, func(delivery.Delivery, Article) bool { shown++; return false }); err != nil || shown != 1 {
		t.Errorf("went on after %d, %v", shown, err)
	}
	mustVerify(t, o)
}
