package dispatch

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/platform"
)

func TestTheIntentIsOnDiskBeforeTheRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "a")
		id := w.enqueue("Un essai", time.Time{})[0]
		var atRequest delivery.Delivery
		w.fakes["a"].onPost = func(platform.Post) { atRequest = w.delivery(id) }
		stop := w.run()
		synctest.Wait()
		stop()

		if atRequest.State != delivery.Sending || len(atRequest.Attempts) != 1 || atRequest.Text == "" || atRequest.Key == "" {
			t.Errorf("at the request the outbox held %+v: want an attempt under way with text and key", atRequest)
		}
		got := w.fakes["a"].requests()
		if len(got) != 1 || got[0].Text != atRequest.Text || got[0].Key != atRequest.Key || got[0].Language != "fr" {
			t.Errorf("sent %+v, want once what was frozen: %q", got, atRequest.Text)
		}
		d := w.delivery(id)
		if d.State != delivery.Delivered || d.Receipt == nil || d.Receipt.PostID != "post-1" {
			t.Errorf("ended %s with receipt %+v", d.State, d.Receipt)
		}
	})
}

func TestThePageExistsFromTheClaimOnAndNotBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "a")
		w.enqueue("Un essai", time.Now().Add(time.Hour))
		published := func() bool {
			a, _, err := w.ob.BySlug("un-essai")
			if err != nil {
				t.Fatal(err)
			}
			return !a.PublishedAt.IsZero()
		}
		duringPost := false
		w.fakes["a"].onPost = func(platform.Post) { duringPost = published() }
		stop := w.run()
		time.Sleep(59 * time.Minute)
		if published() {
			t.Error("the page exists before its delivery is due")
		}
		time.Sleep(2 * time.Minute)
		stop()
		if !duringPost {
			t.Error("the page does not exist while the post is sent")
		}
	})
}

func TestEachClassHasItsEnding(t *testing.T) {
	for _, row := range []struct {
		class    delivery.Class
		after    time.Duration
		want     delivery.State
		requests int // within a day
		account  string
	}{
		{delivery.Refused, 0, delivery.Delivered, 2, StateRunning},
		{delivery.Throttled, 20 * time.Minute, delivery.Delivered, 2, StateRunning},
		{delivery.Auth, 0, delivery.Scheduled, 1, StateStopped},
		{delivery.Quota, 0, delivery.Scheduled, 1, StateStopped},
		{delivery.Permanent, 0, delivery.Dead, 1, StateRunning},
		{delivery.Ambiguous, 0, delivery.Delivered, 2, StateRunning},
		{"a class of tomorrow", 0, delivery.Delivered, 2, StateRunning},
	} {
		t.Run(string(row.class), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, "a")
				w.fakes["a"].script = []error{fails(row.class, row.after)}
				id := w.enqueue("Un essai", time.Time{})[0]
				stop := w.run()
				time.Sleep(24 * time.Hour)
				st, err := w.engine.Status(time.Now())
				if err != nil {
					t.Fatal(err)
				}
				stop()
				d := w.delivery(id)
				if d.State != row.want {
					t.Errorf("state %q, want %q", d.State, row.want)
				}
				if n := len(w.fakes["a"].requests()); n != row.requests {
					t.Errorf("%d requests, want %d", n, row.requests)
				}
				if st.Accounts[0].State != row.account {
					t.Errorf("account is %q, want %q", st.Accounts[0].State, row.account)
				}
				if a := d.Attempts[0]; a.Error != "the kettle is on" || a.Status != 418 {
					t.Errorf("the attempt lost its cause: %+v", a)
				}
			})
		})
	}
}

func TestARefusedPostIsGivenUpAfterItsAttempts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "a")
		for range 5 {
			w.fakes["a"].script = append(w.fakes["a"].script, fails(delivery.Refused, 0))
		}
		id := w.enqueue("Un essai", time.Time{})[0]
		stop := w.run()
		time.Sleep(24 * time.Hour)
		stop()
		d := w.delivery(id)
		if d.State != delivery.Dead || len(d.Attempts) != 3 || !strings.Contains(d.Reason, "the kettle is on") {
			t.Errorf("%s after %d attempts for %q, want dead after 3 with the last cause", d.State, len(d.Attempts), d.Reason)
		}
		for i := 1; i < len(d.Attempts); i++ {
			if d.Attempts[i].At.Sub(d.Attempts[i-1].At) < 30*time.Second {
				t.Errorf("attempts %d and %d are %s apart", i, i+1, d.Attempts[i].At.Sub(d.Attempts[i-1].At))
			}
		}
	})
}

// A platform that is down must not be asked once per queued delivery.
func TestARefusalSlowsTheWholeAccount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "a")
		for range 100 {
			w.fakes["a"].script = append(w.fakes["a"].script, fails(delivery.Refused, 0))
		}
		for i := range 50 {
			w.enqueue(fmt.Sprintf("Essai numéro %d", i), time.Time{})
		}
		stop := w.run()
		time.Sleep(time.Hour)
		stop()
		if n := len(w.fakes["a"].requests()); n > 8 {
			t.Errorf("%d requests in an hour to a platform that is down", n)
		}
	})
}

func TestThrottlingSpendsNoAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "a")
		for range 7 { // more than MaxAttempts
			w.fakes["a"].script = append(w.fakes["a"].script, fails(delivery.Throttled, time.Hour))
		}
		id := w.enqueue("Un essai", time.Time{})[0]
		begun := time.Now()
		stop := w.run()
		time.Sleep(24 * time.Hour)
		stop()
		d := w.delivery(id)
		if d.State != delivery.Delivered || d.Spent != 1 {
			t.Errorf("%s with %d attempts spent, want delivered with 1", d.State, d.Spent)
		}
		if took := d.Receipt.PostedAt.Sub(begun); took < 7*time.Hour {
			t.Errorf("delivered after %s, the platform asked for 7 hours", took)
		}
	})
}
