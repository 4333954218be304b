package dispatch

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"crieur/internal/delivery"
)

// Between a claim and its request a page is looked at and a picture handed over: minutes.
func TestAWithdrawnArticleIsNotPostedAfterItsPicture(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "a")
		f := w.fakes["a"]
		f.slowUpload = 2 * time.Minute
		id := w.enqueueWithPicture("Avec image")
		stop := w.run()
		defer stop()
		time.Sleep(30 * time.Second) // the picture is being processed
		if _, err := w.ob.Withdraw(w.delivery(id).ArticleID, time.Now()); err != nil {
			t.Fatal(err)
		}
		if err := w.engine.Pause("a"); err != nil { // a paused account claims nothing, which would cancel it
			t.Fatal(err)
		}
		w.engine.Wake()
		time.Sleep(10 * time.Minute)
		if d := w.delivery(id); len(f.requests()) != 0 || d.State != delivery.Cancelled {
			t.Errorf("%d requests after the article was withdrawn, %s", len(f.requests()), d.State)
		}
	})
}

func TestAPausedAccountPostsNothingAfterItsPicture(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "a")
		f := w.fakes["a"]
		f.slowUpload = 2 * time.Minute
		id := w.enqueueWithPicture("Avec image")
		stop := w.run()
		defer stop()
		time.Sleep(30 * time.Second)
		if err := w.engine.Pause("a"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Minute)
		if d := w.delivery(id); len(f.requests()) != 0 || d.State != delivery.Scheduled {
			t.Errorf("%d requests after the pause, %s", len(f.requests()), d.State)
		}
		if err := w.engine.Resume("a"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Minute)
		if d := w.delivery(id); len(f.requests()) != 1 || d.State != delivery.Delivered || d.Spent != 1 {
			t.Errorf("%d requests after the resume, %s, %d attempts spent", len(f.requests()), d.State, d.Spent)
		}
	})
}

func TestQuietHoursAndExpiryHoldAfterTheCheckOfThePage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := pacedAt(t, "2027-01-04 21:50", setting{zone: "UTC", quiet: "22:00-07:00"})
		w.engine.opt.BeforePost = func(ctx context.Context, _, _ string) error {
			time.Sleep(3 * time.Minute) // the proxy restarts
			return nil
		}
		due := time.Date(2027, 1, 4, 21, 59, 0, 0, time.UTC)
		id := w.later("Un essai", 0, due, due.Add(time.Minute))
		other := w.later("Un autre", 0, due, time.Time{})
		stop := w.run()
		sleepUntil(t, "2027-01-04 22:30")
		stop()
		if d := w.delivery(other); d.State != delivery.Scheduled {
			t.Errorf("what does not expire is %s in quiet hours", d.State)
		}
		if got, d := w.clocks(), w.delivery(id); len(got) != 0 || d.State != delivery.Expired {
			t.Errorf("posted at %v, %s: quiet hours begin at 22:00, and it was to go before 22:00", got, d.State)
		}
	})
}
