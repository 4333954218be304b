package outbox

import (
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"crieur/internal/delivery"
)

// world is an outbox with a delivery in every state that matters here; it returns
// them by state.
func world(t *testing.T) (*Outbox, map[delivery.State]delivery.Delivery) {
	t.Helper()
	o := openNew(t)
	o.db.NoSync = true
	ds := map[delivery.State]delivery.Delivery{}
	var batch []NewArticle
	for i := range 7 {
		batch = append(batch, fresh(i, "masto"))
		batch[i].Article.Slug = "same"
	}
	batch[6].Deliveries[0].Due = t0.Add(time.Hour)
	es := mustEnqueue(t, o, batch...)
	id := func(i int) string { return es[i].Deliveries[0].ID }
	keep := func(d delivery.Delivery, err error) {
		if err != nil {
			t.Fatal(err)
		}
		ds[d.State] = d
	}
	for i := 1; i < 5; i++ {
		keep(o.Claim(id(i), t0, Terms{Compose: compose}))
	}
	keep(o.Settle(id(1), 1, t0, delivered("1")))
	keep(o.Settle(id(2), 1, t0, ambiguous()))
	keep(o.Move(id(2), t0, Outcome{To: delivery.Held, Reason: "look"}))
	keep(o.Settle(id(3), 1, t0, ambiguous()))
	keep(o.Delivery(id(4)))
	keep(o.Move(id(5), t0, Outcome{To: delivery.Cancelled}))
	keep(o.Delivery(id(0)))
	ds["timed"] = es[6].Deliveries[0]
	if err := o.SetLimits("masto", delivery.Limits{}); err != nil {
		t.Fatal(err)
	}
	mustVerify(t, o)
	return o, ds
}

// TestVerifyFindsEveryKindOfDamage breaks one thing at a time behind the outbox's back.
func TestVerifyFindsEveryKindOfDamage(t *testing.T) {
	put := func(k []byte, v string) func(tx) error {
		return func(t tx) error { return t.data.Put(k, []byte(v)) }
	}
	del := func(k []byte) func(tx) error { return func(t tx) error { return t.data.Delete(k) } }
	_, ds := world(t)
	queued, timed, held := ds[delivery.Scheduled], ds["timed"], ds[delivery.Held]
	missing := strings.Repeat("z", idLen)
	index := func(d delivery.Delivery, i int) []byte {
		keys, err := indexKeys(d)
		if err != nil {
			t.Fatal(err)
		}
		return keys[i]
	}
	other := queued
	other.Priority = 5
	gone := queued
	gone.ArticleID = missing
	for name, tc := range map[string]struct {
		say string
		do  func(tx) error
	}{
		"waiting entry missing":     {"index entry", del(index(queued, 0))},
		"timed entry missing":       {"index entry", del(index(timed, 1))},
		"state entry missing":       {"index entry", del(index(held, 0))},
		"waiting entry stale":       {"stale", put(index(other, 0), "")},
		"entry of no delivery":      {"not in the outbox", put(index(gone, 0), "")},
		"entry malformed":           {"malformed", put([]byte("w\x00"), "")},
		"unknown kind":              {"unknown kind", put([]byte("?"), "")},
		"unknown kind at the front": {"unknown kind", put([]byte("A"), "")},
		"counts wrong":              {"recounted", func(t tx) error { return t.count("masto", delivery.Dead, 1) }},
		"counts of nobody":          {"recounted", func(t tx) error { return t.count("nobody", delivery.Dead, 1) }},
		"counts missing":            {"missing, want", func(t tx) error { return t.meta.Delete(plainKey(metaCounts, "masto")) }},
		"counts garbled":            {"counts end early", func(t tx) error { return t.meta.Put(plainKey(metaCounts, "masto"), []byte{1}) }},
		"meta key unknown":          {"meta key", func(t tx) error { return t.meta.Put([]byte("odd"), nil) }},
		"last ID too old":           {"is older than article", func(t tx) error { return t.putLastArticleID(1) }},
		"last ID garbled":           {"3 bytes", func(t tx) error { return t.meta.Put(metaLastID, []byte("abc")) }},
		"slug missing":              {"its slug", del(plainKey(kindSlug, "same"))},
		"slug of another":           {"its slug", put(plainKey(kindSlug, "same-2"), queued.ArticleID)},
		"slug too many":             {"8 entries", put(plainKey(kindSlug, "more"), queued.ArticleID)},
		"slug of nothing":           {"which is missing", put(plainKey(kindSlug, "more"), missing)},
		"slug number too low":       {"number of slug", put(plainKey(kindBase, "same"), "\x01")},
		"slug numbered, not there":  {"missing itself", put(plainKey(kindBase, "more"), "\x02")},
		"source too many":           {"8 entries", put(plainKey(kindSource, "0123456789abcdef"), queued.ArticleID)},
		"content of nothing":        {"which is missing", put(plainKey(kindContent, "0123456789abcdef"), missing)},
		"source missing":            {"its source leads", del(plainKey(kindSource, string(digest("https://example.org/a/1"))))},
		"content missing":           {"its content leads", del(plainKey(kindContent, string(digest(text(1, 500).Fingerprint()))))},
		"last delivered another":    {"last delivered is", put(plainKey(kindLast, "masto"), queued.ID)},
		"last delivered missing":    {"last delivered delivery is missing", del(plainKey(kindLast, "masto"))},
		"last delivered of nobody":  {"last delivered is", put(plainKey(kindLast, "x"), queued.ID)},
		"limits garbled":            {"limits", put(plainKey(kindLimits, "masto"), "{")},
		"login check garbled":       {"login check of account", put(plainKey(kindLogin, "masto"), "{")},
		"account state garbled":     {"state of account", put(plainKey(kindAccount, "masto"), "{")},
		"claims garbled":            {"end early", put(plainKey(kindClaims, "masto"), "\xff")},
		"claims out of order":       {"not in order", put(plainKey(kindClaims, "masto"), "\x04\x01")},
		"claims without end":        {"too many", put(plainKey(kindClaims, "masto"), strings.Repeat("\x02", maxClaims+1))},
		"posts garbled":             {"end early", put(paceKey("masto", 'p'), "\xff")},
		"posts out of order":        {"not in order", put(paceKey("masto", 'p'), "\x04\x01")},
		"slot garbled":              {"last slot", put(paceKey("masto", 's'), "\x04")},
		"pace of an unknown sort":   {"unknown", put(paceKey("masto", 'q'), "")},
		"sum without charges":       {"micros less", put(monthKey("masto", "2026-03"), "\x02")},
		"charge without a sum":      {"micros less", put(append(appendMoment(accountPrefix(kindLedger, "masto"), t0), 0, 0), `{"micros":5,"month":"2026-03"}`)},
		"charge garbled":            {"ledger", put(append(appendMoment(accountPrefix(kindLedger, "masto"), t0), 0, 0), `{`)},
		"expiry of nothing":         {"stale", put(append(appendMoment(accountPrefix(kindExpiry, "masto"), t0), queued.ArticleID...), "")},
		"copy of nothing":           {"an article is missing", put(plainKey(kindCopy, queued.ArticleID+missing), "")},
		"backup time garbled":       {"time of its backup", func(t tx) error { return t.meta.Put(metaBackup, []byte("abc")) }},
		"article missing":           {"its article is missing", del(plainKey(kindRecord, queued.ArticleID))},
		"article garbled":           {"damaged", put(plainKey(kindRecord, queued.ArticleID), "{")},
		"article without delivery":  {"no delivery", del(plainKey(kindRecord, queued.ID))},
		"delivery garbled":          {"damaged", put(plainKey(kindRecord, queued.ID), "{")},
		"record key garbled":        {"neither", put(plainKey(kindRecord, "zz"), "{}")},
		"bucket too many":           {`bucket "odd"`, func(t tx) error { _, err := t.bolt.CreateBucket([]byte("odd")); return err }},
	} {
		t.Run(name, func(t *testing.T) {
			o, _ := world(t)
			breakIt(t, o, tc.do)
			if err := o.Verify(); err == nil || !strings.Contains(err.Error(), tc.say) || !strings.Contains(err.Error(), o.Path()) {
				t.Errorf("said %v, want %q", err, tc.say)
			}
		})
	}
}

