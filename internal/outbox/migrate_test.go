package outbox

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestEachPastSchemaIsBroughtUpToDate: what was stored stays as it was, to the byte, and
// the store as it was stands beside it.
func TestEachPastSchemaIsBroughtUpToDate(t *testing.T) {
	for from := 1; from < schema; from++ {
		path := fixture(t, from)
		was, told := dump(t, path), ""
		o, err := Open(path, Options{Migrating: func(from, to int) { told = fmt.Sprintf("%d to %d", from, to) }})
		if err != nil {
			t.Fatal(err)
		}
		m, ok := o.Migrated()
		if want := fmt.Sprintf("%d to %d", from, schema); !ok || m.From != from || m.To != schema || told != want {
			t.Errorf("%+v, %t, told %q, want %q", m, ok, told, want)
		}
		mustVerify(t, o)
		if err := o.Close(); err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(m.Backup); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("backup: %v, %v", info, err)
		}
		if diff := cmp.Diff(was, dump(t, m.Backup)); diff != "" {
			t.Errorf("the backup is not the store as it was:\n%s", diff)
		}
		now := dump(t, path)
		for k, v := range was {
			if now[k] != v && k != "meta schema" {
				t.Errorf("%s was %q, is %q", k, v, now[k])
			}
		}
		again := mustOpen(t, path)
		if _, ok := again.Migrated(); ok {
			t.Error("twice")
		}
		onlyTheOutbox(t, path, m.Backup)
	}
}

// TestTheNewestSchemaIsReadAsItWasWritten finds a change of what is on disk that does not
// raise the schema: the file is of the crieur that began this schema.
func TestTheNewestSchemaIsReadAsItWasWritten(t *testing.T) {
	path := fixture(t, schema)
	was := dump(t, path)
	change(t, path, func(o *Outbox) {
		if _, ok := o.Migrated(); ok {
			t.Error("brought up to date")
		}
		if c, err := o.Counts(""); err != nil || !cmp.Equal(c, Counts{"scheduled": 14, "sending": 1, "unknown": 2, "held": 1, "delivered": 8, "dead": 1, "cancelled": 3, "expired": 1}) {
			t.Errorf("%v, %v", c, err)
		}
		records := 0
		for k, v := range mustEntries(t, o, kindRecord) {
			b, err := written(k[1:], []byte(v))
			if err != nil || string(b) != v {
				t.Errorf("%s is written %s, was %s (%v)", k, b, v, err)
			}
			records++
		}
		if records != 47 {
			t.Errorf("%d articles and deliveries", records)
		}
	})
	if diff := cmp.Diff(was, dump(t, path)); diff != "" {
		t.Errorf("opening it changed it:\n%s", diff)
	}
}

// written reads a record and writes it again.
func written(id string, b []byte) ([]byte, error) {
	if _, ok := parseID(id); ok {
		r, err := decodeArticle(id, b)
		if err != nil {
			return nil, err
		}
		return encode(r)
	}
	d, err := decodeDelivery(id, b)
	if err != nil {
		return nil, err
	}
	return encodeDelivery(d)
}

// TestSchema2KnowsWhatSchema1DidNotWrite: the rules that came with it hold for old articles.
func TestSchema2KnowsWhatSchema1DidNotWrite(t *testing.T) {
	o := mustOpen(t, fixture(t, 1))
	log, err := o.Receipts(0, 100)
	if err != nil || len(log) != 17 {
		t.Fatalf("%d receipts in the log, %v", len(log), err)
	}
	if !slices.IsSortedFunc(log, func(a, b Logged) int {
		return a.Delivery.Receipt.PostedAt.Compare(b.Delivery.Receipt.PostedAt)
	}) {
		t.Error("the log is not in the order of the posts")
	}
	// Its time is up; to schema 1 a look at every delivery told that.
	_, at, ok, err := o.NextExpiry("mastodon")
	if err != nil || !ok || !at.Equal(t0.Add(100*time.Minute)) {
		t.Errorf("next expiry %v, %t, %v", at, ok, err)
	}
	for account, want := range map[string]int{"x-main": 10, "mastodon": 11} {
		p, err := o.Pace(account)
		if err != nil || len(p.Posts) != want {
			t.Errorf("%s: %d posts count, want %d, %v", account, len(p.Posts), want, err)
		}
	}
	copies := 0
	for k := range mustEntries(t, o, kindCopy) {
		if len(k) == 1+2*idLen {
			copies++
		}
	}
	if copies != 2 {
		t.Errorf("%d copies", copies)
	}
}

