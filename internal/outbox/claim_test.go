package outbox

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"crieur/internal/delivery"
)

func TestClaimWritesTheIntent(t *testing.T) {
	o := openNew(t)
	e := mustEnqueue(t, o, fresh(1, "masto"))[0]
	now := t0.Add(time.Minute)
	got := mustClaim(t, o, e.Deliveries[0].ID, now)

	want := e.Deliveries[0]
	want.State, want.Text = delivery.Sending, "🗞️ Le numéro 1 est arrivé /article-1"
	want.Key = delivery.Key(e.Article.ID, "masto", 0)
	want.Attempts = []delivery.Attempt{{N: 1, At: now}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("claimed (-want +got):\n%s", diff)
	}
	stored, err := o.Delivery(want.ID)
	if diff := cmp.Diff(want, stored); err != nil || diff != "" {
		t.Errorf("stored (-want +got):\n%s%v", diff, err)
	}
	if _, ok, err := o.NextDue("masto", now); ok || err != nil {
		t.Errorf("still due: %v %v", ok, err)
	}
	interrupted, err := o.Interrupted()
	if diff := cmp.Diff([]delivery.Delivery{want}, interrupted); err != nil || diff != "" {
		t.Errorf("interrupted (-want +got):\n%s%v", diff, err)
	}
	mustVerify(t, o)
}

func TestThePageExistsFromTheFirstClaimOn(t *testing.T) {
	o := openNew(t)
	e := mustEnqueue(t, o, fresh(1, "masto", "x"))[0]
	if !e.Article.PublishedAt.IsZero() {
		t.Errorf("published at %v before any claim", e.Article.PublishedAt)
	}
	var seen Article
	for i, d := range e.Deliveries {
		if _, err := o.Claim(d.ID, t0.Add(time.Duration(i)*time.Hour), Terms{Compose: func(a Article) (string, error) { seen = a; return "text", nil }}); err != nil {
			t.Fatal(err)
		}
		want := e.Article
		want.PublishedAt = t0
		if diff := cmp.Diff(want, seen); diff != "" {
			t.Errorf("composed from (-want +got):\n%s", diff)
		}
		a, _, err := o.Article(e.Article.ID)
		if diff := cmp.Diff(want, a); err != nil || diff != "" {
			t.Errorf("stored (-want +got):\n%s%v", diff, err)
		}
	}
}

func TestClaimRefusesASecondWorker(t *testing.T) {
	o := openNew(t)
	var ids []string
	for i := range 5 {
		ids = append(ids, mustEnqueue(t, o, fresh(i, "masto"))[0].Deliveries[0].ID)
	}
	var wg sync.WaitGroup
	won := make([]atomic.Int32, len(ids))
	for range 16 {
		wg.Go(func() {
			for i, id := range ids {
				switch d, err := o.Claim(id, t0, Terms{Compose: compose}); {
				case err == nil && d.State == delivery.Sending && len(d.Attempts) == 1:
					won[i].Add(1)
				case !errors.Is(err, ErrNotScheduled):
					t.Errorf("the loser of %s was told: %+v, %v", id, d, err)
				}
			}
		})
	}
	wg.Wait()
	for i := range won {
		if n := won[i].Load(); n != 1 {
			t.Errorf("%s was claimed by %d workers", ids[i], n)
		}
	}
	mustVerify(t, o)
}

func TestTheTextIsFrozenByTheFirstClaim(t *testing.T) {
	o := openNew(t)
	id := mustEnqueue(t, o, fresh(1, "masto"))[0].Deliveries[0].ID
	first := mustClaim(t, o, id, t0)
	mustSettle(t, o, id, 1, t0, refused(t0.Add(time.Minute)))
	second, err := o.Claim(id, t0.Add(time.Minute), Terms{Compose: func(Article) (string, error) {
		t.Error("composed again")
		return "other text", nil
	}})
	if err != nil || second.Text != first.Text || second.Key != first.Key || second.Attempts[1].N != 2 {
		t.Errorf("second claim: %+v, %v", second, err)
	}
	mustVerify(t, o)
}

func TestAnExpiredDeliveryIsNotClaimed(t *testing.T) {
	o := openNew(t)
	in := fresh(1, "masto")
	in.Deliveries[0].Expires = t0.Add(time.Hour)
	id := mustEnqueue(t, o, in)[0].Deliveries[0].ID
	d, err := o.Claim(id, t0.Add(time.Hour), Terms{Compose: compose})
	if !errors.Is(err, ErrExpired) || d.State != delivery.Expired || d.Text != "" {
		t.Errorf("%+v, %v", d, err)
	}
	if _, err := o.Claim(id, t0, Terms{Compose: compose}); !errors.Is(err, ErrNotScheduled) {
		t.Errorf("a second time: %v", err)
	}
	mustVerify(t, o)
}

