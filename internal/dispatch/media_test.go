package dispatch

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/outbox"
	"crieur/internal/platform"
)

func aPicture() *outbox.NewMedia {
	return &outbox.NewMedia{Data: []byte("pixels"), Type: "image/png", Width: 4, Height: 3, Alt: "un port"}
}

// enqueueWithPicture stores an article with a picture for account a.
func (w *world) enqueueWithPicture(title string) string {
	w.t.Helper()
	got, err := w.ob.Enqueue(time.Now(), []outbox.NewArticle{{
		Article: anArticle(title), Deliveries: []outbox.NewDelivery{{Account: "a", Platform: "mastodon", Media: aPicture()}},
	}})
	if err != nil {
		w.t.Fatal(err)
	}
	w.engine.Wake()
	return got[0].Deliveries[0].ID
}

func TestAPictureIsUploadedBeforeItsPost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "a")
		f := w.fakes["a"]
		f.onPost = func(platform.Post) {
			if len(f.uploads) != 1 {
				t.Error("posted before the picture was there")
			}
		}
		id := w.enqueueWithPicture("Avec image")
		plain := w.enqueue("Sans image", time.Time{})[0]
		stop := w.run()
		time.Sleep(time.Minute)
		stop()
		if d := w.delivery(id); d.State != delivery.Delivered {
			t.Fatalf("%+v", d)
		}
		if u := f.uploads; len(u) != 1 || string(u[0].Data) != "pixels" || u[0].Alt != "un port" || u[0].Type != "image/png" {
			t.Errorf("%+v", u)
		}
		for _, p := range f.requests() {
			if want := map[bool]string{true: "media-1"}[strings.Contains(p.Text, "Avec image")]; p.MediaID != want {
				t.Errorf("%q with picture %q, want %q", p.Text, p.MediaID, want)
			}
		}
		if d := w.delivery(plain); d.State != delivery.Delivered {
			t.Errorf("%+v", d)
		}
		if _, err := w.ob.Media(*w.delivery(id).Media); err == nil {
			t.Error("the picture of a post that stands is kept")
		}
	})
}

// TestAnUploadThatFailsPostedNothing: each class has its ending, and none asks the
// platform whether the post is there.
func TestAnUploadThatFailsPostedNothing(t *testing.T) {
	noUpload := &platform.Error{Class: delivery.Auth, Status: 403, Err: fmt.Errorf("%w: scope", platform.ErrNoUpload)}
	for _, c := range []struct {
		name  string
		err   error
		state delivery.State // after the first attempt
		class delivery.Class
		acc   string
	}{
		{"refused", fails(delivery.Refused, 0), delivery.Scheduled, delivery.Refused, StateWaiting},
		{"throttled", fails(delivery.Throttled, time.Hour), delivery.Scheduled, delivery.Throttled, StateWaiting},
		{"unclear", fails(delivery.Ambiguous, 0), delivery.Scheduled, delivery.Refused, StateWaiting},
		{"a bug", fmt.Errorf("untyped"), delivery.Scheduled, delivery.Refused, StateWaiting},
		{"permanent", fails(delivery.Permanent, 0), delivery.Dead, delivery.Permanent, StateRunning},
		{"login", fails(delivery.Auth, 0), delivery.Scheduled, delivery.Auth, StateStopped},
		{"credits", fails(delivery.Quota, 0), delivery.Scheduled, delivery.Quota, StateStopped},
		{"no right to upload", noUpload, delivery.Held, delivery.Throttled, StateRunning},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, "a")
				f := w.fakes["a"]
				f.uploadScript = []error{c.err}
				id := w.enqueueWithPicture("Avec image")
				stop := w.run()
				time.Sleep(time.Second)
				d := w.delivery(id)
				if d.State != c.state || d.Attempts[0].Class != c.class || len(f.requests()) != 0 || f.lookCount() != 0 {
					t.Errorf("%s %q, %d posts, %d looks: %+v", d.State, d.Reason, len(f.requests()), f.lookCount(), d.Attempts)
				}
				st, err := w.engine.Status(time.Now())
				if err != nil || st.Accounts[0].State != c.acc {
					t.Errorf("the account is %s, want %s: %v", st.Accounts[0].State, c.acc, err)
				}
				if d.State == delivery.Held {
					if _, err := w.ob.Move(id, time.Now(), outbox.Outcome{To: delivery.Scheduled}); err != nil {
						t.Error(err)
					}
					w.engine.Wake()
				}
				if err := w.engine.Resume(""); err != nil {
					t.Error(err)
				}
				time.Sleep(3 * time.Hour)
				stop()
				if d := w.delivery(id); d.State != delivery.Dead && (d.State != delivery.Delivered || len(f.uploads) != 2 || f.requests()[0].MediaID != "media-2") {
					t.Errorf("%s after %d uploads: %+v", d.State, len(f.uploads), d.Attempts)
				}
				if n := len(f.requests()); n > 1 {
					t.Errorf("%d posts", n)
				}
			})
		})
	}
}

func TestARefusedPostUploadsItsPictureAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "a")
		f := w.fakes["a"]
		f.answers(fails(delivery.Refused, 0))
		id := w.enqueueWithPicture("Avec image")
		stop := w.run()
		time.Sleep(time.Hour)
		stop()
		if d := w.delivery(id); d.State != delivery.Delivered || len(f.uploads) != 2 || f.uploads[0].Alt != f.uploads[1].Alt || f.requests()[1].MediaID != "media-2" {
			t.Errorf("%s, %d uploads", d.State, len(f.uploads))
		}
	})
}

// TestAStopDuringAnUploadGivesTheDeliveryBack: nothing was posted, so nobody asks.
func TestAStopDuringAnUploadGivesTheDeliveryBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "a")
		w.fakes["a"].slowUpload = time.Minute
		id := w.enqueueWithPicture("Avec image")
		stop := w.run()
		time.Sleep(time.Second)
		begun := time.Now()
		stop()
		if d := w.delivery(id); d.State != delivery.Scheduled || d.Spent != 0 || len(w.fakes["a"].requests()) != 0 || time.Since(begun) > time.Second {
			t.Errorf("after %v: %+v", time.Since(begun), d)
		}
	})
}

// TestALongUploadIsNotCalledStuck, and its post is looked for in all the time it may have taken.
func TestALongUploadIsNotCalledStuck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "a")
		w.fakes["a"].slowUpload = 170 * time.Second
		id := w.enqueueWithPicture("Avec image")
		stop := w.run()
		time.Sleep(169 * time.Second)
		if !w.engine.Turning(time.Now()) {
			t.Error("a worker that uploads is called stuck")
		}
		d := w.delivery(id)
		q, err := w.engine.workers[0].query(d)
		if err != nil || q.Until.Before(d.Attempts[0].At.Add(mediaWithin)) {
			t.Errorf("looked for until %v: %v", q.Until, err)
		}
		time.Sleep(time.Minute)
		stop()
		if d := w.delivery(id); d.State != delivery.Delivered {
			t.Errorf("%+v", d)
		}
	})
}

func TestTheDescriptionOfAPictureIsInTheCost(t *testing.T) {
	a := Account{Price: func(op platform.Op, n int) outbox.Micros {
		return map[platform.Op]outbox.Micros{platform.OpMetadata: 5000}[op] * outbox.Micros(n)
	}}
	for want, m := range map[outbox.Micros]*delivery.Media{5000: {Alt: "un port"}, 0: {}} {
		if got := a.MediaCost(m); got != want {
			t.Errorf("%+v costs %d", m, got)
		}
	}
	if (Account{}).MediaCost(&delivery.Media{Alt: "a"}) != 0 || a.MediaCost(nil) != 0 {
		t.Error("a cost of nothing")
	}
}
