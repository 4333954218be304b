package dispatch

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/outbox"
	"crieur/internal/platform"
)

// history is what went wrong for others, each story named after the thread that tells it.
type history struct {
	thread string
	play   func(*testing.T, *world)
}

// retell plays each story in a world of its own, with two accounts.
func retell(t *testing.T, stories []history) {
	t.Helper()
	for _, s := range stories {
		t.Run(s.thread, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { s.play(t, newWorld(t, "a", "b")) })
		})
	}
}

// during runs the engine for a time.
func (w *world) during(d time.Duration) {
	w.t.Helper()
	stop := w.run()
	time.Sleep(d)
	stop()
}

// again is what many platforms do in a bad hour: n times the same answer.
func again(n int, answer error) []error {
	out := make([]error, n)
	for i := range out {
		out[i] = answer
	}
	return out
}

// each checks that every delivery is delivered, and stands exactly once on the account.
func (w *world) each(account string, ids ...string) {
	w.t.Helper()
	for _, id := range ids {
		d := w.delivery(id)
		if d.State != delivery.Delivered || d.Receipt == nil {
			w.t.Errorf("%s is %s (%s)", id, d.State, d.Reason)
		}
		if n := w.fakes[account].copies(d.Text); n != 1 {
			w.t.Errorf("%s stands %d times on %q", id, n, account)
		}
	}
}

// copies counts the posts with a text that exist.
func (f *fake) copies(text string) (n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, p := range f.posts {
		if f.exists[i] && p.Text == text {
			n++
		}
	}
	return n
}

// store enqueues an article for account a alone.
func (w *world) store(n outbox.NewArticle) outbox.Enqueued {
	w.t.Helper()
	for i := range n.Deliveries {
		n.Deliveries[i].Account, n.Deliveries[i].Platform = "a", "mastodon"
	}
	got, err := w.ob.Enqueue(time.Now(), []outbox.NewArticle{n})
	if err != nil {
		w.t.Fatal(err)
	}
	w.engine.Wake()
	return got[0]
}

// forgetful answers with success, but names no ID.
type forgetful struct{ *fake }

func (f forgetful) Post(ctx context.Context, p platform.Post) (delivery.Receipt, error) {
	_, err := f.fake.Post(ctx, p)
	return delivery.Receipt{}, err
}

// lost is a platform that took the posts of these requests without saying so.
func (f *fake) lost(requests ...int) {
	f.lands = map[int]bool{}
	for _, n := range requests {
		f.lands[n] = true
	}
	f.script = again(len(requests), fails(delivery.Ambiguous, 0))
}

