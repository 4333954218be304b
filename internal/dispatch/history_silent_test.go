package dispatch

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/outbox"
)

func TestHistoryStuckOrSilent(t *testing.T) {
	retell(t, []history{
		{"gitroomhq/postiz-app#1724, #1512: queued for ever without an error", func(t *testing.T, w *world) {
			w.fakes["a"].script = again(50, fails(delivery.Refused, 0))
			w.fakes["b"].script, w.fakes["b"].blind = again(50, fails(delivery.Ambiguous, 0)), fails(delivery.Refused, 0)
			ids := w.enqueue("Un essai", time.Time{})
			w.during(48 * time.Hour)
			if d := w.delivery(ids[0]); d.State != delivery.Dead || !strings.Contains(d.Reason, "the kettle is on") {
				t.Errorf("%s for %q, want dead with its cause", d.State, d.Reason)
			}
			if d := w.delivery(ids[1]); d.State != delivery.Held || !strings.Contains(d.Reason, "crieur resolve") {
				t.Errorf("%s for %q, want held with the way out", d.State, d.Reason)
			}
		}},
		{"gitroomhq/postiz-app#1551: what it needs was down at the start, and it never asked again", func(_ *testing.T, w *world) {
			w.fakes["a"].script = []error{fails(delivery.Refused, 0)}
			w.each("a", w.runDay("Un essai"))
		}},
		{"inovector/mixpost#131: as if no background task ran", func(t *testing.T, w *world) {
			w.enqueue("Un essai", time.Now().Add(time.Hour))
			for _, running := range []bool{false, true} {
				stop := func() {}
				if running {
					stop = w.run()
				}
				st, err := w.engine.Status(time.Now())
				if err != nil {
					t.Fatal(err)
				}
				if st.Ready != running || (st.Accounts[0].State == StateRunning) != running || st.Accounts[0].Queued != 1 {
					t.Errorf("running %v: status %+v", running, st)
				}
				stop()
			}
		}},
		{"Codeinwp/tweet-old-post#1102: down for months, then months of old articles in a burst", func(t *testing.T, w *world) {
			for i := range 90 {
				moment := time.Now().Add(time.Duration(i) * 24 * time.Hour)
				w.store(outbox.NewArticle{
					Article:    anArticle(fmt.Sprintf("Essai numéro %d", i)),
					Deliveries: []outbox.NewDelivery{{Due: moment, Expires: moment.Add(48 * time.Hour)}},
				})
			}
			time.Sleep(90 * 24 * time.Hour)
			w.during(24 * time.Hour)
			if n := len(w.fakes["a"].requests()); n > 2 {
				t.Errorf("%d posts after three months down, want those of the last two days", n)
			}
			if c, err := w.ob.Counts("a"); err != nil || c[delivery.Expired] < 88 || c[delivery.Scheduled] != 0 {
				t.Errorf("%v, %v", c, err)
			}
		}},
		{"TryGhost/Ghost PR #10726, #30296: rescheduling at boot never worked, then looped", func(_ *testing.T, w *world) {
			id := w.enqueue("Un essai", time.Now().Add(2*time.Hour))[0]
			for range 3 {
				w.during(30 * time.Minute)
				w.restart(nil)
			}
			w.during(time.Hour)
			w.each("a", id)
		}},
		{"n8n-io/n8n#23711: a changed schedule never fires again; #15791: a deleted one still fires", func(t *testing.T, w *world) {
			ids := w.enqueue("Un essai", time.Now().Add(2*time.Hour))
			stop := w.run()
			if _, err := w.ob.Reschedule(ids[0], time.Now(), outbox.Wish{Due: ptr(time.Now().Add(time.Hour))}); err != nil {
				t.Fatal(err)
			}
			if _, err := w.ob.Move(ids[1], time.Now(), outbox.Outcome{To: delivery.Cancelled}); err != nil {
				t.Fatal(err)
			}
			w.engine.Wake()
			time.Sleep(time.Hour + time.Second)
			w.each("a", ids[0])
			time.Sleep(24 * time.Hour)
			stop()
			if n := len(w.fakes["b"].requests()); n != 0 {
				t.Errorf("%d requests for a cancelled delivery", n)
			}
		}},
		{"Automattic/jetpack#31967: skipped while shown as due", func(t *testing.T, w *world) {
			id := w.enqueue("Un essai", time.Now().Add(time.Hour))[0]
			stop := w.run()
			time.Sleep(time.Minute)
			st, err := w.engine.Status(time.Now())
			if err != nil || st.Accounts[0].Next == nil {
				t.Fatalf("%+v, %v", st, err)
			}
			time.Sleep(time.Until(st.Accounts[0].Next.At) + time.Second)
			w.each("a", id)
			stop()
		}},
		{"gitroomhq/postiz-app#989, #1110: \"success\", and nothing posted", func(t *testing.T, w *world) {
			w.restart(func(a *Account) {
				if a.Name == "a" {
					a.Client = forgetful{w.fakes["a"]}
				}
			})
			id := w.runDay("Un essai")
			w.each("a", id)
			if d := w.delivery(id); d.Attempts[0].Class != delivery.Ambiguous || d.Receipt.PostID != "post-1" {
				t.Errorf("a success without an ID was taken at its word: %+v", d)
			}
		}},
		{"gitroomhq/postiz-app#1040: the notice does not say which post", func(t *testing.T, w *world) {
			var got []Alert
			w.restart(nil)
			w.engine.opt.Alert = func(a Alert) { got = append(got, a) }
			w.fakes["a"].script = []error{fails(delivery.Permanent, 0)}
			id := w.runDay("Un essai")
			if len(got) != 1 || got[0].Delivery != id || got[0].Title != "Un essai" || got[0].Account != "a" || got[0].Kind != AlertDead {
				t.Errorf("alerts %+v", got)
			}
		}},
		{"OpenPost [run]: kill -9 in mid-post left \"processing\" for ever", func(_ *testing.T, w *world) {
			id := w.enqueue("Un essai", time.Time{})[0]
			w.crash(id, true)
			w.during(time.Hour)
			w.each("a", id)
		}},
		{"feed2toot [run]: after an error it did nothing for an hour", func(_ *testing.T, w *world) {
			w.fakes["a"].script = []error{fails(delivery.Refused, 0)}
			id := w.enqueue("Un essai", time.Time{})[0]
			w.during(2 * time.Minute)
			w.each("a", id)
		}},
		{"feed-to-mastodon [run]: one entry lost, another doubled", func(_ *testing.T, w *world) {
			f := w.fakes["a"]
			f.script = []error{fails(delivery.Ambiguous, 0), fails(delivery.Ambiguous, 0), fails(delivery.Refused, 0)}
			f.lands = map[int]bool{1: true}
			var ids []string
			for i := range 4 {
				ids = append(ids, w.enqueue(fmt.Sprintf("Essai numéro %d", i), time.Time{})[0])
			}
			w.during(24 * time.Hour)
			w.each("a", ids...)
		}},
		{"n8n [run]: what came due while it was down was skipped without a word", func(_ *testing.T, w *world) {
			id := w.enqueue("Un essai", time.Now().Add(time.Hour))[0]
			w.during(time.Minute)
			time.Sleep(12 * time.Hour)
			w.restart(nil)
			w.during(time.Minute)
			w.each("a", id)
		}},
	})
}

