package status

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"crieur/internal/article"
	"crieur/internal/delivery"
	"crieur/internal/dispatch"
	"crieur/internal/outbox"
	"crieur/internal/schedule"
	"crieur/internal/textlen"
)

// BenchmarkPage draws the page of ten accounts, by the number of deliveries that wait:
// with a million it must cost what it costs with a few thousand.
func BenchmarkPage(b *testing.B) {
	for _, n := range []int{5_000, 1_000_000} {
		ob := openOutbox(b)
		engine := tenAccounts(b, ob)
		const batch = 2_000 // articles, ten deliveries each
		for from := 0; from < n/10; from += batch {
			var news []outbox.NewArticle
			for i := from; i < min(from+batch, n/10); i++ {
				a := outbox.NewArticle{Article: article.Article{
					Title: fmt.Sprintf("Article %d of a very large newsroom", i), Slug: fmt.Sprintf("article-%d", i), Teaser: "Teaser", Language: "en",
					Format: "text", Source: fmt.Sprintf("https://example.org/%d", i), Body: fmt.Sprintf("%d. The body.", i),
				}}
				for _, acc := range engine.Accounts() {
					a.Deliveries = append(a.Deliveries, outbox.NewDelivery{Account: acc.Name, Platform: acc.Platform, Expires: noon.Add(9000 * time.Hour)})
				}
				news = append(news, a)
			}
			if _, err := ob.Enqueue(noon, news); err != nil {
				b.Fatal(err)
			}
		}
		opt := Options{
			Outbox: ob, Status: engine.Status,
			Week: func(from, until time.Time) ([]dispatch.PlanEntry, error) {
				return engine.PlanAtMost(from, until, WeekEntries)
			},
		}
		p, err := opt.page(http.NewServeMux())
		if err != nil {
			b.Fatal(err)
		}
		for name, keep := range map[string]bool{"changed": false, "same": true} {
			b.Run(fmt.Sprintf("queued=%d/%s", n, name), func(b *testing.B) {
				size := 0
				for b.Loop() {
					if !keep {
						p.plan = lastPlan{} // as after a change of the outbox
					}
					body, err := p.draw("page", noon, false)
					if err != nil {
						b.Fatal(err)
					}
					size = len(body)
				}
				b.ReportMetric(float64(size), "bytes")
			})
		}
	}
}

// tenAccounts post every half an hour of the day.
func tenAccounts(b *testing.B, ob *outbox.Outbox) *dispatch.Engine {
	b.Helper()
	expr, err := schedule.ParseExpr("*/30 7-22 * * *")
	if err != nil {
		b.Fatal(err)
	}
	slots, err := schedule.NewSlots([]schedule.Expr{expr}, time.UTC, 0, "a", nil)
	if err != nil {
		b.Fatal(err)
	}
	var accounts []dispatch.Account
	for i := range 10 {
		accounts = append(accounts, dispatch.Account{
			Name: fmt.Sprintf("account-%d", i), Platform: "mastodon", Link: true, Cost: func(string) float64 { return 0 },
			Measure: func(text, _ string, _ delivery.Limits) int { return textlen.X(text) }, Default: delivery.Limits{MaxCharacters: 500, URLLength: 23},
			Pace: dispatch.Pace{Slots: slots, Plan: "half-hourly", Rules: schedule.Rules{Zone: time.UTC}},
		})
	}
	e, err := dispatch.New(dispatch.Options{Outbox: ob, Accounts: accounts, PageURL: func(slug string) string { return "https://news.example.org/" + slug }})
	if err != nil {
		b.Fatal(err)
	}
	return e
}
