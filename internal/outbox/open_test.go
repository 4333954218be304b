package outbox

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.etcd.io/bbolt"
)

func TestOpenCreatesAFileForItsUserAlone(t *testing.T) {
	o := openNew(t)
	mustEnqueue(t, o, fresh(1, "masto"))
	info, err := os.Stat(o.Path())
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if size, err := o.Size(); err != nil || size != info.Size() {
		t.Errorf("size %d of %d, %v", size, info.Size(), err)
	}
	if names, err := filepath.Glob(filepath.Join(filepath.Dir(o.Path()), ".*")); err != nil || len(names) > 0 {
		t.Errorf("left behind: %v, %v", names, err)
	}
}

// An "enqueue" by root before the first start must not lock the service out.
func TestWhatRootCreatesBelongsToTheOwnerOfTheFolder(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root may give files away")
	}
	path := filepath.Join(t.TempDir(), "outbox.db")
	if err := os.Chown(filepath.Dir(path), 1234, 1234); err != nil {
		t.Fatal(err)
	}
	mustOpen(t, path)
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if s := info.Sys().(*syscall.Stat_t); s.Uid != 1234 || s.Gid != 1234 {
		t.Errorf("it belongs to %d:%d", s.Uid, s.Gid)
	}
}

func TestOpenRefusesASecondProcess(t *testing.T) {
	o := openNew(t)
	start := time.Now()
	_, err := Open(o.Path(), Options{LockTimeout: 200 * time.Millisecond})
	if !errors.Is(err, ErrLocked) || !strings.Contains(err.Error(), o.Path()) || !strings.Contains(err.Error(), "daemon") {
		t.Errorf("error %v", err)
	}
	if took := time.Since(start); took < 100*time.Millisecond {
		t.Errorf("gave up after %s", took)
	}
}

func TestOpenWaitsForALockThatIsLetGo(t *testing.T) {
	o := openNew(t)
	time.AfterFunc(100*time.Millisecond, func() { _ = o.Close() })
	again, err := Open(o.Path(), Options{LockTimeout: 10 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	if err := again.Close(); err != nil {
		t.Error(err)
	}
}

func TestManyWhoCreateAtOnceGetTheSameStore(t *testing.T) {
	path := filepath.Join(t.TempDir(), "outbox.db")
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			o, err := Open(path, Options{LockTimeout: time.Minute})
			if err != nil {
				t.Error(err)
				return
			}
			if _, err := o.Enqueue(t0, []NewArticle{fresh(i, "masto")}); err != nil {
				t.Error(err)
			}
			if err := o.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	o := mustOpen(t, path)
	if counts, err := o.Counts(""); err != nil || counts["scheduled"] != 8 {
		t.Errorf("%v, %v", counts, err)
	}
}

// TestOpenRefusesAndLeavesUntouched: whatever the file is, it is not made worse.
func TestOpenRefusesAndLeavesUntouched(t *testing.T) {
	whole := stored(t, 300)
	foreign := edited(t, whole, func(t *bbolt.Tx) error { return t.DeleteBucket(bucketMeta) })
	newer := edited(t, whole, func(t *bbolt.Tx) error { return t.Bucket(bucketMeta).Put(metaSchema, []byte("99")) })
	odd := edited(t, whole, func(t *bbolt.Tx) error { return t.Bucket(bucketMeta).Put(metaSchema, []byte("one")) })
	noData := edited(t, whole, func(t *bbolt.Tx) error { return t.DeleteBucket(bucketData) })
	// Both meta pages say where the tree begins; the pages themselves are gone.
	torn := bytes.Clone(whole)
	clear(torn[2*os.Getpagesize():])
	for name, tc := range map[string]struct {
		file []byte
		is   error
		say  string
	}{
		"empty":               {nil, ErrDamaged, "empty"},
		"text":                {[]byte(strings.Repeat("hello\n", 2000)), ErrDamaged, "damaged"},
		"short":               {[]byte("hello"), ErrDamaged, "damaged"},
		"cut after its metas": {whole[:2*os.Getpagesize()], ErrDamaged, "cut short"},
		"cut short":           {whole[:16*os.Getpagesize()], ErrDamaged, "cut short"},
		"pages wiped":         {torn, ErrDamaged, "damaged"},
		"another bbolt file":  {foreign, ErrDamaged, "without the outbox's buckets"},
		"half an outbox":      {noData, ErrDamaged, "bucket"},
		"odd schema":          {odd, ErrDamaged, `"one"`},
		"newer":               {newer, ErrNewerSchema, "schema 99, this one knows up to 2"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "outbox.db")
			if err := os.WriteFile(path, tc.file, 0o600); err != nil {
				t.Fatal(err)
			}
			for range 2 { // the refusal must not leave its lock behind either
				o, err := Open(path, Options{})
				if err == nil {
					_ = o.Close()
				}
				if !errors.Is(err, tc.is) || !strings.Contains(err.Error(), tc.say) || !strings.Contains(err.Error(), path) {
					t.Errorf("error %v, want %q", err, tc.say)
				}
			}
			if after, err := os.ReadFile(path); err != nil || !bytes.Equal(after, tc.file) {
				t.Errorf("the file changed, from %d to %d bytes: %v", len(tc.file), len(after), err)
			}
		})
	}
}

// stored is the file of an outbox with n articles.
func stored(t *testing.T, n int) []byte {
	t.Helper()
	o := openNew(t)
	var batch []NewArticle
	for i := range n {
		batch = append(batch, fresh(i, "masto"))
	}
	mustEnqueue(t, o, batch...)
	var b bytes.Buffer
	if err := o.db.View(func(tx *bbolt.Tx) error { _, err := tx.WriteTo(&b); return err }); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// edited is the file after fn's change, made behind the outbox's back.
func edited(t *testing.T, file []byte, fn func(*bbolt.Tx) error) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "edited.db")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(db.Update(fn), db.Close()); err != nil {
		t.Fatal(err)
	}
	file, err = os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func TestOpenSaysWhatIsWrongWithThePlace(t *testing.T) {
	dir := t.TempDir()
	if _, err := Open(dir, Options{}); err == nil || !strings.Contains(err.Error(), "is a directory") {
		t.Errorf("a directory: %v", err)
	}
	path := filepath.Join(dir, "no", "outbox.db")
	_, err := Open(path, Options{})
	if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "make the directory") {
		t.Errorf("no directory: %v", err)
	}
	if _, err := Open("/dev/null", Options{}); err == nil || !strings.Contains(err.Error(), "regular file") {
		t.Errorf("a device: %v", err)
	}
}

func TestOpenSaysWhenItMayNot(t *testing.T) {
	t.Parallel()
	if os.Geteuid() == 0 {
		dropToNobody(t, "TestOpenSaysWhenItMayNot")
		return
	}
	dir := os.Getenv(restrictedDir)
	if dir == "" {
		dir = restricted(t)
	}
	for _, name := range []string{"new.db", "old.db"} {
		_, err := Open(filepath.Join(dir, name), Options{})
		if !errors.Is(err, fs.ErrPermission) || !strings.Contains(err.Error(), name) || !strings.Contains(err.Error(), "user who owns") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAClosedOutboxSaysSo(t *testing.T) {
	o := openNew(t)
	if err := o.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Counts(""); err == nil || !strings.Contains(err.Error(), o.Path()) {
		t.Errorf("counts: %v", err)
	}
	if _, err := o.Enqueue(t0, []NewArticle{fresh(1, "masto")}); err == nil || !strings.Contains(err.Error(), o.Path()) {
		t.Errorf("enqueue: %v", err)
	}
}