func TestHistoryPostedTwice(t *testing.T) {
	retell(t, []history{
		{"gitroomhq/postiz-app#1321: an error after posting re-ran the publish, for ever", func(t *testing.T, w *world) {
			w.fakes["a"].lost(1)
			w.each("a", w.runDay("Un essai"))
			if n := len(w.fakes["a"].requests()); n != 1 {
				t.Errorf("%d requests", n)
			}
		}},
		{"gitroomhq/postiz-app#1172: five times, one for each worker that came back", func(_ *testing.T, w *world) {
			w.fakes["a"].lost(1)
			id := w.enqueue("Un essai", time.Time{})[0]
			for range 5 {
				w.during(40 * time.Second)
				w.restart(nil)
			}
			w.during(time.Hour)
			w.each("a", id)
		}},
		{"gitroomhq/postiz-app PR #1681: marked as failed although live, and retried by the user", func(t *testing.T, w *world) {
			w.fakes["a"].lost(1)
			w.each("a", w.runDay("Un essai"))
			n := outbox.NewArticle{Article: anArticle("Un essai"), Deliveries: make([]outbox.NewDelivery, 1)}
			if e := w.store(n); !e.Existing {
				t.Error("the retry was stored as a new article")
			}
			w.during(time.Hour)
			w.each("a", w.first())
		}},
		{"YoloSwagTeam/t2m#21: a day of accept-then-500 made a thousand copies", func(_ *testing.T, w *world) {
			all := make([]int, 100)
			for i := range all {
				all[i] = i + 1
			}
			w.fakes["a"].lost(all...)
			var ids []string
			for i := range 20 {
				ids = append(ids, w.enqueue(fmt.Sprintf("Essai numéro %d", i), time.Time{})[0])
			}
			w.during(48 * time.Hour)
			w.each("a", ids...)
		}},
		{"janboddez/share-on-mastodon#125: two runs at once", func(_ *testing.T, w *world) {
			w.fakes["a"].slow = 5 * time.Second
			stop := w.run()
			first := w.engine
			w.restart(nil)
			stopSecond := w.run()
			id := w.enqueue("Un essai", time.Time{})[0]
			first.Wake()
			time.Sleep(time.Hour)
			stop()
			stopSecond()
			w.each("a", id)
		}},
		{"mastodon/mastodon#7033: the server forgot the idempotency key", func(t *testing.T, w *world) {
			w.fakes["a"].lost(1)
			id := w.runDay("Un essai")
			w.each("a", id)
			if f := w.fakes["a"]; f.lookCount() == 0 || len(f.requests()) != 1 {
				t.Errorf("%d looks and %d requests: the key was relied on", f.lookCount(), len(f.requests()))
			}
		}},
		{"zernio-dev/zernio-python PR #42: a \"duplicate\" read as \"nothing went out\"", func(_ *testing.T, w *world) {
			f := w.fakes["a"]
			f.script, f.lands, f.lag = []error{fails(delivery.Ambiguous, 0), duplicate()}, map[int]bool{1: true}, 4*time.Minute
			w.each("a", w.runDay("Un essai"))
		}},
		{"tuskyapp/Tusky#2951: retries on 504 made eleven copies", func(t *testing.T, w *world) {
			w.fakes["a"].lost(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
			w.each("a", w.runDay("Un essai"))
			if n := len(w.fakes["a"].requests()); n != 1 {
				t.Errorf("%d requests", n)
			}
		}},
		{"n8n-io/n8n#28322, #30607: an edited schedule left two timers", func(t *testing.T, w *world) {
			id := w.enqueue("Un essai", time.Now().Add(time.Hour))[0]
			stop := w.run()
			for _, hours := range []time.Duration{3, 2, 4} {
				if _, err := w.ob.Reschedule(id, time.Now(), outbox.Wish{Due: ptr(time.Now().Add(hours * time.Hour))}); err != nil {
					t.Fatal(err)
				}
				w.engine.Wake()
			}
			time.Sleep(4*time.Hour - time.Second)
			if n := len(w.fakes["a"].requests()); n != 0 {
				t.Errorf("%d requests at a moment that was given up", n)
			}
			time.Sleep(2 * time.Hour)
			stop()
			w.each("a", id)
		}},
		{"edsu/feediverse#31: a typo was fixed; snarfed/bridgy-fed#2693: the URL changed", func(t *testing.T, w *world) {
			w.each("a", w.runDay("Un essai"))
			typo, moved := anArticle("Un essai"), anArticle("Un essai")
			typo.Teaser += " (corrigé)"
			moved.Source += "?utm_source=ailleurs"
			for _, a := range []outbox.NewArticle{{Article: typo}, {Article: moved}} {
				a.Deliveries = make([]outbox.NewDelivery, 1)
				if e := w.store(a); !e.Existing {
					t.Errorf("%q of %s was stored anew", a.Article.Title, a.Article.Source)
				}
			}
			w.during(time.Hour)
			w.each("a", w.first())
		}},
		{"gitroomhq/postiz-app#1779: the same text queued twice without a word", func(t *testing.T, w *world) {
			n := outbox.NewArticle{Article: anArticle("Un essai"), Deliveries: make([]outbox.NewDelivery, 1)}
			one, two := w.store(n), w.store(n)
			if one.Existing || !two.Existing || one.Article.ID != two.Article.ID {
				t.Errorf("stored as %+v and %+v", one, two)
			}
		}},
		{"chaica/feed2tweet#52: the memory of what was posted was evicted", func(t *testing.T, w *world) {
			id := w.runDay("Un essai")
			for i := range 300 {
				w.enqueue(fmt.Sprintf("Essai numéro %d", i), time.Time{})
			}
			time.Sleep(2 * 365 * 24 * time.Hour)
			if e := w.store(outbox.NewArticle{Article: anArticle("Un essai"), Deliveries: make([]outbox.NewDelivery, 1)}); !e.Existing {
				t.Error("two years and 300 articles later it was new")
			}
			w.each("a", id)
		}},
		{"simonfrey/mastodon_wordpress_autopost#33: a bug posted every second", func(t *testing.T, w *world) {
			w.engine.opt.PerHour = 10
			for i := range 60 {
				w.enqueue(fmt.Sprintf("Essai numéro %d", i), time.Time{})
			}
			for range 55 { // and its service manager restarted it every minute
				w.during(time.Minute)
				w.restart(nil)
			}
			if n := len(w.fakes["a"].requests()); n != 10 {
				t.Errorf("%d posts within the hour, want the 10 allowed", n)
			}
		}},
		{"feed2toot [run]: a late failure re-posted the whole run", func(_ *testing.T, w *world) {
			w.fakes["a"].script = []error{nil, nil, fails(delivery.Refused, 0)}
			var ids []string
			for i := range 3 {
				ids = append(ids, w.enqueue(fmt.Sprintf("Essai numéro %d", i), time.Time{})[0])
			}
			w.during(10 * time.Second)
			w.restart(nil)
			w.during(time.Hour)
			w.each("a", ids...)
		}},
		{"OpenPost, n8n [run]: posted again 61 s after a lost answer", func(t *testing.T, w *world) {
			w.fakes["a"].lost(1)
			id := w.enqueue("Un essai", time.Time{})[0]
			w.during(62 * time.Second)
			if n := len(w.fakes["a"].requests()); n != 1 {
				t.Errorf("%d requests", n)
			}
			w.during(time.Hour)
			w.each("a", id)
		}},
	})
}

// runDay enqueues one article, runs the engine for a day and returns a's delivery.
func (w *world) runDay(title string) string {
	w.t.Helper()
	id := w.enqueue(title, time.Time{})[0]
	w.during(24 * time.Hour)
	return id
}

// first is the delivery to a of the article enqueued first.
func (w *world) first() (id string) {
	w.t.Helper()
	err := w.ob.List(outbox.Filter{Account: "a"}, func(d delivery.Delivery, _ outbox.Article) bool {
		if id == "" || d.ID < id {
			id = d.ID
		}
		return true
	})
	if err != nil || !strings.HasSuffix(id, ".a") {
		w.t.Fatalf("delivery %q, %v", id, err)
	}
	return id
}
