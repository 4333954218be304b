package outbox

import (
	"bytes"
	"compress/gzip"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"go.etcd.io/bbolt"

	"crieur/internal/delivery"
	"crieur/internal/visits"
)

// fixture is a store that a crieur of this schema wrote, in a file of its own.
func fixture(tb testing.TB, schema int) (path string) {
	tb.Helper()
	packed, err := os.Open(fixtureFile(schema))
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = packed.Close() }()
	z, err := gzip.NewReader(packed)
	if err != nil {
		tb.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		tb.Fatal(err)
	}
	path = filepath.Join(tb.TempDir(), "outbox.db")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		tb.Fatal(err)
	}
	return path
}

func fixtureFile(schema int) string {
	return filepath.Join("testdata", fmt.Sprintf("schema-%d.db.gz", schema))
}

// dump is every key and value of a store, a line each.
func dump(tb testing.TB, path string) (lines map[string]string) {
	tb.Helper()
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{ReadOnly: true, Timeout: time.Second})
	if err != nil {
		tb.Fatal(err)
	}
	lines = map[string]string{}
	err = db.View(func(t *bbolt.Tx) error {
		return t.ForEach(func(bucket []byte, b *bbolt.Bucket) error {
			return b.ForEach(func(k, v []byte) error {
				lines[string(bucket)+" "+printable(k)] = printable(v)
				return nil
			})
		})
	})
	if err := errors.Join(err, db.Close()); err != nil {
		tb.Fatal(err)
	}
	return lines
}

func printable(b []byte) string {
	if utf8.Valid(b) && !bytes.ContainsFunc(b, func(r rune) bool { return r < ' ' }) {
		return string(b)
	}
	return hex.EncodeToString(b)
}

// everything writes a store in which everything that can be stored is stored.
func everything(t *testing.T, path string) {
	t.Helper()
	o := mustOpen(t, path)
	w := &worldly{T: t, Outbox: o}
	for i := range 4 {
		x, m := w.put(nil)
		w.post(10*i, m, x)
	}
	w.states()
	w.queue()
	w.articles()
	w.accounts()
	mustVerify(t, o)
}

type worldly struct {
	*testing.T
	*Outbox
	n int
}

func minutes(n int) time.Time { return t0.Add(time.Duration(n) * time.Minute) }

func (w *worldly) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// put enqueues one more article for two accounts.
func (w *worldly) put(change func(*NewDelivery)) (x, m string) {
	w.Helper()
	w.n++
	a := NewArticle{Article: text(w.n, 100)}
	for _, name := range []string{"x-main", "mastodon"} {
		d := NewDelivery{Account: name, Platform: strings.TrimSuffix(name, "-main")}
		if change != nil {
			change(&d)
		}
		a.Deliveries = append(a.Deliveries, d)
	}
	e := mustEnqueue(w, w.Outbox, a)[0]
	return e.Deliveries[0].ID, e.Deliveries[1].ID
}

func (w *worldly) post(minute int, ids ...string) {
	w.Helper()
	for i, id := range ids {
		_, err := w.Claim(id, minutes(minute), Terms{PerHour: 100, Compose: compose, Slot: minutes(minute), Month: "2026-03", Cost: func(string) Micros { return 15_000 }})
		w.must(err)
		mustSettle(w, w.Outbox, id, 1, minutes(minute), delivered(fmt.Sprintf("1%03d%d", minute, i)))
	}
}

// states leaves a delivery in every state but scheduled.
func (w *worldly) states() {
	w.Helper()
	x, m := w.put(nil)
	mustClaim(w, w.Outbox, x, minutes(60)) // sending
	mustClaim(w, w.Outbox, m, minutes(60))
	mustSettle(w, w.Outbox, m, 1, minutes(60), ambiguous())
	_, err := w.Looked(m, minutes(61), delivery.Look{At: minutes(61), Absent: true}, minutes(65)) // unknown
	w.must(err)
	x, m = w.put(nil)
	mustClaim(w, w.Outbox, x, minutes(62))
	mustSettle(w, w.Outbox, x, 1, minutes(62), ambiguous())
	_, err = w.Move(x, minutes(63), Outcome{To: delivery.Held, Reason: "looking is impossible"})
	w.must(err)
	landed := ambiguous()
	landed.Landed = true
	mustClaim(w, w.Outbox, m, minutes(62))
	mustSettle(w, w.Outbox, m, 1, minutes(62), landed)
	x, m = w.put(nil)
	mustClaim(w, w.Outbox, x, minutes(64))
	mustSettle(w, w.Outbox, x, 1, minutes(64), Outcome{To: delivery.Dead, Class: delivery.Permanent, Status: 403, Error: "no", Reason: "never"})
	mustClaim(w, w.Outbox, m, minutes(64))
	mustSettle(w, w.Outbox, m, 1, minutes(64), refused(minutes(100)))
	x, m = w.put(func(d *NewDelivery) { d.Expires = minutes(70) })
	if _, err := w.Claim(x, minutes(71), Terms{Compose: compose}); !errors.Is(err, ErrExpired) {
		w.Fatal(err)
	}
	_, err = w.Move(m, minutes(66), Outcome{To: delivery.Cancelled})
	w.must(err)
}

