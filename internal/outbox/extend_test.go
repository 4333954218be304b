package outbox

import (
	"errors"
	"testing"

	"crieur/internal/delivery"
)

func TestAnAccountNamedLaterGetsItsDeliveryOnTheSamePage(t *testing.T) {
	o := openNew(t)
	first := mustEnqueue(t, o, fresh(1, "masto"))[0]
	later := fresh(1, "masto", "x")
	if e := mustEnqueue(t, o, later)[0]; e.Added != 0 || len(e.Deliveries) != 1 {
		t.Errorf("unasked it got %d more: %+v", e.Added, e.Deliveries)
	}
	later.Extend = true
	e := mustEnqueue(t, o, later)[0]
	if !e.Existing || e.Added != 1 || e.Article.ID != first.Article.ID || len(e.Deliveries) != 2 || e.Deliveries[1].Account != "x" {
		t.Errorf("extended to %+v", e)
	}
	if e := mustEnqueue(t, o, later)[0]; e.Added != 0 || len(e.Deliveries) != 2 {
		t.Errorf("asked again it got %d more", e.Added)
	}
	if c, err := o.Counts("x"); err != nil || c[delivery.Scheduled] != 1 {
		t.Errorf("counts %v, %v", c, err)
	}
	mustVerify(t, o)
}

func TestAgainIsRefusedWhileTheFirstMayBeThere(t *testing.T) {
	o, d := sending(t)
	again := fresh(1, d.Account)
	again.Again = true
	refuse := func(state delivery.State) {
		t.Helper()
		if _, err := o.Enqueue(t0, []NewArticle{again}); !errors.Is(err, ErrUnsettled) {
			t.Errorf("%s: %v, want ErrUnsettled", state, err)
		}
	}
	stored, _, err := o.Article(d.ID)
	if err != nil {
		t.Fatal(err)
	}
	again.Article = stored.Article
	refuse(delivery.Sending)
	mustSettle(t, o, d.ID, 1, t0, ambiguous())
	refuse(delivery.Unknown)
	if _, err := o.Move(d.ID, t0, Outcome{To: delivery.Held, Reason: "nobody knows"}); err != nil {
		t.Fatal(err)
	}
	refuse(delivery.Held)
	again.Deliveries[0].Account = "another"
	if e := mustEnqueue(t, o, again)[0]; e.Existing {
		t.Error("refused for another account, where nothing can be doubled")
	}
	if _, err := o.Move(d.ID, t0, Outcome{To: delivery.Dead, Reason: "not there"}); err != nil {
		t.Fatal(err)
	}
	again.Deliveries[0].Account = d.Account
	e := mustEnqueue(t, o, again)[0]
	if e.Existing {
		t.Error("refused although the first is settled")
	}
	second := mustClaim(t, o, e.Deliveries[0].ID, t0)
	refuse(delivery.Sending) // the second copy counts like the first
	mustSettle(t, o, second.ID, 1, t0, delivered("2"))
	if e := mustEnqueue(t, o, again)[0]; e.Existing {
		t.Error("refused although all copies are settled")
	}
	mustVerify(t, o)
}
