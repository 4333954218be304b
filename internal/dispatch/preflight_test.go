package dispatch

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/outbox"
)

// checks is a preflight that answers as told and remembers what it was asked.
type checks struct {
	mu     sync.Mutex
	asked  []string
	answer func(ctx context.Context) error
}

func (c *checks) check(ctx context.Context, slug, platform string) error {
	c.mu.Lock()
	c.asked = append(c.asked, slug+" "+platform)
	answer := c.answer
	c.mu.Unlock()
	if answer == nil {
		return nil
	}
	return answer(ctx)
}

func (c *checks) say(answer func(context.Context) error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.answer = answer
}

func (c *checks) number() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.asked)
}

// checkedWorld has one account whose posts are preceded by checks, and takes its alerts.
func checkedWorld(t *testing.T, accounts ...string) (*world, *checks, *[]Alert) {
	w, c, told := newWorld(t, accounts...), &checks{}, new([]Alert)
	var mu sync.Mutex
	w.engine.opt.BeforePost = c.check
	w.engine.opt.Alert = func(a Alert) {
		mu.Lock()
		defer mu.Unlock()
		*told = append(*told, a)
	}
	return w, c, told
}

func TestABrokenCardHoldsTheDeliveryAndSendsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, c, told := checkedWorld(t, "a")
		c.say(func(context.Context) error { return errors.New("og:image is 404") })
		id := w.enqueue("Un essai", time.Time{})[0]
		stop := w.run()
		time.Sleep(time.Hour)
		d := w.delivery(id)
		if d.State != delivery.Held || !strings.Contains(d.Reason, "og:image is 404") || !strings.Contains(d.Reason, "resolve "+id+" --not-posted") || d.Spent != 0 {
			t.Errorf("%s, %d spent, reason %q", d.State, d.Spent, d.Reason)
		}
		if n := len(w.fakes["a"].requests()); n != 0 {
			t.Errorf("%d requests", n)
		}
		if p, err := w.ob.Pace("a"); err != nil || len(p.Posts) != 0 {
			t.Errorf("posts counted: %v, %v", p.Posts, err)
		}
		if len(*told) != 1 || (*told)[0].Kind != AlertHeld || (*told)[0].Delivery != id || (*told)[0].Title != "Un essai" {
			t.Errorf("alerts %+v", *told)
		}

		// An operator has mended the page.
		c.say(nil)
		if _, err := w.ob.Move(id, time.Now(), outbox.Outcome{To: delivery.Scheduled}); err != nil {
			t.Fatal(err)
		}
		w.engine.Wake()
		synctest.Wait()
		stop()
		if d := w.delivery(id); d.State != delivery.Delivered || c.number() != 2 {
			t.Errorf("%s after %d checks", d.State, c.number())
		}
	})
}

func TestAPageIsCheckedOnceForAPlatformAndNotAfterItsFirstPost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, c, _ := checkedWorld(t, "a", "b")
		// The first check is fine, and then the platform refuses: no second check.
		w.fakes["a"].script = []error{fails(delivery.Refused, 0)}
		a := anArticle("Un essai")
		e, err := w.ob.Enqueue(time.Now(), []outbox.NewArticle{{Article: a, Deliveries: []outbox.NewDelivery{
			{Account: "a", Platform: "mastodon"}, {Account: "b", Platform: "mastodon", Due: time.Now().Add(2 * time.Hour)},
		}}})
		if err != nil {
			t.Fatal(err)
		}
		stop := w.run()
		time.Sleep(time.Hour)
		if n := len(w.fakes["a"].requests()); n != 2 || c.number() != 1 {
			t.Errorf("%d requests after %d checks, want 2 after 1", n, c.number())
		}
		stop()
		// A process that starts anew finds the post, and does not ask either.
		w.restart(nil)
		stop = w.run()
		time.Sleep(2 * time.Hour)
		stop()
		if d := w.delivery(e[0].Deliveries[1].ID); d.State != delivery.Delivered || c.number() != 1 {
			t.Errorf("%s, %d checks %v", d.State, c.number(), c.asked)
		}
		if c.asked[0] != "un-essai mastodon" {
			t.Errorf("asked about %q", c.asked[0])
		}
	})
}

func TestAPostWithoutLinkNeedsNoCheck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, c, _ := checkedWorld(t, "a")
		c.say(func(context.Context) error { return errors.New("broken") })
		w.restart(func(a *Account) { a.Link = false })
		id := w.enqueue("Un essai", time.Time{})[0]
		stop := w.run()
		synctest.Wait()
		stop()
		if d := w.delivery(id); d.State != delivery.Delivered || c.number() != 0 {
			t.Errorf("%s after %d checks", d.State, c.number())
		}
	})
}

// A check that is cut by the end of crieur says nothing: the delivery goes after the
// next start, and needs no look since nothing was sent.
func TestAShutdownDuringTheCheckLeavesTheDeliveryScheduled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, c, told := checkedWorld(t, "a")
		c.say(func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() })
		id := w.enqueue("Un essai", time.Time{})[0]
		stop := w.run()
		time.Sleep(time.Minute)
		if !w.engine.Turning(time.Now().Add(4 * time.Minute)) {
			t.Error("a check that takes its time counts as stuck")
		}
		stop()
		d := w.delivery(id)
		if d.State != delivery.Scheduled || d.Spent != 0 || len(*told) != 0 || len(w.fakes["a"].requests()) != 0 {
			t.Fatalf("%s, %d spent, alerts %v", d.State, d.Spent, *told)
		}
		c.say(nil)
		w.restart(nil)
		stop = w.run()
		synctest.Wait()
		stop()
		if d := w.delivery(id); d.State != delivery.Delivered || w.fakes["a"].lookCount() != 0 {
			t.Errorf("%s after %d looks", d.State, w.fakes["a"].lookCount())
		}
	})
}

func TestACheckThatNeverEndsIsTriedAgainAndSpendsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, c, _ := checkedWorld(t, "a")
		c.say(func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() })
		id := w.enqueue("Un essai", time.Time{})[0]
		stop := w.run()
		time.Sleep(time.Hour)
		if n := c.number(); n < 5 || n > 20 {
			t.Errorf("%d checks in an hour", n)
		}
		c.say(nil)
		time.Sleep(10 * time.Minute)
		stop()
		if d := w.delivery(id); d.State != delivery.Delivered || d.Spent != 1 {
			t.Errorf("%s, %d spent", d.State, d.Spent)
		}
	})
}

func TestAWithdrawnArticleIsNotPosted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "a")
		w.fakes["a"].script = []error{fails(delivery.Refused, 0)}
		w.fakes["a"].slow = 10 * time.Second
		id := w.enqueue("Un essai", time.Time{})[0]
		stop := w.run()
		time.Sleep(time.Second) // the request is under way
		got, err := w.ob.Withdraw(w.delivery(id).ArticleID, time.Now())
		if err != nil || len(got.Left) != 1 {
			t.Fatalf("%+v, %v", got, err)
		}
		time.Sleep(time.Hour)
		stop()
		if d := w.delivery(id); d.State != delivery.Cancelled || len(w.fakes["a"].requests()) != 1 {
			t.Errorf("%s after %d requests", d.State, len(w.fakes["a"].requests()))
		}
	})
}
