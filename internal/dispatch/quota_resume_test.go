package dispatch

import (
	"testing"
	"testing/synctest"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/outbox"
)

// The platform names the day when credits return; an operator buys some and resumes. What
// met the end of the credits must not wait for that day, and expire.
func TestWhatMetTheQuotaGoesWithTheRestOnceResumed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "a")
		w.fakes["a"].script = []error{fails(delivery.Quota, 20*24*time.Hour)}
		ends := time.Now().Add(48 * time.Hour)
		var ids []string
		for _, title := range []string{"Un essai", "Un autre"} {
			got, err := w.ob.Enqueue(time.Now(), []outbox.NewArticle{{Article: anArticle(title), Deliveries: []outbox.NewDelivery{{Account: "a", Platform: "mastodon", Expires: ends}}}})
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, got[0].Deliveries[0].ID)
		}
		stop := w.run()
		defer stop()
		time.Sleep(time.Hour)
		if err := w.engine.Resume("a"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(72 * time.Hour)
		for _, id := range ids {
			if d := w.delivery(id); d.State != delivery.Delivered {
				t.Errorf("%s after the resume: %s, due %s, expired %s", id, d.State, d.Due, d.Expires)
			}
		}
	})
}
