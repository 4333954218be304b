package outbox

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestABackupSweepsWhatKilledOnesLeft(t *testing.T) {
	o := openNew(t)
	mustEnqueue(t, o, fresh(0, "masto"))
	dir := t.TempDir()
	old := time.Now().Add(-2 * partStale)
	plant := func(name string, at time.Time) string {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.WriteFile(path, []byte("x"), 0o600), os.Chtimes(path, at, at)); err != nil {
			t.Fatal(err)
		}
		return name
	}
	plant(".outbox-20261126T031205Z.db"+partMark+"123", old)
	plant(".b"+partMark+"9", old)
	kept := []string{
		plant(".young.db"+partMark+"1", time.Now()), // perhaps of another machine
		plant("outbox.db"+partMark+"1", old), plant(".outbox.db.part-1", old), plant(".outbox.db"+partMark+"x", old),
	}
	other, err := newPart(filepath.Join(dir, "other.db")) // another site's, which writes slowly
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = other.Close() }()
	if err := os.Chtimes(other.Name(), old, old); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, ".d"+partMark+"1"), 0o700); err != nil {
		t.Fatal(err)
	}
	precious := filepath.Join(t.TempDir(), "precious")
	if err := errors.Join(os.WriteFile(precious, nil, 0o600), os.Symlink(precious, filepath.Join(dir, ".l"+partMark+"1"))); err != nil {
		t.Fatal(err)
	}
	kept = append(kept, filepath.Base(other.Name()), ".d"+partMark+"1", ".l"+partMark+"1", "b")
	if err := o.BackupFile(filepath.Join(dir, "b"), nil); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(dir)
	var there []string
	for _, e := range entries {
		there = append(there, e.Name())
	}
	slices.Sort(kept)
	if err != nil || !slices.Equal(there, kept) {
		t.Errorf("there are %q, want %q: %v", there, kept, err)
	}
}

// TestAPartBelongsToItsProcessUntilThatEnds, however it ends.
func TestAPartBelongsToItsProcessUntilThatEnds(t *testing.T) {
	if path := os.Getenv(partFile); path != "" {
		f, err := newPart(path)
		fmt.Println("made", f.Name(), err)
		time.Sleep(time.Hour) // until it is killed
	}
	dir := t.TempDir()
	cmd := exec.Command(os.Args[0], "-test.run", "^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), partFile+"="+filepath.Join(dir, "b"))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var name string
	if _, err := fmt.Fscanf(out, "made %s <nil>\n", &name); err != nil {
		t.Fatal(err)
	}
	later := time.Now().Add(24 * time.Hour)
	sweepParts(dir, later)
	if _, err := os.Stat(name); err != nil {
		t.Errorf("a running backup lost its file: %v", err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed
	sweepParts(dir, later)
	if there, err := os.ReadDir(dir); err != nil || len(there) > 0 {
		t.Errorf("left %v, %v", there, err)
	}
}

func TestTheLastWholeBackupIsDated(t *testing.T) {
	o := openNew(t)
	is := func(when string, from, to time.Time) {
		t.Helper()
		if at, err := o.LastBackup(); err != nil || at.Before(from) || at.After(to) {
			t.Errorf("%s: %v, %v, want one of %v to %v", when, at, err, from, to)
		}
	}
	is("never", time.Time{}, time.Time{})
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = full.Close() }()
	if err := o.Backup(full, nil); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("to a full disk: %v", err)
	}
	enough := errors.New("enough")
	dir := t.TempDir()
	if err := o.BackupFile(filepath.Join(dir, "a"), func(int64, int64) error { return enough }); !errors.Is(err, enough) {
		t.Error(err)
	}
	is("after two that failed", time.Time{}, time.Time{})
	from := time.Now()
	begun := from
	if err := o.BackupFile(filepath.Join(dir, "b"), func(int64, int64) error { begun = time.Now(); return nil }); err != nil {
		t.Fatal(err)
	}
	is("after one", from, begun)
	if err := o.BackupFile(filepath.Join(dir, "c"), func(int64, int64) error { return enough }); !errors.Is(err, enough) {
		t.Error(err)
	}
	is("after one that failed again", from, begun)
	mustVerify(t, o)
	breakIt(t, o, func(t tx) error { return t.meta.Put(metaKept, []byte("abc")) })
	if _, err := o.LastBackup(); !errors.Is(err, ErrDamaged) {
		t.Errorf("garbled: %v", err)
	}
	if err := o.Verify(); err == nil || !strings.Contains(err.Error(), "time of its backup") {
		t.Errorf("garbled: %v", err)
	}
	var b bytes.Buffer
	if err := o.Backup(&b, nil); err != nil {
		t.Errorf("no backup of a damaged outbox: %v", err)
	}
}

// TestAFinishedBackupIsFree although a child that was just forked still has it open.
func TestAFinishedBackupIsFree(t *testing.T) {
	path := filepath.Join(t.TempDir(), "backup.db")
	f, err := newPart(path)
	if err != nil {
		t.Fatal(err)
	}
	child, err := syscall.Dup(int(f.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = syscall.Close(child) }()
	part := f.Name()
	if err := closePart(f); err != nil {
		t.Fatal(err)
	}
	other, err := os.Open(part)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = other.Close() }()
	if err := syscall.Flock(int(other.Fd()), syscall.LOCK_SH|syscall.LOCK_NB); err != nil {
		t.Errorf("a restore would find it in use: %v", err)
	}
}
