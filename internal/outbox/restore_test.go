package outbox

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var restoredAt = time.Date(2100, 1, 2, 3, 4, 5, 0, time.UTC) // after any clock that tests run by

// backedUp is a closed outbox with n articles and its backup.
func backedUp(t *testing.T, n int) (target, backup string) {
	t.Helper()
	dir := t.TempDir()
	target, backup = filepath.Join(dir, "outbox.db"), filepath.Join(dir, "backup")
	change(t, target, func(o *Outbox) {
		for i := range n {
			mustEnqueue(t, o, fresh(i, "masto"))
		}
		if err := o.BackupFile(backup, nil); err != nil {
			t.Fatal(err)
		}
	})
	return target, backup
}

// change opens, verifies and closes.
func change(t *testing.T, path string, fn func(*Outbox)) {
	t.Helper()
	o, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := o.Close(); err != nil {
			t.Error(err)
		}
	}()
	o.db.NoSync = true
	fn(o)
	mustVerify(t, o)
}

func mustRestore(t *testing.T, backup, target string, force bool) {
	t.Helper()
	if err := RestoreFile(backup, target, restoredAt, force); err != nil {
		t.Fatal(err)
	}
}

func TestARestoreBringsTheBackupAndKeepsTheOldFile(t *testing.T) {
	target, backup := backedUp(t, 3)
	before, err := os.ReadFile(target)
	if err != nil {
		t.Fatal(err)
	}
	mustRestore(t, backup, target, false)
	aside := target + ".before-restore-21000102T030405Z"
	if kept, err := os.ReadFile(aside); err != nil || !bytes.Equal(kept, before) {
		t.Errorf("kept %d bytes of %d, %v", len(kept), len(before), err)
	}
	change(t, target, func(o *Outbox) {
		at, of, ok, err := o.Restored()
		if err != nil || !ok || !at.Equal(restoredAt) || time.Since(of) > time.Hour || time.Since(of) < 0 {
			t.Errorf("restored at %v, of %v, %v, %v", at, of, ok, err)
		}
		if c, err := o.Counts(""); err != nil || !cmp.Equal(c, Counts{"scheduled": 3}) {
			t.Errorf("counts %v, %v", c, err)
		}
	})
	if info, err := os.Stat(target); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	onlyTheOutbox(t, target, backup, aside)
	mustRestore(t, backup, target, false) // twice in a second: each old file stays
	if kept, err := os.ReadFile(aside); err != nil || !bytes.Equal(kept, before) {
		t.Errorf("the first old file has %d bytes of %d, %v", len(kept), len(before), err)
	}
	onlyTheOutbox(t, target, backup, aside, aside+"-2")
}

func TestARestoreToNowhereMakesTheOutbox(t *testing.T) {
	_, backup := backedUp(t, 1)
	target := filepath.Join(t.TempDir(), "outbox.db")
	mustRestore(t, backup, target, false)
	mustVerify(t, mustOpen(t, target))
	if err := RestoreFile(backup, filepath.Join(target, "no", "outbox.db"), restoredAt, true); err == nil {
		t.Error("restored below a file")
	}
}

func TestAnOutboxThatWasNeverRestoredSaysSo(t *testing.T) {
	o := openNew(t)
	if at, of, ok, err := o.Restored(); ok || err != nil || !at.IsZero() || !of.IsZero() {
		t.Errorf("%v, %v, %v, %v", at, of, ok, err)
	}
}

