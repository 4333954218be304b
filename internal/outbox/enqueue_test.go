package outbox

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"crieur/internal/article"
	"crieur/internal/delivery"
)

func TestEnqueueStoresAnArticleWithItsDeliveries(t *testing.T) {
	o := openNew(t)
	in := fresh(1, "masto", "x")
	in.Deliveries[0].Due, in.Deliveries[0].Priority = t0.Add(time.Hour).In(time.FixedZone("", 7200)), 3
	in.Deliveries[0].Expires = t0.Add(48 * time.Hour)
	e := mustEnqueue(t, o, in)[0]

	a := Article{ID: e.Article.ID, Slug: "article-1", EnqueuedAt: t0, Article: in.Article}
	want := Enqueued{Article: a, Deliveries: []delivery.Delivery{
		{ID: a.ID + ".masto", ArticleID: a.ID, Account: "masto", Platform: "mastodon", State: delivery.Scheduled,
			Timed: true, Due: t0.Add(time.Hour), Priority: 3, CreatedAt: t0, Expires: t0.Add(48 * time.Hour)},
		{ID: a.ID + ".x", ArticleID: a.ID, Account: "x", Platform: "mastodon", State: delivery.Scheduled, Due: t0, CreatedAt: t0},
	}}
	if diff := cmp.Diff(want, e); diff != "" {
		t.Fatalf("enqueued (-want +got):\n%s", diff)
	}
	got, ds, err := o.Article(a.ID)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, Enqueued{Article: got, Deliveries: ds}); diff != "" {
		t.Errorf("stored (-want +got):\n%s", diff)
	}
	mustVerify(t, o)
}

func TestTheSameArticleIsAnsweredWithTheFirst(t *testing.T) {
	o := openNew(t)
	first := mustEnqueue(t, o, fresh(1, "masto"))[0]
	first.Existing = true

	otherText, otherSource := fresh(1, "masto", "x"), fresh(1, "masto")
	otherText.Article.Body, otherText.Article.Title = "Rewritten.", "Rewritten"
	otherSource.Article.Source = "https://elsewhere.example/1"
	for name, again := range map[string]NewArticle{
		"all the same": fresh(1, "masto"), "same source": otherText, "same content": otherSource,
	} {
		if diff := cmp.Diff(first, mustEnqueue(t, o, again)[0]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	counts, err := o.Counts("")
	if diff := cmp.Diff(Counts{delivery.Scheduled: 1}, counts); err != nil || diff != "" {
		t.Errorf("counts (-want +got):\n%s%v", diff, err)
	}
	mustVerify(t, o)
}

func TestTheSameArticleTwiceInABatchIsStoredOnce(t *testing.T) {
	o := openNew(t)
	es := mustEnqueue(t, o, fresh(1, "masto"), fresh(2, "masto"), fresh(1, "masto"))
	if !es[2].Existing || es[2].Article.ID != es[0].Article.ID || es[1].Existing {
		t.Errorf("existing %v, %v, %v", es[0].Existing, es[1].Existing, es[2].Existing)
	}
	if diff := cmp.Diff(es[0].Deliveries, es[2].Deliveries); diff != "" {
		t.Errorf("deliveries of the first (-want +got):\n%s", diff)
	}
	mustVerify(t, o)
}

func TestAgainStoresASecondArticleAndLeavesTheFirstInPlace(t *testing.T) {
	o := openNew(t)
	first := mustEnqueue(t, o, fresh(1, "masto"))[0].Article
	again := fresh(1, "masto")
	again.Again = true
	second := mustEnqueue(t, o, again)[0]
	if second.Existing || second.Article.ID <= first.ID || second.Article.Slug != "article-1-2" {
		t.Errorf("again: existing %v, ID %s after %s, slug %s", second.Existing, second.Article.ID, first.ID, second.Article.Slug)
	}
	if third := mustEnqueue(t, o, fresh(1, "masto"))[0]; third.Article.ID != first.ID {
		t.Errorf("answered with %s, want the first, %s", third.Article.ID, first.ID)
	}
	mustVerify(t, o)
}

func TestArticlesWithoutSourceAreToldApartByContent(t *testing.T) {
	o := openNew(t)
	a, b := fresh(1, "masto"), fresh(2, "masto")
	a.Article.Source, b.Article.Source = "", ""
	if es := mustEnqueue(t, o, a, b); es[1].Existing {
		t.Error("two articles without source taken for one")
	}
	mustVerify(t, o)
}

func TestEnqueueRefusesWhatCannotBePosted(t *testing.T) {
	with := func(ds ...NewDelivery) NewArticle { return NewArticle{Article: text(9, 0), Deliveries: ds} }
	for want, a := range map[string]NewArticle{
		"no account":        with(),
		"named twice":       with(NewDelivery{Account: "x", Platform: "x"}, NewDelivery{Account: "x", Platform: "x"}),
		"no platform":       with(NewDelivery{Account: "x"}),
		"priority 128":      with(NewDelivery{Account: "x", Platform: "x", Priority: 128}),
		"priority -129":     with(NewDelivery{Account: "x", Platform: "x", Priority: -129}),
		`account ""`:        with(NewDelivery{Platform: "x"}),
		`account "a\x00b"`:  with(NewDelivery{Account: "a\x00b", Platform: "x"}),
		`account "a b"`:     with(NewDelivery{Account: "a b", Platform: "x"}),
		"bytes without":     with(NewDelivery{Account: strings.Repeat("a", 101), Platform: "x"}),
		"never be posted":   with(NewDelivery{Account: "x", Platform: "x", Expires: t0}),
		"before it is due":  with(NewDelivery{Account: "x", Platform: "x", Due: t0.Add(2), Expires: t0.Add(1)}),
		"year outside of r": with(NewDelivery{Account: "x", Platform: "x", Due: time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC)}),
	} {
		o := openNew(t)
		_, err := o.Enqueue(t0, []NewArticle{fresh(1, "masto"), a})
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "Article 9") {
			t.Errorf("%s: error %v", want, err)
		}
		if counts, err := o.Counts(""); err != nil || len(counts) > 0 {
			t.Errorf("%s: the rest of the batch was stored: %v %v", want, counts, err)
		}
		mustVerify(t, o)
	}
}

