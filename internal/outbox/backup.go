package outbox

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// Backup writes a consistent copy of the store to w while it is in use. progress, if
// any, is told bytes done and in all, about every MiB and at the end; its error ends
// the backup and is returned. Until w has taken everything, a change that makes the
// file grow waits: let neither w nor progress be somebody far away who reads slowly.
func (o *Outbox) Backup(w io.Writer, progress func(done, total int64) error) error {
	if err := o.noteBackup(time.Now()); err != nil {
		return fmt.Errorf("back up outbox %q: %w", o.path, err)
	}
	if err := o.snapshot(w, progress); err != nil {
		return fmt.Errorf("back up outbox %q: %w%s", o.path, err, wayOut(err))
	}
	return nil
}

// noteBackup lets a restore know how old its backup is. A full disk or a read-only
// one is when a backup is needed most; a restore then goes by the last change.
func (o *Outbox) noteBackup(now time.Time) error {
	err := o.update(func(t tx) error { return t.meta.Put(metaBackup, appendMoment(nil, now)) })
	if noSpace(err) || errors.Is(err, syscall.EROFS) {
		return nil
	}
	return err
}

// BackupFile makes a backup at path, readable by its user alone: whole or not at all.
// It never overwrites: what is there is refused with fs.ErrExist. progress is as for
// Backup.
func (o *Outbox) BackupFile(path string, progress func(done, total int64) error) (err error) {
	o.copying.RLock() // or the process may end before the temporary file is gone
	defer o.copying.RUnlock()
	defer func() {
		if err != nil {
			err = fmt.Errorf("backup %q: %w", path, err)
		}
	}()
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("%w: move it away, or give another name", fs.ErrExist)
	}
	f, err := tempBeside(path, ".part-")
	if err != nil {
		return fmt.Errorf("%w%s", err, wayOut(err))
	}
	defer func() { _ = os.Remove(f.Name()) }()
	err = errors.Join(o.Backup(f, progress), f.Sync(), f.Close())
	if err != nil {
		return err
	}
	return place(f.Name(), path)
}

// place gives a finished file its name, unless the name is taken (fs.ErrExist). The
// temporary name may remain, for its maker to remove.
func place(temp, path string) error {
	err := os.Link(temp, path)
	if err != nil && !errors.Is(err, fs.ErrExist) { // some file systems have no hard links
		if _, gone := os.Lstat(path); !errors.Is(gone, fs.ErrNotExist) {
			return err
		}
		err = os.Rename(temp, path)
	}
	if err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}