func TestADeliveryIsNotClaimedBeforeItsMoment(t *testing.T) {
	o := openNew(t)
	in := fresh(1, "masto")
	in.Deliveries[0].Due = t0.Add(time.Hour)
	id := mustEnqueue(t, o, in)[0].Deliveries[0].ID
	_, err := o.Claim(id, t0.Add(time.Hour-1), Terms{Compose: compose})
	if !errors.Is(err, ErrNotDue) || !errors.Is(err, ErrNotScheduled) || !strings.Contains(err.Error(), "2026-03-02T09:00:00Z") {
		t.Errorf("early: %v", err)
	}
	mustClaim(t, o, id, t0.Add(time.Hour))
	mustVerify(t, o)
}

// TestATextThatCannotBeComposedLeavesTheDeliveryScheduled: another template or limit may let it go.
func TestATextThatCannotBeComposedLeavesTheDeliveryScheduled(t *testing.T) {
	cause := errors.New("301 characters, limit 280")
	for name, broken := range map[string]func(Article) (string, error){
		"301 characters": func(Article) (string, error) { return "", cause },
		"panic: oh":      func(Article) (string, error) { panic("oh") },
		"nil pointer":    func(a Article) (string, error) { var p *Article; return p.ID, nil },
		"empty":          func(Article) (string, error) { return "", nil },
		"not UTF-8":      func(Article) (string, error) { return "a\xff", nil },
	} {
		t.Run(name, func(t *testing.T) {
			o := openNew(t)
			e := mustEnqueue(t, o, fresh(1, "masto"))[0]
			id := e.Deliveries[0].ID
			d, err := o.Claim(id, t0, Terms{PerHour: 9, Compose: broken})
			var ce *ComposeError
			if !errors.As(err, &ce) || ce.Delivery != id || !strings.Contains(err.Error(), name) {
				t.Fatalf("%v, want a ComposeError of %s", err, id)
			}
			if name == cause.Error() && !errors.Is(err, cause) {
				t.Errorf("%v does not wrap its cause", err)
			}
			if diff := cmp.Diff(delivery.Delivery{}, d); diff != "" {
				t.Errorf("returned (-want +got):\n%s", diff)
			}
			a, ds, err := o.Article(id)
			if diff := cmp.Diff(e.Deliveries, ds); err != nil || diff != "" || !a.PublishedAt.IsZero() {
				t.Errorf("stored (-want +got):\n%s%v, published %v", diff, err, a.PublishedAt)
			}
			if _, err := o.Claim(id, t0, Terms{PerHour: 1, Compose: compose}); err != nil {
				t.Errorf("it spent the account's hour: %v", err)
			}
			mustVerify(t, o)
		})
	}
}

func TestClaimOfNothing(t *testing.T) {
	o := openNew(t)
	for _, id := range []string{"", "x", "0123456789ab.masto", "0123456789ab"} {
		if _, err := o.Claim(id, t0, Terms{Compose: compose}); !errors.Is(err, ErrNotFound) || !strings.Contains(err.Error(), fmt.Sprintf("%q", id)) {
			t.Errorf("claim %q: %v", id, err)
		}
	}
}

func TestTheHistoryKeepsItsBeginningAndItsEnd(t *testing.T) {
	o := openNew(t)
	o.db.NoSync = true
	id := mustEnqueue(t, o, fresh(1, "masto"))[0].Deliveries[0].ID
	now := t0
	for n := 1; n <= 60; n++ {
		mustClaim(t, o, id, now)
		now = now.Add(time.Minute)
		mustSettle(t, o, id, n, now, refused(now))
	}
	d, err := o.Delivery(id)
	if err != nil {
		t.Fatal(err)
	}
	var got []int
	for _, a := range d.Attempts {
		got = append(got, a.N)
	}
	want := []int{1, 2, 3, 4, 5}
	for n := 16; n <= 60; n++ {
		want = append(want, n)
	}
	if diff := cmp.Diff(want, got); diff != "" || d.Spent != 60 {
		t.Errorf("attempts kept (-want +got):\n%s, %d spent", diff, d.Spent)
	}
	mustVerify(t, o)
}
