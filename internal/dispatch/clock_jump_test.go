package dispatch

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/outbox"
	"crieur/internal/platform"
)

// dated is a platform whose posts are looked for as the adapters do it, by their
// dates: what our clock said at an attempt decides how far back a look reads.
type dated struct {
	*fake
	wire *platform.Wire
}

func (d dated) Find(_ context.Context, q platform.Query) (platform.Found, error) {
	window := func() platform.Window { return d.wire.Window(q) }
	return platform.Search(q, 10, window, func(string) (p platform.Page, err error) {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.looks++
		for i, post := range d.posts {
			if d.exists[i] {
				words := strings.Fields(post.Text)
				p.Posts = append(p.Posts, platform.Seen{Receipt: d.receipts[i], Dated: true, Links: words, Texts: []string{post.Text}})
			}
		}
		slices.SortFunc(p.Posts, func(a, b platform.Seen) int { return b.Receipt.PostedAt.Compare(a.Receipt.PostedAt) })
		return p, nil
	})
}

// newDatedWorld is a world whose platforms date their posts.
func newDatedWorld(t *testing.T, accounts ...string) *world {
	t.Helper()
	w := newWorld(t, accounts...)
	w.restart(func(a *Account) { a.Client = dated{w.fakes[a.Name], platform.NewWire(platform.WireOptions{})} })
	return w
}

// at enqueues an article for one account when our clock says now.
func (w *world) at(now time.Time, account, title string, due time.Time) (id string) {
	w.t.Helper()
	got, err := w.ob.Enqueue(now, []outbox.NewArticle{{
		Article: anArticle(title), Deliveries: []outbox.NewDelivery{{Account: account, Platform: "mastodon", Due: due}},
	}})
	if err != nil {
		w.t.Fatal(err)
	}
	return got[0].Deliveries[0].ID
}

// inFlight claims as the engine does when our clock says now; by the platform's, the
// post is of posted, or with zero never arrived.
func (w *world) inFlight(id string, now, posted time.Time) {
	w.t.Helper()
	d, err := w.ob.Claim(id, now, outbox.Terms{Compose: func(a outbox.Article) (string, error) {
		return a.Title + " https://news.example.org/" + a.Slug, nil
	}})
	if err != nil {
		w.t.Fatal(err)
	}
	f := w.fakes[d.Account]
	f.posts, f.exists = append(f.posts, platform.Post{Text: d.Text, Key: d.Key}), append(f.exists, !posted.IsZero())
	f.receipts = append(f.receipts, delivery.Receipt{PostID: "post-of-" + id, URL: "https://social.example/" + id, PostedAt: posted})
}

// before is everything that an engine may leave when its clock says now.
type before struct{ soon, later, landed, unknown, lost, refused, throttled string }

func (w *world) leave(now, posted time.Time) (b before) {
	w.t.Helper()
	b.later = w.at(now, "a", "Dans une demi-heure", now.Add(30*time.Minute))
	b.landed = w.at(now, "a", "En vol", time.Time{})
	b.unknown = w.at(now, "a", "Sans réponse", time.Time{})
	b.lost = w.at(now, "a", "Perdu", time.Time{})
	b.refused = w.at(now, "a", "Refusé", time.Time{})
	w.inFlight(b.landed, now, posted)
	w.inFlight(b.unknown, now, posted)
	w.inFlight(b.lost, now, time.Time{})
	w.inFlight(b.refused, now, time.Time{})
	b.soon = w.at(now, "a", "Tout de suite", time.Time{})
	b.throttled = w.at(now, "b", "Trop vite", time.Time{})
	for id, out := range map[string]outbox.Outcome{
		b.unknown: {To: delivery.Unknown, Class: delivery.Ambiguous, Due: now.Add(time.Minute), Error: "no answer"},
		b.refused: {To: delivery.Scheduled, Class: delivery.Refused, Due: now.Add(30 * time.Second), Error: "the kettle is on"},
	} {
		if _, err := w.ob.Settle(id, 1, now, out); err != nil {
			w.t.Fatal(err)
		}
	}
	wait := outbox.AccountState{Since: now, Until: now.Add(time.Hour), Reason: "throttled by the platform"}
	if err := w.ob.SetAccountState("b", wait); err != nil {
		w.t.Fatal(err)
	}
	return b
}

