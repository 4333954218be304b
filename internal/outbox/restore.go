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

// RestoreFile puts a backup in the place of target. It checks a copy of the backup
// first and changes nothing when that fails. It refuses while another process has
// the target open (ErrLocked) and, unless forced, when the target knows more than the
// backup (ErrTargetNewer) or is of a newer crieur (ErrNewerSchema); a damaged target
// is what restoring is for. The old file stays as target.before-restore-<now>. The
// restored store is marked: see Restored and NeedsLook.
func RestoreFile(backup, target string, now time.Time, force bool) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("restore %q to %q: %w", backup, target, err)
		}
	}()
	target = followed(target) // replace the file, not the link to it
	old, err := hold(target)
	if err != nil {
		return fmt.Errorf("%w%s", err, wayOut(err))
	}
	defer func() { err = errors.Join(err, old.release()) }()
	temp, err := copyBackup(backup, target, old.info)
	if err != nil {
		return fmt.Errorf("%w%s", err, wayOut(err))
	}
	defer func() { _ = os.Remove(temp) }()
	if err := prepare(temp, backup, old, stamp(now), force); err != nil {
		return err
	}
	return old.replaceBy(temp, now)
}

// copyBackup copies the backup beside the target, for whoever owns the target.
func copyBackup(backup, target string, old fs.FileInfo) (temp string, err error) {
	if err := exists(backup); err != nil {
		return "", fmt.Errorf("the backup: %w", err)
	}
	in, err := os.Open(backup)
	if err != nil {
		return "", err
	}
	defer func() { _ = in.Close() }() // only read
	if info, err := in.Stat(); err != nil {
		return "", err
	} else if old != nil && os.SameFile(info, old) {
		return "", errors.New("the backup is the outbox itself")
	}
	// An outbox in use is no backup: copied like this, it would be torn.
	if err := syscall.Flock(int(in.Fd()), syscall.LOCK_SH|syscall.LOCK_NB); err != nil {
		return "", fmt.Errorf("the backup is itself in use: %w", ErrLocked)
	}
	out, err := tempBeside(target, restoreMark)
	if err != nil {
		return "", err
	}
	_, err = io.Copy(out, in)
	if err = errors.Join(err, ownAs(out, target, old), out.Sync(), out.Close()); err != nil {
		_ = os.Remove(out.Name())
		return "", err
	}
	return out.Name(), nil
}

// ownAs gives a file that root makes to the user of the outbox.
func ownAs(f *os.File, target string, old fs.FileInfo) (err error) {
	if os.Geteuid() != 0 {
		return nil
	}
	if old == nil {
		if old, err = os.Stat(filepath.Dir(target)); err != nil {
			return err
		}
	}
	if st, ok := old.Sys().(*syscall.Stat_t); ok {
		return f.Chown(int(st.Uid), int(st.Gid))
	}
	return nil
}

// prepare checks the copy, compares it with what it is to replace, and marks it.
func prepare(temp, backup string, old *held, now time.Time, force bool) (err error) {
	o, err := open(temp, time.Second)
	if err != nil {
		return fmt.Errorf("the backup: %w", err)
	}
	defer func() { err = errors.Join(err, o.db.Close()) }()
	o.path = backup
	if err := o.bringUp(); err != nil { // the backup itself stays as it is
		return fmt.Errorf("bring the backup up to date: %w", err)
	}
	if err := o.Verify(); err != nil {
		return err
	}
	return o.update(func(t tx) error {
		have, err := t.extent(now)
		if err != nil {
			return err
		}
		if err := old.mayGo(have, now); err != nil && !force {
			return err
		}
		at, err := t.backedUp()
		if err != nil {
			return err
		}
		if at.After(now) || at.Before(have.latest) { // not backed up by crieur since
			at = have.latest
		}
		m := restoredMark{at: now, backup: at, lastID: have.lastID}
		if !m.at.After(o.restored.at) { // each restore is one of its own
			m.at = o.restored.at.Add(1)
		}
		return t.putRestored(m)
	})
}
