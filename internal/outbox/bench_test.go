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
	report(b, ours, raw, "raw")
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
	report(b, ours, raw, "raw")
}

func took(fn func()) time.Duration {
	start := time.Now()
	fn()
	return time.Since(start)
}

// report gives medians: a few syncs of a shared disk take a hundred times the rest.
func report(b *testing.B, mine, other []time.Duration, than string) {
	slices.Sort(mine)
	slices.Sort(other)
	m, o := mine[len(mine)/2], other[len(other)/2]
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(m.Nanoseconds())/1000, "µs")
	b.ReportMetric(float64(o.Nanoseconds())/1000, "µs-"+than)
	b.ReportMetric(float64(m)/float64(o), "x-"+than)
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

// BenchmarkMillion measures with a million queued against a thousand, in turns: next
// due and counts must not tell them apart (1.2 times at most), opening must not scan.
func BenchmarkMillion(b *testing.B) {
	large, small := filepath.Join(b.TempDir(), "1e6.db"), filepath.Join(b.TempDir(), "1e3.db")
	fill(b, large, 1_000_000)
	fill(b, small, 1_000)
	b.Run("Open", func(b *testing.B) { benchTurns(b, small, large, openAndClose) })
	l, s := mustOpen(b, large), mustOpen(b, small)
	b.Run("NextDue", func(b *testing.B) { benchTurns(b, s, l, nextDue) })
	b.Run("Counts", func(b *testing.B) { benchTurns(b, s, l, countAll) })
	b.Run("ClaimSettle", func(b *testing.B) { benchTurns(b, s, l, claimAndSettle) })
}

func benchTurns[T any](b *testing.B, small, large T, fn func(*testing.B, T) time.Duration) {
	var l, s []time.Duration
	for b.Loop() {
		s = append(s, fn(b, small))
		l = append(l, fn(b, large))
	}
	report(b, l, s, "1e3")
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

func openAndClose(b *testing.B, path string) time.Duration {
	return took(func() {
		o, err := Open(path, Options{})
		if err != nil {
			b.Fatal(err)
		}
		if err := o.Close(); err != nil {
			b.Fatal(err)
		}
	})
}

func nextDue(b *testing.B, o *Outbox) time.Duration {
	return took(func() {
		if _, ok, err := o.NextDue("masto", t0); err != nil || !ok {
			b.Fatal(ok, err)
		}
	})
}

func countAll(b *testing.B, o *Outbox) time.Duration {
	return took(func() {
		if _, err := o.Counts(""); err != nil {
			b.Fatal(err)
		}
	})
}

// claimAndSettle puts an article in for each that it takes out.
func claimAndSettle(b *testing.B, o *Outbox) time.Duration {
	again := fresh(0, "masto")
	again.Again = true
	mustEnqueue(b, o, again)
	return took(func() {
		d, ok, err := o.NextDue("masto", t0)
		if err != nil || !ok {
			b.Fatal(ok, err)
		}
		d = mustClaim(b, o, d.ID, t0)
		mustSettle(b, o, d.ID, 1, t0, delivered("1"))
	})
}