func mustEntries(t *testing.T, o *Outbox, kind byte) (all map[string]string) {
	t.Helper()
	all = map[string]string{}
	err := o.view(func(t tx) error {
		for k, v := range t.entries(kind) {
			all[string(k)] = string(v)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestALookDoesNotBringAStoreUpToDate(t *testing.T) {
	path := fixture(t, 1)
	was := dump(t, path)
	_, err := Open(path, Options{KeepSchema: true})
	if !errors.Is(err, ErrOlderSchema) || !strings.Contains(err.Error(), "schema 1") || !strings.Contains(err.Error(), "the daemon") {
		t.Errorf("error %v", err)
	}
	onlyTheOutbox(t, path)
	if !cmp.Equal(was, dump(t, path)) {
		t.Error("the store changed")
	}
}

// TestAFailedMigrationChangesNothing, and its copy is made once.
func TestAFailedMigrationChangesNothing(t *testing.T) {
	steps := migrations
	defer func() { migrations = steps }()
	migrations = []func(tx) error{func(t tx) error {
		return errors.Join(toSchema2(t), errors.New("a step failed"))
	}}
	path := fixture(t, 1)
	was := dump(t, path)
	// A copy that lost its end is none, and what has the name stays.
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	half := path + ".before-schema-2"
	if err := os.WriteFile(half, whole[:len(whole)/2], 0o600); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if _, err := Open(path, Options{}); err == nil || !strings.Contains(err.Error(), "from schema 1 to 2: a step failed") || !strings.Contains(err.Error(), path) {
			t.Fatalf("error %v", err)
		}
		if !cmp.Equal(was, dump(t, path)) {
			t.Error("the store changed")
		}
		onlyTheOutbox(t, path, half, half+"-2")
	}
	migrations = []func(tx) error{func(tx) error { panic("a step panicked") }}
	if _, err := Open(path, Options{}); err == nil || !strings.Contains(err.Error(), "a step panicked") {
		t.Fatalf("error %v", err)
	}
	migrations = steps
	if m, ok := mustOpen(t, path).Migrated(); !ok || m.Backup != half+"-2" || !cmp.Equal(was, dump(t, m.Backup)) {
		t.Errorf("%+v", m)
	}
}

// TestABackupBeforeAMigrationOverwritesNothing: what has the name, and is not this store
// with its latest change, stays.
func TestABackupBeforeAMigrationOverwritesNothing(t *testing.T) {
	path := fixture(t, 1)
	name := path + ".before-schema-2"
	if err := os.WriteFile(name, []byte("something else"), 0o600); err != nil {
		t.Fatal(err)
	}
	if m, ok := mustOpen(t, path).Migrated(); !ok || m.Backup != name+"-2" {
		t.Errorf("%+v", m)
	}
	if b, err := os.ReadFile(name); err != nil || string(b) != "something else" {
		t.Errorf("%q, %v", b, err)
	}
}

// TestWithoutACopyThereIsNoMigration: nothing can be written beside this store.
func TestWithoutACopyThereIsNoMigration(t *testing.T) {
	t.Parallel()
	if os.Geteuid() == 0 {
		dropToNobody(t, "TestWithoutACopyThereIsNoMigration")
		return
	}
	dir := os.Getenv(restrictedDir)
	if dir == "" {
		dir = restricted(t)
	}
	path := filepath.Join(dir, "older.db")
	was := dump(t, path)
	if _, err := Open(path, Options{}); !errors.Is(err, fs.ErrPermission) || !strings.Contains(err.Error(), "without one it is not changed") || !strings.Contains(err.Error(), "older.db.before-schema-2") {
		t.Errorf("error %v", err)
	}
	if !cmp.Equal(was, dump(t, path)) {
		t.Error("the store changed")
	}
}

// TestAStoreOfAnyAgeIsCopied: a backup before the upgrade must not upgrade.
func TestAStoreOfAnyAgeIsCopied(t *testing.T) {
	path := fixture(t, 1)
	was := dump(t, path)
	o, err := Open(path, Options{AnySchema: true})
	if err != nil {
		t.Fatal(err)
	}
	backup := filepath.Join(t.TempDir(), "backup.db")
	if err := errors.Join(o.BackupFile(backup, nil), o.Close()); err != nil {
		t.Fatal(err)
	}
	delete(was, "meta backup") // the moment of it
	for _, file := range []string{backup, path} {
		now := dump(t, file)
		delete(now, "meta backup")
		if diff := cmp.Diff(was, now); diff != "" {
			t.Errorf("%s is not what an older crieur wrote:\n%s", filepath.Base(file), diff)
		}
	}
	onlyTheOutbox(t, path)
}

// TestAStoreBehindALinkIsCopiedBesideItself: the link may lie on a small disk.
func TestAStoreBehindALinkIsCopiedBesideItself(t *testing.T) {
	path := fixture(t, 1)
	link := filepath.Join(t.TempDir(), "link.db")
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	o := mustOpen(t, link)
	if m, ok := o.Migrated(); !ok || m.Backup != followed(path)+".before-schema-2" {
		t.Errorf("%+v", m)
	}
	onlyTheOutbox(t, link)
	nowhere := filepath.Join(t.TempDir(), "nowhere.db")
	if err := os.Symlink(path+".gone", nowhere); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(nowhere, Options{}); err == nil || !strings.Contains(err.Error(), "is its file system mounted?") {
		t.Errorf("a link to nothing: %v", err)
	}
	if _, err := os.Stat(path + ".gone"); err == nil {
		t.Error("it was made where the link leads")
	}
}

func TestABackupOfAnOlderCrieurIsRestored(t *testing.T) {
	backup := fixture(t, 1)
	was, err := os.ReadFile(backup)
	if err != nil {
		t.Fatal(err)
	}
	target := filepath.Join(t.TempDir(), "outbox.db")
	mustRestore(t, backup, target, false)
	change(t, target, func(o *Outbox) {
		if _, ok := o.Migrated(); ok {
			t.Error("only opening brought it up to date")
		}
		if c, err := o.Counts(""); err != nil || c["delivered"] != 17 {
			t.Errorf("%v, %v", c, err)
		}
	})
	if now, err := os.ReadFile(backup); err != nil || !bytes.Equal(was, now) {
		t.Errorf("the backup changed: %v", err)
	}
	// And one of a newer crieur in the place of an outbox that is still of the older.
	old := fixture(t, 1)
	mustRestore(t, target, old, true)
	change(t, old, func(*Outbox) {})
}

// TestAKillWhileAStoreIsBroughtUpToDate leaves one backup and a store of one schema.
func TestAKillWhileAStoreIsBroughtUpToDate(t *testing.T) {
	t.Parallel()
	cut := 0
	for round := range 15 {
		path := fixture(t, 1)
		was := dump(t, path)
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), migrateFile+"="+path)
		out, err := cmd.StdoutPipe()
		if err := errors.Join(err, cmd.Start()); err != nil {
			t.Fatal(err)
		}
		if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(rand.IntN(150)) * time.Millisecond)
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // killed, or done before
		o, err := Open(path, Options{})
		if err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		if _, ok := o.Migrated(); ok {
			cut++
		}
		if err := errors.Join(o.Verify(), o.Close()); err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		onlyTheOutbox(t, path, path+".before-schema-2")
		if !cmp.Equal(was, dump(t, path+".before-schema-2")) {
			t.Error("the backup is not the store as it was")
		}
	}
	t.Logf("%d of 15 were killed before the end", cut)
}

// BenchmarkMigrate tells how long a start takes that brings 1,000 articles up to date.
func BenchmarkMigrate(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		path := fixture(b, 1)
		b.StartTimer()
		o, err := Open(path, Options{})
		if err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		if err := o.Close(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
}
