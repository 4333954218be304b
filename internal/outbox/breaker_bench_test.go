package outbox

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"
)

// BenchmarkBreaker measures next due, claim and settle with a bound on claims against
// the same without, in turns, in a store of 100,000. The aim is 1.1 times at most.
func BenchmarkBreaker(b *testing.B) {
	path := filepath.Join(b.TempDir(), "1e5.db")
	fill(b, path, 100_000)
	o := mustOpen(b, path)
	for _, perHour := range []int{30, maxClaims} {
		b.Run(fmt.Sprint(perHour), func(b *testing.B) {
			now, pace := t0, time.Hour/time.Duration(perHour)+time.Second
			for range perHour { // as after an hour of posting
				now = now.Add(pace)
				postOne(b, o, now, perHour)
			}
			var with, without []time.Duration
			for b.Loop() {
				now = now.Add(pace)
				with = append(with, took(func() { postOne(b, o, now, perHour) }))
				without = append(without, took(func() { postOne(b, o, now, 0) }))
			}
			report(b, with, without, "unbounded")
		})
	}
}

func postOne(b *testing.B, o *Outbox, now time.Time, perHour int) {
	d, ok, err := o.NextDue("masto", now)
	if err != nil || !ok {
		b.Fatal(ok, err)
	}
	if d, err = o.Claim(d.ID, now, Terms{PerHour: perHour, Compose: compose}); err != nil {
		b.Fatal(err)
	}
	mustSettle(b, o, d.ID, d.Attempts[0].N, now, delivered("1"))
}