func breakIt(t *testing.T, o *Outbox, do func(tx) error) {
	t.Helper()
	if err := o.update(do); err != nil {
		t.Fatal(err)
	}
}

// TestVerifyFindsEveryImpossibleDelivery rewrites one record at a time, index and counts in step.
func TestVerifyFindsEveryImpossibleDelivery(t *testing.T) {
	type d = delivery.Delivery
	for name, tc := range map[string]struct {
		of  delivery.State
		say string
		do  func(*d)
	}{
		"delivered without receipt": {delivery.Delivered, "a receipt: false", func(d *d) { d.Receipt = nil }},
		"receipt without ID":        {delivery.Delivered, "without post ID", func(d *d) { d.Receipt.PostID = "" }},
		"receipt of the unsent":     {delivery.Scheduled, "a receipt: true", func(d *d) { d.Receipt = &delivery.Receipt{PostID: "1"} }},
		"text before a claim":       {delivery.Scheduled, "a frozen text without an attempt", func(d *d) { d.Text = "x" }},
		"no text after a claim":     {delivery.Sending, "sent without a frozen text", func(d *d) { d.Text = "" }},
		"key before a claim":        {delivery.Scheduled, "attempts: false, key", func(d *d) { d.Key = "x" }},
		"no key after a claim":      {delivery.Sending, "key \"\"", func(d *d) { d.Key = "" }},
		"another's key":             {delivery.Sending, "another delivery's", func(d *d) { d.Key = delivery.Key("z", "masto", 0) }},
		"sending, but settled":      {delivery.Sending, "ended \"ok\"", func(d *d) { d.Attempts[0].Class = delivery.OK }},
		"settled, but open":         {delivery.Held, "ended \"\"", func(d *d) { d.Attempts[0].Class = "" }},
		"held, but untried":         {delivery.Held, "without an attempt", func(d *d) { d.Attempts, d.Text, d.Key, d.Spent = nil, "", "", 0 }},
		"held without reason":       {delivery.Held, "without a reason", func(d *d) { d.Reason = "" }},
		"attempts do not begin":     {delivery.Held, "out of order", func(d *d) { d.Attempts[0].N = 2 }},
		"attempts out of order":     {delivery.Held, "out of order", func(d *d) { d.Attempts = append(d.Attempts, d.Attempts[0]) }},
		"too much spent":            {delivery.Held, "2 attempts spent of 1", func(d *d) { d.Spent = 2 }},
		"spent while in flight":     {delivery.Sending, "1 attempts spent of 0", func(d *d) { d.Spent = 1 }},
		"less than nothing spent":   {delivery.Held, "-1 attempts spent", func(d *d) { d.Spent = -1 }},
		"landed, but queued":        {delivery.Scheduled, "has landed", func(d *d) { d.Landed = true }},
		"landed, but in flight":     {delivery.Sending, "has landed", func(d *d) { d.Landed = true }},
		"looked for while held":     {delivery.Held, "to be looked for", func(d *d) { d.NextLook = t0 }},
		"looked for, never sent":    {delivery.Scheduled, "never sent", func(d *d) { d.Looks = []delivery.Look{{}} }},
		"looks without end":         {delivery.Unknown, "51 looks kept", func(d *d) { d.Looks = make([]delivery.Look, 51) }},
		"restored by nobody":        {delivery.Unknown, "after a restore", func(d *d) { d.Restore = t0 }},
		"no platform":               {delivery.Scheduled, "no platform", func(d *d) { d.Platform = "" }},
		"priority out of range":     {delivery.Cancelled, "priority 200", func(d *d) { d.Priority = 200 }},
		"due at no time":            {delivery.Scheduled, "at no time", func(d *d) { d.Due = time.Time{} }},
		"a history without end": {delivery.Held, "51 attempts kept", func(d *d) {
			for n := 2; n <= 51; n++ {
				d.Attempts = append(d.Attempts, delivery.Attempt{N: n, Class: delivery.Refused})
			}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			o, ds := world(t)
			old := ds[tc.of]
			breakIt(t, o, func(t tx) error {
				d, err := t.delivery(old.ID)
				if err != nil {
					return err
				}
				tc.do(&d)
				return t.write(d)
			})
			if err := o.Verify(); err == nil || !strings.Contains(err.Error(), tc.say) || !strings.Contains(err.Error(), old.ID) {
				t.Errorf("said %v, want %q", err, tc.say)
			}
		})
	}
}

