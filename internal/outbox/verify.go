package outbox

import (
	"bytes"
	"errors"
	"fmt"
	"time"

	"go.etcd.io/bbolt"

	"crieur/internal/delivery"
)

// maxViolations bounds what Verify reports: after so many nobody reads on.
const maxViolations = 100

// verifier walks one snapshot of the store and compares everything with everything.
type verifier struct {
	tx
	restore    restoredMark
	violations []error
	more       int // not kept

	newest   uint64              // highest article ID
	tallied  map[string]tally    // recounted
	latest   map[string]lastPost // by account
	expected map[byte]int        // index entries by kind, as the records want them
	sums     map[string]Micros   // charges less what is booked as their sum, by month's key
	logged   uint64              // latest entry of the log of receipts
	loggedAs map[string]uint64   // its entries by delivery
}

type lastPost struct {
	at  time.Time
	ids map[string]bool // several may have been posted at the same moment
}

// Verify checks every invariant of the store and returns all violations joined, 100
// at most. It reads everything, minutes with a million articles, and nothing can be
// written meanwhile: it is for a store that is not in use; for others see VerifyCopy.
func (o *Outbox) Verify() error {
	// The page check reads what a writer changes in memory: only beside none is it right.
	return o.exclusive(func(t tx) error {
		v := &verifier{tx: t, restore: o.restored, tallied: map[string]tally{}, latest: map[string]lastPost{}, expected: map[byte]int{}, sums: map[string]Micros{}, loggedAs: map[string]uint64{}}
		v.buckets()
		v.allRecords()
		v.allIndex()
		v.allMedia()
		v.allMeta()
		v.pages() // last: on a fault the walks above end with an error, this one would end the process
		if len(v.violations) == 0 {
			return nil
		}
		all := errors.Join(v.violations...)
		if v.more > 0 {
			all = fmt.Errorf("%w\nand %d more", all, v.more)
		}
		return fmt.Errorf("outbox %q breaks its invariants: %w", o.path, all)
	})
}

func (v *verifier) fault(format string, args ...any) {
	if len(v.violations) == maxViolations {
		v.more++
		return
	}
	v.violations = append(v.violations, fmt.Errorf(format, args...))
}

func (v *verifier) buckets() {
	_ = v.bolt.ForEach(func(name []byte, _ *bbolt.Bucket) error { // fn returns no error
		if !bytes.Equal(name, bucketMeta) && !bytes.Equal(name, bucketData) && !bytes.Equal(name, bucketMedia) {
			v.fault("bucket %q: unknown", name)
		}
		return nil
	})
}

func (v *verifier) pages() {
	for err := range v.bolt.Check() { // drained to its end, or its goroutine stays
		v.fault("bbolt: %w", err)
	}
}

func (v *verifier) allMeta() {
	c := v.meta.Cursor()
	for k, b := c.First(); k != nil; k, b = c.Next() {
		switch {
		case bytes.Equal(k, metaSchema), bytes.Equal(k, metaLastID), bytes.Equal(k, metaBackup), bytes.Equal(k, metaKept), bytes.Equal(k, metaRestored):
		case k[0] == metaCounts:
			v.tallyOf(string(k[1:]), b)
		default:
			v.fault("meta key %q: unknown", k)
		}
	}
	for account, want := range v.tallied {
		v.fault("counts of account %q: missing, want %v", account, want)
	}
	for _, key := range [][]byte{metaBackup, metaKept} {
		if _, err := v.metaMoment(key); err != nil {
			v.fault("%w", err)
		}
	}
	last, err := v.lastArticleID()
	if err != nil {
		v.fault("%w", err)
	} else if last < v.newest {
		v.fault("last article ID %s is older than article %s", formatID(last), formatID(v.newest))
	}
}

func (v *verifier) tallyOf(account string, b []byte) {
	got, err := decodeTally(b)
	if err != nil {
		v.fault("counts of account %q: %w", account, err)
	} else if want := v.tallied[account]; got != want {
		v.fault("counts of account %q: %v, recounted %v", account, got, want)
	}
	delete(v.tallied, account)
}

// seen adds one delivery to the recount.
func (v *verifier) seen(d delivery.Delivery) {
	if i, err := stateIndex(d.State); err == nil {
		c := v.tallied[d.Account]
		c[i]++
		v.tallied[d.Account] = c
	}
	if d.State != delivery.Delivered || d.Receipt == nil {
		return
	}
	l := v.latest[d.Account]
	switch at := d.Receipt.PostedAt; {
	case l.ids == nil || at.After(l.at):
		v.latest[d.Account] = lastPost{at, map[string]bool{d.ID: true}}
	case at.Equal(l.at):
		l.ids[d.ID] = true
	}
}
