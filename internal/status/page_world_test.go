package status

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"crieur/internal/article"
	"crieur/internal/delivery"
	"crieur/internal/dispatch"
	"crieur/internal/outbox"
	"crieur/internal/visits"
	"crieur/internal/webhook"
)

// noon is when the tests' page is read: a Friday, in Paris.
var noon = time.Date(2026, 11, 27, 11, 0, 20, 0, time.UTC)

func openOutbox(tb testing.TB) *outbox.Outbox {
	tb.Helper()
	ob, err := outbox.Open(filepath.Join(tb.TempDir(), "outbox.db"), outbox.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := ob.Close(); err != nil {
			tb.Error(err)
		}
	})
	return ob
}

// enqueue stores an article with one delivery.
func enqueue(tb testing.TB, ob *outbox.Outbox, n int, account, title string, at time.Time) string {
	tb.Helper()
	es, err := ob.Enqueue(at, []outbox.NewArticle{{Article: article.Article{
		Title: title, Slug: fmt.Sprintf("article-%d", n), Teaser: title, Language: "en", Format: "text", Source: fmt.Sprintf("https://example.org/%d", n), Body: fmt.Sprintf("%d. %s", n, title),
	}, Deliveries: []outbox.NewDelivery{{Account: account, Platform: "mastodon"}}}})
	if err != nil {
		tb.Fatal(err)
	}
	return es[0].Deliveries[0].ID
}

// attempted is a delivery whose one attempt ended so.
func attempted(tb testing.TB, ob *outbox.Outbox, n int, account, title string, at time.Time, out outbox.Outcome) string {
	tb.Helper()
	id := enqueue(tb, ob, n, account, title, at)
	_, err := ob.Claim(id, at, outbox.Terms{Compose: func(a outbox.Article) (string, error) {
		return a.Teaser + " #News\n\nhttps://news.example.org/" + a.Slug, nil
	}})
	if err == nil {
		_, err = ob.Settle(id, 1, at, out)
	}
	if err != nil {
		tb.Fatal(err)
	}
	return id
}

func posted(n int, at time.Time) outbox.Outcome {
	return outbox.Outcome{To: delivery.Delivered, Class: delivery.OK, Status: 200, Receipt: &delivery.Receipt{
		PostID: fmt.Sprint(n), URL: fmt.Sprintf("https://social.example.org/@news/%d", n), PostedAt: at,
	}}
}

func died(reason string) outbox.Outcome {
	return outbox.Outcome{To: delivery.Dead, Class: delivery.Permanent, Status: 422, Error: reason, Reason: reason}
}

// hold brings an unknown delivery before a person.
func hold(tb testing.TB, ob *outbox.Outbox, n int, account, title string, at time.Time, reason string) string {
	tb.Helper()
	id := attempted(tb, ob, n, account, title, at, outbox.Outcome{To: delivery.Unknown, Class: delivery.Ambiguous, Error: "no answer", Due: at})
	if _, err := ob.Move(id, at, outbox.Outcome{To: delivery.Held, Reason: reason}); err != nil {
		tb.Fatal(err)
	}
	return id
}

// busyDesk has something of all that the page can say.
func busyDesk(tb testing.TB) Options {
	tb.Helper()
	ob := openOutbox(tb)
	attempted(tb, ob, 1, "masto", "The first of the month", noon.AddDate(0, 0, -20), posted(1, noon.AddDate(0, 0, -20)))
	last := attempted(tb, ob, 2, "masto", "Parliament <adopts> the law & more", noon.Add(-90*time.Minute), posted(2, noon.Add(-90*time.Minute)))
	hold(tb, ob, 3, "masto", "Nobody knows", noon.Add(-time.Hour), "the posts cannot be read")
	attempted(tb, ob, 4, "x-main", "Too long a story", noon.Add(-26*time.Hour), died("422: too long"))
	attempted(tb, ob, 5, "x-main", "Long forgotten", noon.AddDate(0, 0, -9), died("422: too long"))
	next := enqueue(tb, ob, 6, "masto", "What comes next", noon.Add(-3*time.Hour))
	old := enqueue(tb, ob, 7, "masto", "Too old to be news", noon.Add(-3*time.Hour))
	if err := ob.Verify(); err != nil {
		tb.Fatal(err)
	}
	started, since, spent, budget := noon.Add(-49*time.Hour), noon.Add(-2*time.Hour), 4.5, 5.0
	checked := noon.Add(-6 * time.Hour)
	at := noon.Add(3 * time.Hour)
	return Options{
		Title: "Example <News>", Outbox: ob, NotReady: func(time.Time) []string { return nil },
		Zone: func() *time.Location { return paris(tb) },
		Status: func(time.Time) (dispatch.Status, error) {
			return dispatch.Status{
				Version: "1.2.3", StartedAt: &started, Ready: true, Counts: map[string]int{"scheduled": 2, "held": 1, "dead": 2, "delivered": 2},
				Accounts: []dispatch.AccountStatus{
					{Name: "masto", Platform: "mastodon", State: dispatch.StateRunning, Queued: 2, VerifiedAt: &checked, VerifiedAs: "news",
						Next: &dispatch.NextDelivery{Delivery: next, At: at},
						Last: &dispatch.LastDelivery{Delivery: last, PostURL: "https://social.example.org/@news/2", At: noon.Add(-90 * time.Minute)}},
					{Name: "x-main", Platform: "x", State: dispatch.StateStopped, Reason: `401 Unauthorized: put it right, then "crieur resume x-main"`, SpentUSD: &spent, BudgetUSD: &budget,
						VerifiedAt: &started, VerifiedAs: "news_x", VerifyError: "auth: 401 Unauthorized"},
				},
				Webhooks: []webhook.Status{{Host: "https://cms.example.org", Waiting: 3, Error: "503 Service Unavailable", Since: &since}},
			}, nil
		},
		Week: func(time.Time, time.Time) ([]dispatch.PlanEntry, error) {
			return []dispatch.PlanEntry{
				{At: noon, Account: "x-main", Kind: dispatch.PlanNote, Reason: "the account is stopped"},
				{At: at, Account: "masto", Delivery: &next, Title: "What comes next", Reason: "slot", Kind: dispatch.PlanPost, CostUSD: 0.2},
				{At: at.Add(day), Account: "masto", Delivery: &old, Title: "Too old to be news", Kind: dispatch.PlanExpires, Reason: "expires before it could be posted"},
				{At: at.Add(2 * day), Account: "masto", Kind: dispatch.PlanEmpty, Reason: "empty slot"},
				{At: at.Add(2*day + time.Hour), Account: "masto", Kind: dispatch.PlanEmpty, Reason: "empty slot"},
				{At: at.Add(3 * day), Account: "masto", Kind: dispatch.PlanNote, Reason: "the budget is used up"},
			}, nil
		},
		Visits: func(time.Time) ([]outbox.DayVisits, error) {
			return []outbox.DayVisits{{Day: 20261126, Tally: visits.Tally{visits.X: 3}}, {Day: 20261127, Tally: visits.Tally{visits.Mastodon: 1200, visits.Crawler: 2}}}, nil
		},
		Events: func() []Event {
			return []Event{
				{At: noon.Add(-90 * time.Minute), Level: "info", Text: "posted", Account: "masto", Delivery: last},
				{At: noon.Add(-time.Hour), Level: "error", Text: "delivery held", Account: "masto"},
			}
		},
	}
}

func paris(tb testing.TB) *time.Location {
	tb.Helper()
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		tb.Fatal(err)
	}
	return zone
}