func TestVerifyFindsAnUnknownState(t *testing.T) {
	o, ds := world(t)
	key := plainKey(kindRecord, ds[delivery.Scheduled].ID)
	breakIt(t, o, func(t tx) error {
		b := strings.Replace(string(t.data.Get(key)), `"scheduled"`, `"lost"`, 1)
		return t.data.Put(key, []byte(b))
	})
	if err := o.Verify(); err == nil || !strings.Contains(err.Error(), `state "lost" is unknown`) {
		t.Errorf("said %v", err)
	}
}

// TestVerifyReportsBoltsOwnFindings makes a page that is in use look free: both in
// the free list and reachable.
func TestVerifyReportsBoltsOwnFindings(t *testing.T) {
	path := filepath.Join(t.TempDir(), "outbox.db")
	file := stored(t, 300)
	if err := os.WriteFile(path, withLostPage(t, file), 0o600); err != nil {
		t.Fatal(err)
	}
	o := mustOpen(t, path)
	if err := o.Verify(); err == nil || !strings.Contains(err.Error(), "bbolt: page") {
		t.Errorf("said %v", err)
	}
}

// withLostPage empties the free list, so that free pages are neither free nor used.
// The list is a page with its count at byte 10 (bbolt's page header: id 8 bytes,
// flags 2, count 2, overflow 4).
func withLostPage(t *testing.T, file []byte) []byte {
	t.Helper()
	const freelistFlag = 0x10
	size, changed := os.Getpagesize(), false
	for at := 2 * size; at+size <= len(file); at += size {
		if binary.NativeEndian.Uint16(file[at+8:]) == freelistFlag {
			binary.NativeEndian.PutUint16(file[at+10:], 0)
			changed = true
		}
	}
	if !changed {
		t.Fatal("no free list found")
	}
	return file
}

func TestVerifyReportsAHundredViolationsAtMost(t *testing.T) {
	o := openNew(t)
	breakIt(t, o, func(t tx) error {
		var errs []error
		for i := range 150 {
			errs = append(errs, t.data.Put(plainKey(kindSlug, strings.Repeat("s", i+1)), []byte("nothing")))
		}
		return errors.Join(errs...)
	})
	err := o.Verify()
	if err == nil || strings.Count(err.Error(), "leads to article") != maxViolations || !strings.Contains(err.Error(), "51 more") {
		t.Errorf("said %v", err)
	}
}
