package outbox

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"go.etcd.io/bbolt"
)

// progressEvery bytes a copy reports how far it is.
const progressEvery = 1 << 20

// snapshot writes the store, as it is at one moment, to w. Nothing waits for it, however
// slow w is, but the growth of a file beyond its map (see mapRoom).
func (o *Outbox) snapshot(w io.Writer, progress func(done, total int64) error) error {
	out := &copyWriter{w: w, progress: progress, getsOn: o.getsOn}
	defer o.getsOn() // who waited has its time to get on too
	err := o.run(o.db.View, func(t tx) error {
		out.total = t.bolt.Size()
		_, err := t.bolt.WriteTo(out)
		if out.err != nil {
			err = out.err // bbolt drops its kind
		}
		return err
	})
	if err == nil && out.done != out.total {
		err = fmt.Errorf("%d bytes copied of %d", out.done, out.total)
	}
	return err
}

// copyWriter counts, and keeps the error that ended it.
type copyWriter struct {
	w                 io.Writer
	progress          func(done, total int64) error
	getsOn            func()
	done, said, total int64
	err               error
}

func (c *copyWriter) Write(b []byte) (int, error) {
	c.getsOn()
	n, err := c.w.Write(b)
	c.done += int64(n)
	if err == nil && c.progress != nil && (c.done-c.said >= progressEvery || c.done == c.total) {
		c.said = c.done
		err = c.progress(c.done, c.total)
	}
	c.err = err
	return n, err
}

// Names of files that live beside the outbox for a moment: a dot, its name, one of
// these, and what os.CreateTemp adds.
const (
	checkMark   = ".check-"
	restoreMark = ".restore-"
)

// followed is the file itself where path is a link to it: what is made beside it must be
// on its file system.
func followed(path string) string {
	if whole, err := filepath.EvalSymlinks(path); err == nil {
		return whole
	}
	return path
}

func tempBeside(path, mark string) (*os.File, error) {
	path = followed(path)
	return os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+mark+"*")
}

// sweep removes what a killed process left beside the outbox. Only who holds the
// outbox makes such files, so none of them is in use. What cannot be removed harms
// nothing but the space it takes.
func sweep(path string) {
	path = followed(path)
	dir, base := filepath.Dir(path), filepath.Base(path)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		rest, ours := strings.CutPrefix(e.Name(), "."+base)
		if ours && (strings.HasPrefix(rest, checkMark) || strings.HasPrefix(rest, restoreMark)) {
			_ = os.Remove(filepath.Join(dir, e.Name()))
		}
	}
}

// VerifyCopy checks every invariant of a store in use: what Verify does, but on a
// copy that it makes beside the outbox and removes again. Posts go on meanwhile. It
// needs as much space as the outbox takes.
func (o *Outbox) VerifyCopy() error {
	f, err := tempBeside(o.path, checkMark)
	if err != nil {
		return fmt.Errorf("copy outbox %q to check it: %w%s", o.path, err, checkWayOut(err))
	}
	defer func() { _ = os.Remove(f.Name()) }()
	return o.verifyIn(f)
}

// verifyIn checks a copy made in f and closes f.
func (o *Outbox) verifyIn(f *os.File) error {
	err := o.snapshot(f, nil)
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("copy outbox %q to check it: %w%s", o.path, err, checkWayOut(err))
	}
	return verifyFile(f.Name(), o.path)
}

// verifyFile checks a file that nobody else knows; name is what its errors call it.
func verifyFile(path, name string) error {
	c, err := open(path, time.Second)
	if err != nil {
		return fmt.Errorf("outbox %q, a copy of it: %w", name, err)
	}
	c.path = name
	return errors.Join(c.Verify(), c.db.Close())
}

func checkWayOut(err error) string {
	if noSpace(err) {
		return ": checking an outbox in use needs as much free space beside it as it takes; nothing was changed. Free some, or stop the daemon and check then"
	}
	return wayOut(err)
}

func noSpace(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}

var errNothingToWrite = errors.New("nothing to write")

// exclusive runs fn while nobody writes, and writes nothing itself.
func (o *Outbox) exclusive(fn func(tx) error) error {
	return o.run(func(in func(*bbolt.Tx) error) error {
		err := o.db.Update(func(t *bbolt.Tx) error {
			if err := in(t); err != nil {
				return err
			}
			return errNothingToWrite // rolls back
		})
		if errors.Is(err, errNothingToWrite) {
			return nil
		}
		return err
	}, fn)
}
