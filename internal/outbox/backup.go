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
// the backup and is returned. Posts go on meanwhile. Until w has taken everything no page
// of the file is used again, so a slow w lets the file grow; and should it outgrow 16 GiB
// (Options.MapRoom), reads and changes wait for w. Let neither w nor progress be somebody
// far away who reads slowly.
func (o *Outbox) Backup(w io.Writer, progress func(done, total int64) error) error {
	// A restore is to know how old its backup is.
	if err := o.noteMoment(metaBackup, time.Now()); err != nil {
		return fmt.Errorf("back up outbox %q: %w", o.path, err)
	}
	if err := o.snapshot(w, progress); err != nil {
		return fmt.Errorf("back up outbox %q: %w%s", o.path, err, wayOut(err))
	}
	return nil
}

// noteMoment writes down when a backup was begun. A full disk or a read-only one is when
// a backup is needed most; a restore then goes by the last change.
func (o *Outbox) noteMoment(key []byte, at time.Time) error {
	err := o.update(func(t tx) error { return t.meta.Put(key, appendMoment(nil, at)) })
	if noSpace(err) || errors.Is(err, syscall.EROFS) {
		return nil
	}
	return err
}

// BackupFile makes a backup at path, readable by its user alone: whole or not at all. It
// removes what killed ones left in the same folder.
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
	begun := time.Now()
	sweepParts(filepath.Dir(path), begun)
	f, err := newPart(path)
	if err != nil {
		if noSpace(err) {
			err = fmt.Errorf("%w%s", err, wayOut(err))
		}
		return err // the rest tells who asked: this folder is not the outbox's
	}
	defer func() { err = errors.Join(err, closePart(f)) }() // not earlier: it is locked
	defer func() { _ = os.Remove(f.Name()) }()
	if err := errors.Join(o.Backup(f, progress), f.Sync()); err != nil {
		return err
	}
	if err := place(f.Name(), path); err != nil {
		return err
	}
	if o.schema < 2 { // it knows no such note, and must stay what its own crieur can read
		return nil
	}
	if err := o.noteMoment(metaKept, begun); err != nil {
		return fmt.Errorf("it is whole, but the outbox could not note it: %w", err)
	}
	return nil
}

// LastBackup is the moment that the last backup in a file shows, of those that are whole
// and since when the store is; zero: there was none.
func (o *Outbox) LastBackup() (at time.Time, err error) {
	err = o.view(func(t tx) error {
		at, err = t.metaMoment(metaKept)
		return err
	})
	return at, err
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
