package outbox

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"crieur/internal/delivery"
)

// TestListGoesOnAcrossPages lists more than one transaction reads at a time.
func TestListGoesOnAcrossPages(t *testing.T) {
	o := openNew(t)
	var batch []NewArticle
	for i := range pageRows + 20 {
		batch = append(batch, fresh(i, "masto", "x"))
	}
	var want []string
	for _, e := range mustEnqueue(t, o, batch...) {
		want = append([]string{e.Article.ID + ".x", e.Article.ID + ".masto"}, want...)
	}
	var got []string
	collect := func(d delivery.Delivery, a Article) bool {
		if a.ID != d.ArticleID {
			t.Errorf("%s listed with article %s", d.ID, a.ID)
		}
		got = append(got, d.ID)
		return true
	}
	if err := o.List(Filter{}, collect); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("all (-want +got):\n%s", diff)
	}
	got = nil
	if err := o.List(Filter{After: want[9], Limit: pageRows + 5}, collect); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want[10:10+pageRows+5], got); diff != "" {
		t.Errorf("from the tenth on (-want +got):\n%s", diff)
	}
}

func TestListStopsWhenToldTo(t *testing.T) {
	o := openNew(t)
	mustEnqueue(t, o, fresh(1, "masto"), fresh(2, "masto"), fresh(3, "masto"))
	n := 0
	if err := o.List(Filter{}, func(delivery.Delivery, Article) bool { n++; return n < 2 }); err != nil || n != 2 {
		t.Errorf("%d rows, %v", n, err)
	}
}

// TestListMayWriteOnItsWay: an operator cancels what a list shows, row by row.
func TestListMayWriteOnItsWay(t *testing.T) {
	o := openNew(t)
	var batch []NewArticle
	for i := range 3 * pageRows {
		batch = append(batch, fresh(i, "masto"))
	}
	mustEnqueue(t, o, batch...)
	o.db.NoSync = true
	err := o.List(Filter{State: delivery.Scheduled}, func(d delivery.Delivery, _ Article) bool {
		_, err := o.Move(d.ID, t0, Outcome{To: delivery.Cancelled})
		return err == nil
	})
	counts, countErr := o.Counts("masto")
	if diff := cmp.Diff(Counts{delivery.Cancelled: 3 * pageRows}, counts); err != nil || countErr != nil || diff != "" {
		t.Errorf("counts (-want +got):\n%s%v%v", diff, err, countErr)
	}
	mustVerify(t, o)
}

func TestListRefusesWhatItDoesNotKnow(t *testing.T) {
	o := openNew(t)
	for want, f := range map[string]Filter{`"lost"`: {State: "lost"}, "delivery ID": {After: "0123456789ab"}} {
		err := o.List(f, func(delivery.Delivery, Article) bool { return true })
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v", f, err)
		}
	}
}

func TestAnArticleIsFoundByAnyUniqueBeginning(t *testing.T) {
	o := openNew(t)
	es := mustEnqueue(t, o, fresh(1, "masto", "masto2"), fresh(2, "masto"))
	id := es[0].Article.ID
	for _, way := range []string{id, strings.ToUpper(id), id + ".masto", id + ".masto2", id + ".m", id + ".", " " + id} {
		a, ds, err := o.Article(way)
		if diff := cmp.Diff(es[0], Enqueued{Article: a, Deliveries: ds}); err != nil || diff != "" {
			t.Errorf("%q (-want +got):\n%s%v", way, diff, err)
		}
	}
	for _, way := range []string{"", "zzz", id + ".x", id + "0", ".masto"} {
		if _, _, err := o.Article(way); !errors.Is(err, ErrNotFound) {
			t.Errorf("%q: %v", way, err)
		}
	}
	_, _, err := o.Article(id[:idLen-1])
	if err == nil || errors.Is(err, ErrNotFound) || !strings.Contains(err.Error(), es[1].Article.ID) {
		t.Errorf("a beginning that two share: %v", err)
	}
}

func TestLastDeliveredIsThatWithTheLatestPost(t *testing.T) {
	o := openNew(t)
	var ds []delivery.Delivery
	for _, e := range mustEnqueue(t, o, fresh(1, "masto"), fresh(2, "masto"), fresh(3, "masto")) {
		ds = append(ds, mustClaim(t, o, e.Deliveries[0].ID, t0))
	}
	if _, ok, err := o.LastDelivered("masto"); ok || err != nil {
		t.Errorf("before any: %v %v", ok, err)
	}
	for i, posted := range []int{10, 30, 20} { // the last one is found late, by reconciling
		out := delivered("1")
		out.Receipt.PostedAt = t0.AddDate(0, 0, posted)
		ds[i] = mustSettle(t, o, ds[i].ID, 1, t0, out)
		mustVerify(t, o)
	}
	got, ok, err := o.LastDelivered("masto")
	if diff := cmp.Diff(ds[1], got); !ok || err != nil || diff != "" {
		t.Errorf("last delivered (-want +got):\n%s%v", diff, err)
	}
	if _, ok, err := o.LastDelivered("x"); ok || err != nil {
		t.Errorf("another account: %v %v", ok, err)
	}
}

func TestTheLastGoodLimitsAreRemembered(t *testing.T) {
	o := openNew(t)
	if _, ok, err := o.Limits("masto"); ok || err != nil {
		t.Errorf("before any: %v %v", ok, err)
	}
	want := delivery.Limits{MaxCharacters: 5000, URLLength: 23, CodePoints: true, ReadAt: t0}
	for _, l := range []delivery.Limits{{MaxCharacters: 500}, want} {
		if err := o.SetLimits("masto", l); err != nil {
			t.Fatal(err)
		}
	}
	got, ok, err := o.Limits("masto")
	if diff := cmp.Diff(want, got); !ok || err != nil || diff != "" {
		t.Errorf("limits (-want +got):\n%s%v", diff, err)
	}
	if err := o.SetLimits("", want); err == nil {
		t.Error("limits of no account")
	}
	mustVerify(t, o)
}