// TestARestoreRefusesToLoseWhatIsNewer, unless forced.
func TestARestoreRefusesToLoseWhatIsNewer(t *testing.T) {
	for name, do := range map[string]func(o *Outbox, id string){
		"its last article": func(o *Outbox, _ string) { mustEnqueue(t, o, fresh(77, "masto")) },
		"1 attempts":       func(o *Outbox, id string) { mustClaim(t, o, id, t0) },
		"1 receipts": func(o *Outbox, id string) {
			mustClaim(t, o, id, t0)
			mustSettle(t, o, id, 1, t0, delivered("1"))
		},
		"1 finished": func(o *Outbox, id string) {
			if _, err := o.Move(id, t0, Outcome{To: "cancelled"}); err != nil {
				t.Error(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			target, backup := backedUp(t, 1)
			change(t, target, func(o *Outbox) {
				d, _, err := o.NextDue("masto", t0)
				if err != nil {
					t.Fatal(err)
				}
				do(o, d.ID)
			})
			err := RestoreFile(backup, target, restoredAt, false)
			if !errors.Is(err, ErrTargetNewer) || !strings.Contains(err.Error(), name) {
				t.Errorf("%v, want %q", err, name)
			}
			onlyTheOutbox(t, target, backup)
			change(t, target, func(o *Outbox) {
				if _, _, restored, err := o.Restored(); restored || err != nil {
					t.Errorf("restored all the same, %v", err)
				}
			})
			mustRestore(t, backup, target, true)
		})
	}
}

func TestARestoreRefusesWhatIsInUse(t *testing.T) {
	target, backup := backedUp(t, 1)
	o := mustOpen(t, target)
	if err := RestoreFile(backup, target, restoredAt, true); !errors.Is(err, ErrLocked) || !strings.Contains(err.Error(), "daemon") {
		t.Errorf("target in use: %v", err)
	}
	if err := RestoreFile(target, filepath.Join(t.TempDir(), "outbox.db"), restoredAt, true); !errors.Is(err, ErrLocked) {
		t.Errorf("backup in use: %v", err)
	}
	if err := o.Close(); err != nil {
		t.Fatal(err)
	}
	if err := RestoreFile(target, target, restoredAt, true); err == nil || !strings.Contains(err.Error(), "itself") {
		t.Errorf("from itself: %v", err)
	}
}

// TestARestoreRefusesADamagedBackup and leaves the outbox as it is.
func TestARestoreRefusesADamagedBackup(t *testing.T) {
	target, backup := backedUp(t, 200)
	whole, err := os.ReadFile(backup)
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{
		"cut":     whole[:len(whole)/2],
		"empty":   nil,
		"text":    []byte(strings.Repeat("hello\n", 2000)),
		"garbled": bytes.ReplaceAll(whole, []byte(`"state":"scheduled"`), []byte(`"state":"cancelled"`)),
	} {
		if err := os.WriteFile(backup, b, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := RestoreFile(backup, target, restoredAt, true); err == nil || !strings.Contains(err.Error(), backup) {
			t.Errorf("%s: %v", name, err)
		}
	}
	onlyTheOutbox(t, target, backup)
	change(t, target, func(o *Outbox) {
		if c, err := o.Counts(""); err != nil || c["scheduled"] != 200 {
			t.Errorf("counts %v, %v", c, err)
		}
	})
}

// TestARestoreReplacesADamagedOutbox without force: that is what it is for.
func TestARestoreReplacesADamagedOutbox(t *testing.T) {
	for name, b := range map[string][]byte{"empty": nil, "text": []byte(strings.Repeat("hello\n", 2000))} {
		target, backup := backedUp(t, 1)
		if err := os.WriteFile(target, b, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := RestoreFile(backup, target, restoredAt, false); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		change(t, target, func(*Outbox) {})
	}
}

// TestOpenDoesNotTakeAFilePutAside: who waits for the lock during a restore gets the new file.
func TestOpenDoesNotTakeAFilePutAside(t *testing.T) {
	target, backup := backedUp(t, 1)
	old, err := hold(target)
	if err != nil {
		t.Fatal(err)
	}
	temp, err := copyBackup(backup, target, old.info)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() {
		o, err := Open(target, Options{LockTimeout: time.Minute})
		if err == nil {
			err = errors.Join(sameFileAs(o, target), o.Close())
		}
		done <- err
	}()
	time.Sleep(100 * time.Millisecond) // it waits for the lock, in vain for now
	if err := errors.Join(old.replaceBy(temp, restoredAt), old.release()); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func sameFileAs(o *Outbox, path string) error {
	// bbolt's own file is out of reach; what it writes is not.
	if _, err := o.Enqueue(t0, []NewArticle{fresh(99, "seen")}); err != nil {
		return err
	}
	b, err := os.ReadFile(path)
	if err == nil && !bytes.Contains(b, []byte("seen")) {
		err = errors.New("written to the file put aside")
	}
	return err
}
