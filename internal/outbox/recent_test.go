package outbox

import (
	"errors"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"crieur/internal/delivery"
	"crieur/internal/visits"
)

// post makes a delivered delivery of it, posted at at.
func post(t *testing.T, o *Outbox, id string, at time.Time) {
	t.Helper()
	mustClaim(t, o, id, t0)
	out := delivered("p")
	out.Receipt.PostedAt = at
	mustSettle(t, o, id, 1, t0, out)
}

func recentSlugs(t *testing.T, o *Outbox, most int) []string {
	t.Helper()
	got, err := o.Recent(most)
	if err != nil {
		t.Fatal(err)
	}
	slugs := []string{}
	for _, p := range got {
		slugs = append(slugs, p.Article.Slug)
		if p.Article.PublishedAt.IsZero() || len(p.Deliveries) == 0 {
			t.Errorf("%s is not whole: %+v", p.Article.Slug, p)
		}
	}
	return slugs
}

func TestRecentArticlesAreThosePostedLatestFirst(t *testing.T) {
	o := openNew(t)
	if got := recentSlugs(t, o, 5); len(got) != 0 {
		t.Errorf("of an empty store: %v", got)
	}
	es := mustEnqueue(t, o, fresh(0, "masto", "x"), fresh(1, "masto"), fresh(2, "masto"), fresh(3, "masto"), fresh(4, "masto"))
	post(t, o, es[2].Deliveries[0].ID, t0.Add(1*time.Hour))
	post(t, o, es[0].Deliveries[0].ID, t0.Add(3*time.Hour)) // waited for its slot
	post(t, o, es[1].Deliveries[0].ID, t0.Add(2*time.Hour))
	post(t, o, es[0].Deliveries[1].ID, t0.Add(9*time.Hour)) // its second post makes it no newer
	mustClaim(t, o, es[3].Deliveries[0].ID, t0)             // claimed is not posted
	want := []string{"article-0", "article-1", "article-2"}
	if diff := cmp.Diff(want, recentSlugs(t, o, 5)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want[:2], recentSlugs(t, o, 2)); diff != "" {
		t.Errorf("the latest two (-want +got):\n%s", diff)
	}
	if got := recentSlugs(t, o, 0); len(got) != 0 {
		t.Errorf("none asked for: %v", got)
	}
}

func TestRecentReadsABoundedNumberOfDeliveries(t *testing.T) {
	o := openNew(t)
	o.db.NoSync = true
	var batch []NewArticle
	for i := range recentRows + 1 {
		batch = append(batch, fresh(i, "masto"))
	}
	for i, e := range mustEnqueue(t, o, batch...) {
		post(t, o, e.Deliveries[0].ID, t0.Add(-time.Duration(i)*time.Hour)) // the eldest was posted last
	}
	if got := recentSlugs(t, o, 1); got[0] != "article-1" {
		t.Errorf("latest is %v: want the latest of the %d youngest", got, recentRows)
	}
}

func TestAnArticleThatWaitedLongIsRecentOnceItIsPosted(t *testing.T) {
	o := openNew(t)
	o.db.NoSync = true
	batch := []NewArticle{fresh(0, "masto", "x"), fresh(1, "masto", "x")}
	for i := range 2 * recentRows {
		batch = append(batch, fresh(i+2, "masto"))
	}
	es := mustEnqueue(t, o, batch...)
	post(t, o, es[1].Deliveries[0].ID, t0.Add(-time.Hour))
	for i, e := range es[2:] {
		post(t, o, e.Deliveries[0].ID, t0.Add(time.Duration(i)*time.Minute))
	}
	post(t, o, es[0].Deliveries[0].ID, t0.Add(time.Hour))
	post(t, o, es[1].Deliveries[1].ID, t0.Add(2*time.Hour)) // its first post was long ago
	want := []string{"article-0", "article-" + strconv.Itoa(2*recentRows+1)}
	if diff := cmp.Diff(want[:1], recentSlugs(t, o, 1)); diff != "" {
		t.Errorf("the latest (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want, recentSlugs(t, o, 2)); diff != "" {
		t.Errorf("the latest two (-want +got):\n%s", diff)
	}
	if err := o.Verify(); err != nil {
		t.Error(err)
	}
}

func TestEveryChangeOfWhatPagesShowIsToldAndNoOther(t *testing.T) {
	o := openNew(t)
	last, err := o.Change()
	if err != nil {
		t.Fatal(err)
	}
	changed := func(what string, want bool) {
		t.Helper()
		now, err := o.Change()
		if err != nil || (now > last) != want || now < last {
			t.Errorf("%s: %d after %d, %v", what, now, last, err)
		}
		last = now
	}
	changed("nothing", false)
	e := mustEnqueue(t, o, fresh(1, "masto"))[0]
	changed("an article", true)
	if _, _, err := o.BySlug("article-1"); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Claim(e.Deliveries[0].ID+"x", t0, Terms{Compose: compose}); err == nil {
		t.Fatal("claimed what is not there")
	}
	changed("reading, and a change that was refused", false)
	mustClaim(t, o, e.Deliveries[0].ID, t0)
	changed("a claim", true)
	mustSettle(t, o, e.Deliveries[0].ID, 1, t0, delivered("1"))
	changed("a receipt", true)
	id := e.Article.ID
	mustAdd(t, o, today, map[visits.Key]uint64{{Slug: "article-1", Day: today, Origin: visits.X}: 3})
	changed("visits", false)
	if err := errors.Join(o.SetLimits("masto", delivery.Limits{}), o.SetAccountState("masto", AccountState{}), o.SetCursor("hook", 1)); err != nil {
		t.Fatal(err)
	}
	changed("limits, an account's state and a cursor", false)
	for _, probe := range []struct {
		after       time.Duration // hours
		gone, shows bool
		what        string
	}{
		{1, false, false, "a source that is there"},
		{24, true, false, "a source that is missing once"},
		{48, true, true, "a source that is gone"},
		{72, true, false, "a source that is still gone"},
		{96, false, true, "a source that is back"},
	} {
		if _, turned, err := o.SetSource(id, e.Article.Source, t0.Add(probe.after*time.Hour), probe.gone); err != nil || turned != probe.shows {
			t.Fatalf("%s: turned %t, %v", probe.what, turned, err)
		}
		changed(probe.what, probe.shows)
	}
	if _, err := o.Update(id, e.Article.Article, t0, nil); err != nil {
		t.Fatal(err)
	}
	changed("a correction", true)
	if _, err := o.Withdraw(id, t0); err != nil {
		t.Fatal(err)
	}
	changed("a withdrawal", true)
	mustVerify(t, o)
}

func TestAClosedStoreTellsNoChange(t *testing.T) {
	o := openNew(t)
	if err := o.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Change(); err == nil {
		t.Error("no error")
	}
}

func BenchmarkChange(b *testing.B) {
	o := openNew(b)
	mustEnqueue(b, o, fresh(1, "masto"))
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := o.Change(); err != nil {
				b.Fatal(err)
			}
		}
	})
}
