package dispatch

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"crieur/internal/outbox"
)

// BenchmarkWakeUp is what a worker does when it wakes, by the number of deliveries that
// wait: it reads what the account did and decides what comes next.
func BenchmarkWakeUp(b *testing.B) {
	for _, n := range []int{1_000, 1_000_000} {
		ob, err := outbox.Open(filepath.Join(b.TempDir(), "outbox.db"), outbox.Options{})
		if err != nil {
			b.Fatal(err)
		}
		const batch = 10_000
		for from := 0; from < n; from += batch {
			var news []outbox.NewArticle
			for i := from; i < min(n, from+batch); i++ {
				d := outbox.NewDelivery{Account: "a", Platform: "mastodon", Priority: i % 3, Expires: time.Now().Add(9000 * time.Hour)}
				if i%2 == 0 {
					d.Due = time.Now().Add(time.Duration(i+3600) * time.Second)
				}
				news = append(news, outbox.NewArticle{Article: anArticle(fmt.Sprintf("Brève %d", i)), Deliveries: []outbox.NewDelivery{d}})
			}
			if _, err := ob.Enqueue(time.Now(), news); err != nil {
				b.Fatal(err)
			}
		}
		s := setting{zone: "Europe/Paris", exprs: []string{"*/20 8-20 * * *"}, spacing: 5 * time.Minute, jitter: 5 * time.Minute, quiet: "22:00-07:00", perDay: 50}
		e, err := New(Options{Outbox: ob, Accounts: []Account{{Name: "a", Pace: s.pace(b)}}})
		if err != nil {
			b.Fatal(err)
		}
		b.Run(fmt.Sprintf("queued=%d", n), func(b *testing.B) {
			now := time.Now()
			for b.Loop() {
				if _, ok, err := e.workers[0].nextStep(now); err != nil || !ok {
					b.Fatal(ok, err)
				}
			}
		})
		if err := ob.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
