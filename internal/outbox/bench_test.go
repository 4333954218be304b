package outbox

import (
	"encoding/binary"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"go.etcd.io/bbolt"
)

// storedBytes is what one bench article takes in all buckets, keys and values.
const storedBytes = 1082

// BenchmarkEnqueueOne measures a durable enqueue against a raw put of the same size
// into a file of its own, in turns, because the disk is never equally fast for long.
// The aim is 1.3 times at most.
func BenchmarkEnqueueOne(b *testing.B) {
	o, db := openNew(b), openRaw(b)
	var ours, raw []time.Duration
	for i := 0; b.Loop(); i++ {
		a := fresh(i, "masto")
		ours = append(ours, took(func() { mustEnqueue(b, o, a) }))
		raw = append(raw, took(func() { putRaw(b, db, i, 1) }))
	}
	report(b, ours, raw)
}

// BenchmarkEnqueueBatch1000 does the same for a batch of a thousand, each time into
// new files. The aim is 3 times at most.
func BenchmarkEnqueueBatch1000(b *testing.B) {
	batch := make([]NewArticle, 1000)
	for i := range batch {
		batch[i] = fresh(i, "masto")
	}
	var ours, raw []time.Duration
	for b.Loop() {
		o, db := openNew(b), openRaw(b)
		ours = append(ours, took(func() { mustEnqueue(b, o, batch...) }))
		raw = append(raw, took(func() { putRaw(b, db, 0, len(batch)) }))
	}
	report(b, ours, raw)
}

func took(fn func()) time.Duration {
	start := time.Now()
	fn()
	return time.Since(start)
}

// report gives medians: a few syncs of a shared disk take a hundred times the rest.
func report(b *testing.B, ours, raw []time.Duration) {
	slices.Sort(ours)
	slices.Sort(raw)
	mine, bolts := ours[len(ours)/2], raw[len(raw)/2]
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(mine.Microseconds()), "µs")
	b.ReportMetric(float64(bolts.Microseconds()), "µs-raw")
	b.ReportMetric(float64(mine)/float64(bolts), "x-raw")
}

func openRaw(b testing.TB) *bbolt.DB {
	db, err := bbolt.Open(filepath.Join(b.TempDir(), "raw.db"), 0o600, nil)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	return db
}

// putRaw puts n values of the size that an article takes, in one transaction.
func putRaw(b testing.TB, db *bbolt.DB, from, n int) {
	err := db.Update(func(t *bbolt.Tx) error {
		bucket, err := t.CreateBucketIfNotExists([]byte("raw"))
		for i := from; i < from+n && err == nil; i++ {
			err = bucket.Put(binary.BigEndian.AppendUint64(nil, uint64(i)), make([]byte, storedBytes))
		}
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
}

// BenchmarkQueue measures with a thousand and with a million queued: next due,
// counts and opening must not tell them apart.
func BenchmarkQueue(b *testing.B) {
	for _, size := range []struct {
		name string
		n    int
	}{{"1e3", 1_000}, {"1e6", 1_000_000}} {
		b.Run(size.name, func(b *testing.B) {
			path := filepath.Join(b.TempDir(), "outbox.db")
			fill(b, path, size.n)
			b.Run("Open", func(b *testing.B) { benchOpen(b, path) })
			o := mustOpen(b, path)
			b.Run("NextDue", func(b *testing.B) { benchNextDue(b, o) })
			b.Run("Counts", func(b *testing.B) { benchCounts(b, o) })
			b.Run("ClaimSettle", func(b *testing.B) { benchClaimSettle(b, o) })
		})
	}
}

// fill stores n articles for one account, a third of them timed, without waiting for the disk.
func fill(b *testing.B, path string, n int) {
	b.Helper()
	o, err := Open(path, Options{})
	if err != nil {
		b.Fatal(err)
	}
	o.db.NoSync = true
	const step = 5000
	for from := 0; from < n; from += step {
		var batch []NewArticle
		for i := from; i < min(n, from+step); i++ {
			a := fresh(i, "masto")
			a.Article.Body = a.Article.Body[:60]
			if i%3 == 0 {
				a.Deliveries[0].Due = t0.Add(time.Duration(i%100_000-50_000) * time.Second)
			}
			batch = append(batch, a)
		}
		mustEnqueue(b, o, batch...)
	}
	if err := o.db.Sync(); err != nil {
		b.Fatal(err)
	}
	if err := o.Close(); err != nil {
		b.Fatal(err)
	}
}

func benchOpen(b *testing.B, path string) {
	b.ReportAllocs()
	for b.Loop() {
		o, err := Open(path, Options{})
		if err != nil {
			b.Fatal(err)
		}
		if err := o.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func benchNextDue(b *testing.B, o *Outbox) {
	for b.Loop() {
		if _, ok, err := o.NextDue("masto", t0); err != nil || !ok {
			b.Fatal(ok, err)
		}
	}
}

func benchCounts(b *testing.B, o *Outbox) {
	for b.Loop() {
		if _, err := o.Counts(""); err != nil {
			b.Fatal(err)
		}
	}
}

// benchClaimSettle puts an article in for each that it takes out.
func benchClaimSettle(b *testing.B, o *Outbox) {
	for i := 10_000_000; b.Loop(); i++ {
		b.StopTimer()
		mustEnqueue(b, o, fresh(i, "masto"))
		b.StartTimer()
		d, ok, err := o.NextDue("masto", t0)
		if err != nil || !ok {
			b.Fatal(ok, err)
		}
		d = mustClaim(b, o, d.ID, t0)
		mustSettle(b, o, d.ID, 1, t0, delivered("1"))
	}
}
