package redirect

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"time"
)

const (
	tempPrefix = ".crieur-" // web servers show no dot files, or should not
	// A temporary file that is older was left by a crash: to write one takes no minute.
	tempLeft = time.Hour
)

// suffixes of files by their coding, as nginx and Caddy look for them.
var suffixes = [codings]string{identity: "", gzipped: ".gz", brotlied: ".br"}

// folder is where files are replaced whole. os.Root keeps every name within it, and a
// link in the place of a file is replaced, not followed.
type folder struct {
	root    *os.Root
	owner   owner
	changed int64
	dirty   map[string]bool // folders with new names, by path
}

func openFolder(dir string) (*folder, error) {
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		if err := makeFolder(dir); err != nil {
			return nil, err
		}
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	f := &folder{root: root, dirty: map[string]bool{}}
	err = f.find()
	if err == nil {
		err = f.makeGone()
	}
	if err != nil {
		return nil, errors.Join(err, root.Close())
	}
	return f, nil
}

func (f *folder) makeGone() error {
	fi, err := f.root.Lstat(goneFolder)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if err := f.root.Mkdir(goneFolder, 0o755); err != nil {
			return err
		}
		f.dirty["."] = true
		if err := f.root.Chmod(goneFolder, 0o755); err != nil {
			return err
		}
	case err != nil:
		return err
	case !fi.IsDir():
		return fmt.Errorf("%s in %s is no folder: move it away", goneFolder, f.root.Name())
	}
	return f.owner.giveFolder(f.root, goneFolder) // an older crieur left it to root
}

// sweep removes what a crash left.
func (f *folder) sweep(dir string) error {
	d, err := f.root.Open(dir)
	if err != nil {
		return err
	}
	all, err := d.ReadDir(-1)
	if err := errors.Join(err, d.Close()); err != nil {
		return err
	}
	for _, e := range all {
		if !strings.HasPrefix(e.Name(), tempPrefix) || !e.Type().IsRegular() {
			continue
		}
		fi, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue // its writer is done with it
		}
		if err != nil {
			return err
		}
		if time.Since(fi.ModTime()) < tempLeft {
			continue
		}
		if err := f.root.Remove(path.Join(dir, e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// has tells whether a file is there; what cannot be told is written anew.
func (f *folder) has(name string) bool {
	fi, err := f.root.Lstat(name)
	return err == nil && fi.Mode().IsRegular()
}

// reads tells whether a file reads so.
func (f *folder) reads(name string, want []byte) (bool, error) {
	fi, err := f.root.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil || !fi.Mode().IsRegular() || fi.Size() != int64(len(want)) {
		return false, err
	}
	got, err := f.root.ReadFile(name)
	return err == nil && bytes.Equal(got, want), err
}

// put writes a document in all of its codings; the file itself comes last, so that where
// it reads right the others do.
func (f *folder) put(name string, d *document) error {
	for c := codings - 1; c >= identity; c-- {
		if d.forms[c].length == nil {
			continue
		}
		if err := f.write(name+suffixes[c], d.forms[c].body); err != nil {
			return err
		}
	}
	return nil
}

// write replaces a file, unless it reads so already.
func (f *folder) write(name string, body []byte) (err error) {
	if same, err := f.reads(name, body); err != nil || same {
		return err
	}
	at := time.Now().Truncate(time.Second)
	if old, err := f.root.Lstat(name); err == nil && !at.After(old.ModTime()) {
		// Servers tell one state from the next by whole seconds.
		at = old.ModTime().Truncate(time.Second).Add(time.Second)
	}
	dir := path.Dir(name)
	temp := path.Join(dir, tempPrefix+rand.Text())
	w, err := f.root.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, f.root.Remove(temp))
		}
	}()
	_, err = io.Copy(w, bytes.NewReader(body))
	// The umask of a service is narrow, and the web server is another user.
	err = errors.Join(err, f.owner.give(w), w.Chmod(0o644), w.Sync(), w.Close())
	if err == nil {
		err = f.root.Chtimes(temp, at, at)
	}
	if err == nil {
		err = f.root.Rename(temp, name)
	}
	if fi, wrong := f.root.Lstat(name); err != nil && wrong == nil && fi.IsDir() {
		err = fmt.Errorf("%s in %s is a folder: move it away", name, f.root.Name())
	}
	if err != nil {
		return err
	}
	f.changed++
	f.dirty[dir] = true
	return nil
}

// remove takes files away with their compressed forms, which go last: a server that
// prefers them looks for the file first. One that stays keeps none of the others.
func (f *folder) remove(names ...string) error {
	var errs []error
	for _, name := range names {
		for _, suffix := range suffixes {
			if fi, err := f.root.Lstat(name + suffix); err == nil && fi.IsDir() {
				continue // nobody's page
			}
			err := f.root.Remove(name + suffix)
			if errors.Is(err, fs.ErrNotExist) {
				continue
			}
			if err != nil {
				errs = append(errs, err)
				continue
			}
			f.changed++
			f.dirty[path.Dir(name)] = true
		}
	}
	return errors.Join(errs...)
}

// close syncs the folders once.
func (f *folder) close() error {
	var errs []error
	for dir := range f.dirty {
		d, err := f.root.Open(dir)
		if err == nil {
			err = errors.Join(d.Sync(), d.Close())
		}
		errs = append(errs, err)
	}
	return errors.Join(append(errs, f.root.Close())...)
}