func TestEnqueueOfNothingIsNothing(t *testing.T) {
	if es, err := openNew(t).Enqueue(t0, nil); es != nil || err != nil {
		t.Error(es, err)
	}
}

func TestSlugsAreUniqueWithoutGaps(t *testing.T) {
	o := openNew(t)
	var got []string
	for i, slug := range []string{"a", "a", "a-2", "a", "a-3", "b", "", "a-2-2"} {
		n := fresh(i, "masto")
		n.Article.Slug = slug
		e := mustEnqueue(t, o, n)[0]
		if slug == "" && e.Article.Slug != e.Article.ID {
			t.Errorf("no slug: %q, want the ID", e.Article.Slug)
		} else if slug != "" {
			got = append(got, e.Article.Slug)
		}
		a, ds, err := o.BySlug(e.Article.Slug)
		if diff := cmp.Diff(e, Enqueued{Article: a, Deliveries: ds}); err != nil || diff != "" {
			t.Errorf("by slug (-want +got):\n%s%v", diff, err)
		}
	}
	if diff := cmp.Diff([]string{"a", "a-2", "a-2-2", "a-3", "a-3-2", "b", "a-2-2-2"}, got); diff != "" {
		t.Errorf("slugs (-want +got):\n%s", diff)
	}
	if _, _, err := o.BySlug("c"); !errors.Is(err, ErrNotFound) {
		t.Errorf("a slug that is not there: %v", err)
	}
	mustVerify(t, o)
}

// Pages know no other form, see article.IsSlug.
func TestANumberedSlugHasTheFormOfASlugToo(t *testing.T) {
	o := openNew(t)
	for i, want := range []string{"", "-2", "-3"} {
		n := fresh(i, "masto")
		n.Article.Slug = strings.Repeat("a-", 39) + "bc" // the longest
		got := mustEnqueue(t, o, n)[0].Article.Slug
		if got != n.Article.Slug+want || !article.IsSlug(got) {
			t.Errorf("slug %q, want %q", got, n.Article.Slug+want)
		}
	}
	if id := mustEnqueue(t, o, fresh(9, "masto"))[0].Article.ID; !article.IsSlug(id) {
		t.Errorf("ID %q, which stands in for a slug, is none", id)
	}
	mustVerify(t, o)
}

func TestTheThousandthOfASlugCostsAsTheSecond(t *testing.T) {
	o := openNew(t)
	batch := make([]NewArticle, 3000)
	for i := range batch {
		batch[i] = fresh(i, "masto")
		batch[i].Article.Slug = "same"
	}
	start := time.Now()
	es := mustEnqueue(t, o, batch...)
	if got := es[2999].Article.Slug; got != "same-3000" {
		t.Errorf("last slug %q", got)
	}
	if took := time.Since(start); took > 10*time.Second { // probing one by one would be 4.5 million look-ups
		t.Errorf("took %s", took)
	}
	mustVerify(t, o)
}

func TestEnqueueNamesTheFileWhenItIsFull(t *testing.T) {
	o := openNew(t)
	e := mustEnqueue(t, o, fresh(1, "masto"))[0]
	o.db.MaxSize = 1 << 20
	big := fresh(2, "masto")
	big.Article.ImageAlt = strings.Repeat("x", 20<<20)
	_, err := o.Enqueue(t0, []NewArticle{big})
	if err == nil || !strings.Contains(err.Error(), o.Path()) {
		t.Fatalf("a full disk: %v", err)
	}
	mustVerify(t, o)
	o.db.MaxSize = 0
	if d := mustClaim(t, o, e.Deliveries[0].ID, t0); d.State != delivery.Sending {
		t.Errorf("after the disk was full: %s", d.State)
	}
	mustVerify(t, o)
}

// endsAfter is a context that ends when it was asked so many times.
type endsAfter struct {
	context.Context
	asked *int
}

func (c endsAfter) Err() error {
	if *c.asked--; *c.asked < 0 {
		return context.Canceled
	}
	return nil
}

// TestWhoBreaksOffHasStoredNothing, at whichever article it was, and is in nobody's way later.
func TestWhoBreaksOffHasStoredNothing(t *testing.T) {
	o := openNew(t)
	as := []NewArticle{fresh(1, "masto"), fresh(2, "masto"), fresh(3, "masto")}
	gone := errors.New("the asker is gone")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(gone)
	for left := range len(as) + 1 {
		if got, err := o.EnqueueWhile(endsAfter{ctx, &left}, t0, as); !errors.Is(err, gone) || got != nil {
			t.Errorf("%v, %v", got, err)
		}
		mustVerify(t, o)
	}
	if c, err := o.Counts(""); err != nil || c[delivery.Scheduled] != 0 {
		t.Errorf("stored: %v, %v", c, err)
	}
	if got := mustEnqueue(t, o, as...); len(got) != 3 || got[0].Existing {
		t.Errorf("afterwards: %v", got)
	}
	mustVerify(t, o)
}