// queue is what waits: by priority, for its moment, until it expires, with a picture.
func (w *worldly) queue() {
	w.Helper()
	late := minutes(60 * 24 * 365)
	w.put(func(d *NewDelivery) { d.Priority = 5 })
	w.put(func(d *NewDelivery) { d.Due, d.Priority = late, -5 })
	w.put(func(d *NewDelivery) { d.Expires = late })
	w.put(func(d *NewDelivery) {
		d.Media = &NewMedia{Data: []byte("a picture"), Type: "image/png", Width: 4, Height: 3, Alt: "un port"}
	})
}

// articles are copied, corrected, withdrawn, gone at their source, and visited.
func (w *worldly) articles() {
	w.Helper()
	again := fresh(1, "x-main")
	again.Article, again.Again = text(1, 100), true
	mustEnqueue(w, w.Outbox, again)
	id := func(m string) string { return strings.TrimSuffix(m, ".mastodon") }
	_, m := w.put(nil)
	_, err := w.Update(id(m), text(99, 100), minutes(80), nil)
	w.must(err)
	_, m = w.put(nil)
	_, err = w.Withdraw(id(m), minutes(81))
	w.must(err)
	_, m = w.put(nil)
	_, _, err = w.SetSource(id(m), text(w.n, 100).Source, minutes(82), true)
	w.must(err)
	day := visits.Day(20260302)
	w.must(w.AddVisits(map[visits.Key]uint64{
		{Slug: "article-1", Day: day, Origin: visits.Origins()[0]}: 3, {Slug: "article-2", Day: day, Origin: visits.Origins()[1]}: 5,
	}, day))
}

func (w *worldly) accounts() {
	w.Helper()
	_, err := w.BeginCursor("webhook news.example.org")
	w.must(errors.Join(err,
		w.SetCursor("exporter", 2),
		w.SetLimits("mastodon", delivery.Limits{MaxCharacters: 500, URLLength: 23, ReadAt: t0, MediaBytes: 16 << 20, UserID: "1", Username: "a"}),
		w.SetAccountState("x-main", AccountState{Stopped: true, Reason: "auth: the token was revoked", Since: minutes(90), Login: "abc", ReadUntil: minutes(95)}),
		w.SetAccountState("mastodon", AccountState{Paused: true}),
		w.SetLoginCheck("mastodon", LoginCheck{Login: "abc", At: t0, VerifiedAt: t0, VerifiedAs: "a"}),
		w.PassSlot("mastodon", minutes(99), "plan"),
		w.Charge("x-main", "2026-03", Charge{At: minutes(91), Op: "read", Units: 2, Cost: 10_000}),
	))
}

// writeFixture is how testdata/schema-N.db.gz is made, before the schema is raised: see
// testdata/README.md.
const writeFixture = "CRIEUR_WRITE_FIXTURE"

func TestAStoreOfEverythingIsSound(t *testing.T) {
	path := filepath.Join(t.TempDir(), "outbox.db")
	t.Run("written", func(t *testing.T) { everything(t, path) }) // and closed
	backup := filepath.Join(t.TempDir(), "backup")
	change(t, path, func(o *Outbox) {
		if err := o.BackupFile(backup, nil); err != nil {
			t.Fatal(err)
		}
	})
	mustRestore(t, backup, path, true)
	change(t, path, func(*Outbox) {})
	kinds := map[byte]bool{}
	for k := range dump(t, path) {
		if rest, data := strings.CutPrefix(k, "data "); data {
			if raw, err := hex.DecodeString(rest); err == nil && len(raw) > 0 {
				rest = string(raw)
			}
			kinds[rest[0]] = true
		}
	}
	for _, k := range "awtsuocylmkjzepgirhvn" {
		if !kinds[byte(k)] {
			t.Errorf("nothing of kind %q is stored", k)
		}
	}
	if os.Getenv(writeFixture) == "" {
		return
	}
	if _, err := os.Stat(fixtureFile(schema)); err == nil {
		t.Fatalf("%s is there: it holds this schema as it began, and is never written again", fixtureFile(schema))
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = z.Write(b)
	if err := errors.Join(err, z.Close(), os.WriteFile(fixtureFile(schema), packed.Bytes(), 0o644)); err != nil {
		t.Fatal(err)
	}
}
