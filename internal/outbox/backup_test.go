package outbox

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestABackupOfAStoreInUseIsConsistent restores each one, which verifies it.
func TestABackupOfAStoreInUseIsConsistent(t *testing.T) {
	o := openNew(t)
	o.db.NoSync = true
	dir := t.TempDir()
	writers(t, o, func() {
		for i := range 10 {
			file := filepath.Join(dir, string(rune('a'+i)))
			if err := o.BackupFile(file, nil); err != nil {
				t.Errorf("backup %d: %v", i, err)
				return
			}
			if err := RestoreFile(file, file+".db", time.Now(), false); err != nil {
				t.Errorf("restore %d: %v", i, err)
			}
		}
	})
}

func TestABackupIsForItsUserAloneAndReportsItsProgress(t *testing.T) {
	o := openNew(t)
	o.db.NoSync = true
	for i := range 3 {
		big := fresh(i, "masto")
		big.Article = text(i, 1<<20)
		mustEnqueue(t, o, big)
	}
	path := filepath.Join(t.TempDir(), "backup")
	var steps []int64
	var total int64
	if err := o.BackupFile(path, func(done, all int64) error {
		steps, total = append(steps, done), all
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 || info.Size() != total {
		t.Errorf("mode %v, %d bytes of %d, %v", info.Mode(), info.Size(), total, err)
	}
	if len(steps) < 3 || steps[len(steps)-1] != total {
		t.Errorf("progress %v of %d", steps, total)
	}
	for i := 1; i < len(steps); i++ {
		if steps[i] <= steps[i-1] {
			t.Errorf("progress goes back: %v", steps)
		}
	}
	var b bytes.Buffer
	if err := o.Backup(&b, nil); err != nil || int64(b.Len()) < total {
		t.Errorf("%d bytes written, %v", b.Len(), err)
	}
	onlyTheOutbox(t, path)
	mustVerify(t, o)
}

func TestABackupOverwritesNothing(t *testing.T) {
	o := openNew(t)
	path := filepath.Join(t.TempDir(), "backup")
	if err := os.WriteFile(path, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, p := range []string{path, o.Path()} {
		if err := o.BackupFile(p, nil); !errors.Is(err, fs.ErrExist) || !strings.Contains(err.Error(), p) {
			t.Errorf("%s: %v", p, err)
		}
	}
	temp := filepath.Join(filepath.Dir(path), "temp")
	if err := os.WriteFile(temp, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := place(temp, path); !errors.Is(err, fs.ErrExist) { // it appeared during the backup
		t.Errorf("placed: %v", err)
	}
	if b, err := os.ReadFile(path); err != nil || string(b) != "precious" {
		t.Errorf("now it is %q, %v", b, err)
	}
	if err := o.BackupFile(filepath.Join(path, "below", "a file"), nil); err == nil {
		t.Error("a backup in no directory")
	}
}

func TestABackupThatFailsLeavesNothing(t *testing.T) {
	o := openNew(t)
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = full.Close() }()
	if err := o.Backup(full, nil); !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), "free some space") {
		t.Errorf("to a full device: %v", err)
	}
	if err := o.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "backup")
	if err := o.BackupFile(path, nil); err == nil {
		t.Error("a closed outbox was backed up")
	}
	if there, err := os.ReadDir(filepath.Dir(path)); err != nil || len(there) > 0 {
		t.Errorf("left %v, %v", there, err)
	}
}

// TestABackupThatIsEndedLeavesNothing, not even when the store is closed meanwhile, as
// by a daemon that stops: its process may end as soon as the store is closed.
func TestABackupThatIsEndedLeavesNothing(t *testing.T) {
	o := openNew(t)
	o.db.NoSync = true
	for i := range 3 {
		big := fresh(i, "masto")
		big.Article = text(i, 1<<20)
		mustEnqueue(t, o, big)
	}
	path := filepath.Join(t.TempDir(), "backup")
	enough := errors.New("enough")
	left := make(chan error, 1)
	calls := 0
	err := o.BackupFile(path, func(done, total int64) error {
		if calls++; calls > 1 || done >= total {
			t.Errorf("call %d: %d bytes of %d", calls, done, total)
		}
		go func() {
			err := o.Close()
			there, dirErr := os.ReadDir(filepath.Dir(path))
			if len(there) > 0 {
				dirErr = fmt.Errorf("left %v", there)
			}
			left <- errors.Join(err, dirErr)
		}()
		return enough
	})
	if !errors.Is(err, enough) || !strings.Contains(err.Error(), path) {
		t.Errorf("error %v, want what ended it and the file", err)
	}
	if err := <-left; err != nil {
		t.Errorf("once the store is closed: %v", err)
	}
	again := mustOpen(t, o.Path())
	if err := again.BackupFile(path, nil); err != nil {
		t.Errorf("another one at the same place: %v", err)
	}
}