// Whichever of the two clocks was right, before or after the jump.
func TestAClockThatJumpsLosesNothingAndPostsNothingTwice(t *testing.T) {
	const year = 365 * 24 * time.Hour
	for _, jump := range []struct {
		name string
		by   time.Duration
	}{
		{"an hour forward", time.Hour},
		{"an hour back", -time.Hour},
		{"a year forward", year},
		{"a year back", -year},
	} {
		for _, wasRight := range []bool{true, false} {
			name := jump.name + ", and is right now"
			if wasRight {
				name = jump.name + ", and was right before"
			}
			t.Run(name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					w := newDatedWorld(t, "a", "b")
					then, posted := time.Now().Add(-jump.by), time.Now()
					if wasRight {
						posted = then
					}
					left := w.leave(then, posted)
					w.afterTheJump(left, jump.by, !wasRight && jump.by == -time.Hour)
				})
			})
		}
	}
}

// afterTheJump runs the engine from a clock that jumped and, if it was set back, again
// from where it had been: moments that people asked for are kept. early: a look finds a
// post dated an hour before its attempt, which needs a person.
func (w *world) afterTheJump(left before, by time.Duration, early bool) {
	w.t.Helper()
	begun := time.Now()
	w.during(26 * time.Hour)
	w.each("a", left.soon, left.landed)
	w.each("b", left.throttled)
	if early {
		w.heldForAPerson(left.unknown, 1)
	} else {
		w.each("a", left.unknown)
	}
	if by > 0 {
		w.each("a", left.later, left.refused, left.lost)
		if late := w.delivery(left.later).Receipt.PostedAt.Sub(begun); late > 10*time.Minute {
			w.t.Errorf("due in the hour that was skipped, posted %s after it", late)
		}
		return
	}
	if by < -26*time.Hour {
		for _, id := range []string{left.later, left.refused} {
			if d := w.delivery(id); d.State != delivery.Scheduled {
				w.t.Errorf("%s before its moment", d.State)
			}
		}
		time.Sleep(-by - 26*time.Hour)
		w.during(26 * time.Hour)
		w.heldForAPerson(left.lost, 0)
	} else {
		w.each("a", left.lost)
	}
	w.each("a", left.later, left.refused)
	d := w.delivery(left.later)
	if due := begun.Add(-by + 30*time.Minute); d.Receipt.PostedAt.Before(due) {
		w.t.Errorf("posted at %s, promised for %s", d.Receipt.PostedAt, due)
	}
}

// heldForAPerson: not sent again, whether it stands there or not, and told what to do.
func (w *world) heldForAPerson(id string, copies int) {
	w.t.Helper()
	d := w.delivery(id)
	n := w.fakes[d.Account].copies(d.Text)
	if d.State != delivery.Held || !strings.Contains(d.Reason, "crieur resolve") || n != copies {
		w.t.Errorf("%s is %s (%s), and stands %d times, want held and %d", id, d.State, d.Reason, n, copies)
	}
}

// To a worker that sleeps, an earlier moment that nobody tells it about is what a clock
// set forward is: its timers do not follow the clock.
func TestAClockSetForwardIsNoticedWithinAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "a")
		id := w.enqueue("Un essai", time.Now().Add(3*time.Hour))[0]
		stop := w.run()
		time.Sleep(10*time.Minute + time.Second)
		if _, err := w.ob.Reschedule(id, time.Now(), outbox.Wish{Due: ptr(time.Now())}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		stop()
		w.each("a", id)
	})
}