func TestHistoryLimits(t *testing.T) {
	retell(t, []history{
		{"robertoszek/pleroma-bot#72, #75: a 429 crashed it; MarvNC/twitter-rss-discord-webhook#1: the post was lost", func(_ *testing.T, w *world) {
			w.fakes["a"].script = []error{fails(delivery.Throttled, 15*time.Minute)}
			w.each("a", w.runDay("Un essai"))
		}},
		{"renatolond/mastodon-twitter-poster#294: limited by the instance for its manners", func(t *testing.T, w *world) {
			w.fakes["a"].script = again(500, fails(delivery.Ambiguous, 0))
			for i := range 40 {
				w.enqueue(fmt.Sprintf("Essai numéro %d", i), time.Time{})
			}
			w.during(time.Hour)
			if n := len(w.fakes["a"].requests()) + w.fakes["a"].lookCount(); n > 60 {
				t.Errorf("%d requests within an hour to an instance in trouble", n)
			}
		}},
		{"OpenPost, n8n [run]: Retry-After: 300 was ignored", func(t *testing.T, w *world) {
			w.fakes["a"].script = []error{fails(delivery.Throttled, 300*time.Second)}
			ids := []string{w.enqueue("Un essai", time.Time{})[0], w.enqueue("Un autre", time.Time{})[0]}
			stop := w.run()
			time.Sleep(299 * time.Second)
			if n := len(w.fakes["a"].requests()); n != 1 {
				t.Errorf("%d requests within the 300 s", n)
			}
			time.Sleep(time.Minute)
			stop()
			w.each("a", ids...)
		}},
		{"OpenPost [run]: one slow instance stopped all accounts for 30 s", func(_ *testing.T, w *world) {
			w.fakes["a"].slow = 29 * time.Second
			id := w.enqueue("Un essai", time.Time{})[1]
			stop := w.run()
			time.Sleep(time.Second)
			w.each("b", id)
			stop()
		}},
	})
}

func TestHistoryTime(t *testing.T) {
	retell(t, []history{
		{"gitroomhq/postiz-app#1145, #1954, coollabsio/shoutrrr#61: hours off by the zone", func(t *testing.T, w *world) {
			at := time.Now().Add(3 * time.Hour)
			id := w.enqueue("Un essai", at.In(time.FixedZone("UTC+9", 9*3600)))[0]
			w.during(4 * time.Hour)
			w.each("a", id)
			if late := w.delivery(id).Receipt.PostedAt.Sub(at); late < 0 || late > time.Second {
				t.Errorf("posted %s after its moment", late)
			}
		}},
	})
}
