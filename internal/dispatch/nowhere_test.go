package dispatch

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/outbox"
)

// enqueueSlug stores an article as an older crieur did, whatever its slug is.
func (w *world) enqueueSlug(slug string) (id string) {
	w.t.Helper()
	a := anArticle("Le port rouvre")
	a.Slug = slug
	e, err := w.ob.Enqueue(time.Now(), []outbox.NewArticle{{Article: a, Deliveries: []outbox.NewDelivery{{Account: "a", Platform: "mastodon"}}}})
	if err != nil {
		w.t.Fatal(err)
	}
	return e[0].Deliveries[0].ID
}

func TestAPostWhoseLinkWouldBeDeadIsCancelledAndTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, _, told := checkedWorld(t, "a")
		id, next := w.enqueueSlug("brest--port-"), w.enqueue("La suite", time.Time{})[0]
		stop := w.run()
		time.Sleep(time.Hour)
		stop()
		d := w.delivery(id)
		if want := `the slug "brest--port-"`; d.State != delivery.Cancelled || len(d.Attempts) != 0 || !strings.Contains(d.Reason, want) ||
			!strings.Contains(d.Reason, `as "brest-port", then "crieur enqueue --again --account a FILE"`) {
			t.Errorf("%s after %d attempts, reason %q", d.State, len(d.Attempts), d.Reason)
		}
		if art, _, err := w.ob.Article(d.ArticleID); err != nil || !art.PublishedAt.IsZero() {
			t.Errorf("its page counts as published at %v (%v)", art.PublishedAt, err)
		}
		if len(*told) != 1 || (*told)[0].Delivery != id || (*told)[0].Text != d.Reason {
			t.Errorf("alerts %+v", *told)
		}
		if d := w.delivery(next); d.State != delivery.Delivered || len(w.fakes["a"].requests()) != 1 {
			t.Errorf("the next one is %s after %d requests", d.State, len(w.fakes["a"].requests()))
		}
	})
}

func TestAPostWithoutLinkNeedsNoPage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, _, _ := checkedWorld(t, "a")
		w.restart(func(a *Account) { a.Link = false })
		id := w.enqueueSlug("brest--port-")
		stop := w.run()
		time.Sleep(time.Hour)
		stop()
		if d := w.delivery(id); d.State != delivery.Delivered {
			t.Errorf("it is %s: %s", d.State, d.Reason)
		}
	})
}

// An operator cancels in the same moment: that is no trouble of the outbox.
func TestAnOperatorMayBeQuickerToCancel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, _, told := checkedWorld(t, "a")
		id := w.enqueueSlug("brest--port-")
		due := w.delivery(id) // as the worker read it
		if _, err := w.ob.Move(id, time.Now(), outbox.Outcome{To: delivery.Cancelled}); err != nil {
			t.Fatal(err)
		}
		if cancelled, err := w.engine.workers[0].leadsNowhere(due); !cancelled || err != nil {
			t.Errorf("cancelled %t, %v", cancelled, err)
		}
		if len(*told) != 0 {
			t.Errorf("alerts %+v", *told)
		}
	})
}
