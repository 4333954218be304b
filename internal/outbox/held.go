package outbox

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// held is the file that a restore replaces, locked against every other process.
type held struct {
	path  string
	info  fs.FileInfo // nil: there is no file
	o     *Outbox     // nil: no file, or one that cannot be read
	why   error       // it cannot be read
	plain *os.File    // locked, when o is nil
}

func hold(path string) (*held, error) {
	h := &held{path: path}
	err := exists(path)
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Stat(filepath.Dir(path)); err != nil {
			return nil, fmt.Errorf("its directory: %w", err)
		}
		return h, nil
	}
	if err != nil && !errors.Is(err, ErrDamaged) {
		return nil, err
	}
	if h.info, err = os.Stat(path); err != nil {
		return nil, err
	}
	h.o, h.why = open(path, time.Second)
	switch {
	case h.why == nil:
		return h, nil
	case errors.Is(h.why, ErrDamaged), errors.Is(h.why, ErrNewerSchema):
		return h, h.lock()
	}
	return nil, h.why
}

func (h *held) lock() (err error) {
	if h.plain, err = os.OpenFile(h.path, os.O_RDWR, 0); err != nil {
		return err
	}
	err = syscall.Flock(int(h.plain.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err == nil {
		return nil
	}
	if errors.Is(err, syscall.EWOULDBLOCK) {
		err = ErrLocked
	}
	return errors.Join(err, h.plain.Close())
}

func (h *held) release() error {
	switch {
	case h.o != nil:
		return h.o.db.Close()
	case h.plain != nil:
		return h.plain.Close()
	}
	return nil
}

// mayGo refuses what knows more than the backup, as far as it can be read.
func (h *held) mayGo(backup extent, now time.Time) error {
	if errors.Is(h.why, ErrNewerSchema) {
		return fmt.Errorf("%w: force the restore to replace it all the same", h.why)
	}
	if h.o == nil {
		return nil
	}
	var there extent
	err := h.o.view(func(t tx) (err error) {
		there, err = t.extent(now)
		return err
	})
	if errors.Is(err, ErrDamaged) {
		return nil
	}
	if err != nil {
		return err
	}
	if more := there.beyond(backup); more != "" {
		return fmt.Errorf("%w: %s; force the restore to replace it all the same", ErrTargetNewer, more)
	}
	return nil
}

// replaceBy puts the new file in place, the old one aside. There is always a whole
// outbox under the name, so that a daemon that starts now does not begin a new one.
func (h *held) replaceBy(temp string, now time.Time) error {
	if h.info == nil {
		return place(temp, h.path)
	}
	undo := os.Remove
	aside := unused(h.path + ".before-restore-" + now.UTC().Format("20060102T150405Z"))
	err := os.Link(h.path, aside)
	if err != nil && !errors.Is(err, fs.ErrExist) { // some file systems have no hard links
		if _, gone := os.Lstat(aside); !errors.Is(gone, fs.ErrNotExist) {
			return err
		}
		err = os.Rename(h.path, aside)
		undo = func(aside string) error { return os.Rename(aside, h.path) }
	}
	if err != nil {
		return fmt.Errorf("keep the old outbox: %w", err)
	}
	if err := os.Rename(temp, h.path); err != nil {
		return errors.Join(err, undo(aside))
	}
	return syncDir(filepath.Dir(h.path))
}

// unused is a name, or that name with a number: there may be two restores in a second.
func unused(name string) string {
	for n := 1; ; n++ {
		if _, err := os.Lstat(numbered(name, n)); err != nil {
			return numbered(name, n)
		}
	}
}

func numbered(name string, n int) string {
	if n == 1 {
		return name
	}
	return fmt.Sprintf("%s-%d", name, n)
}
