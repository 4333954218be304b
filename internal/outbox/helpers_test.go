package outbox

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"crieur/internal/article"
	"crieur/internal/delivery"
)

// t0 is when the tests' world begins.
var t0 = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)

func openNew(tb testing.TB) *Outbox {
	tb.Helper()
	return mustOpen(tb, filepath.Join(tb.TempDir(), "outbox.db"))
}

// mustOpen opens a store that is verified and closed when the test ends.
func mustOpen(tb testing.TB, path string) *Outbox {
	tb.Helper()
	o, err := Open(path, Options{})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := o.Close(); err != nil {
			tb.Error(err)
		}
	})
	return o
}

func mustVerify(tb testing.TB, o *Outbox) {
	tb.Helper()
	if err := o.Verify(); err != nil {
		tb.Fatal(err)
	}
}

// text is an article like no other, of about size bytes.
func text(n, size int) article.Article {
	body := strings.Repeat("Une phrase de plus, avec « guillemets » & accents. ", size/52)
	return article.Article{
		Title:    fmt.Sprintf("Article %d", n),
		Slug:     fmt.Sprintf("article-%d", n),
		Teaser:   fmt.Sprintf("🗞️ Le numéro %d est arrivé", n),
		Tags:     []string{"presse", "défense"},
		Source:   fmt.Sprintf("https://example.org/a/%d", n),
		Language: "fr",
		Format:   "text",
		Body:     fmt.Sprintf("%d. %s", n, body),
	}
}

// fresh is text(n) for the given accounts, due as soon as they post.
func fresh(n int, accounts ...string) NewArticle {
	a := NewArticle{Article: text(n, 500)}
	for _, name := range accounts {
		a.Deliveries = append(a.Deliveries, NewDelivery{Account: name, Platform: "mastodon"})
	}
	return a
}

func mustEnqueue(tb testing.TB, o *Outbox, as ...NewArticle) []Enqueued {
	tb.Helper()
	es, err := o.Enqueue(t0, as)
	if err != nil {
		tb.Fatal(err)
	}
	return es
}

func compose(a Article) (string, error) { return a.Teaser + " /" + a.Slug, nil }

func mustClaim(tb testing.TB, o *Outbox, id string, now time.Time) delivery.Delivery {
	tb.Helper()
	d, err := o.Claim(id, now, Terms{Compose: compose})
	if err != nil {
		tb.Fatal(err)
	}
	return d
}

func mustSettle(tb testing.TB, o *Outbox, id string, n int, now time.Time, out Outcome) delivery.Delivery {
	tb.Helper()
	d, err := o.Settle(id, n, now, out)
	if err != nil {
		tb.Fatal(err)
	}
	return d
}

func delivered(postID string) Outcome {
	return Outcome{To: delivery.Delivered, Class: delivery.OK, Status: 200, Receipt: &delivery.Receipt{PostID: postID, URL: "https://m.example/@a/" + postID}}
}

func refused(due time.Time) Outcome {
	return Outcome{To: delivery.Scheduled, Class: delivery.Refused, Status: 503, Error: "server busy", Due: due}
}

func ambiguous() Outcome {
	return Outcome{To: delivery.Unknown, Class: delivery.Ambiguous, Error: "connection reset", Due: t0.Add(time.Minute)}
}

// NextDue is the account's best delivery that is due: of the highest priority; among
// equals first those with a moment of their own, by that moment, then by age.
func (o *Outbox) NextDue(account string, now time.Time) (delivery.Delivery, bool, error) {
	w, _, waits, err := o.BestWaiting(account)
	t, timed, terr := o.BestTimed(account, now)
	if timed && (!waits || t.Priority >= w.Priority) {
		w = t
	}
	return w, waits || timed, errors.Join(err, terr)
}

// NextMoment is when the account's next delivery becomes due, possibly in the past.
func (o *Outbox) NextMoment(account string) (time.Time, bool, error) {
	w, _, waits, err := o.BestWaiting(account)
	at, timed, terr := o.NextTimed(account)
	if waits && (!timed || w.Due.Before(at)) {
		at = w.Due
	}
	return at, waits || timed, errors.Join(err, terr)
}

func ptr[T any](v T) *T { return &v }
