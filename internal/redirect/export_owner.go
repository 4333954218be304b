package redirect

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// owner is whom root gives to what it writes: the service, which keeps the files as the
// pages are from then on, is another user. Nobody but root gives anything.
type owner struct {
	uid, gid int
	gives    bool
}

func ownerOf(fi fs.FileInfo) owner {
	s, ok := fi.Sys().(*syscall.Stat_t) // where there are no owners nobody is kept out
	if !ok || os.Geteuid() != 0 {
		return owner{}
	}
	return owner{int(s.Uid), int(s.Gid), true}
}

func (o owner) give(f *os.File) error {
	if !o.gives {
		return nil
	}
	return f.Chown(o.uid, o.gid)
}

// giveFolder gives a folder of root's own. Another's is left: somebody chose it, or put it
// in the place of the one that was just made.
func (o owner) giveFolder(root *os.Root, name string) error {
	if !o.gives {
		return nil
	}
	d, err := root.Open(name)
	if err != nil {
		return err
	}
	fi, err := d.Stat()
	if err == nil {
		if had := ownerOf(fi); fi.IsDir() && had.uid == 0 && had != o {
			err = o.give(d)
		}
	}
	return errors.Join(err, d.Close())
}

// find learns whose the folder is.
func (f *folder) find() error {
	fi, err := f.root.Stat(".")
	if err == nil {
		f.owner = ownerOf(fi)
	}
	return err
}

// makeFolder makes a folder and those above it that are missing. They are whose the lowest
// one is that was there, and readable by the web server's user whatever the umask is.
func makeFolder(dir string) (err error) {
	dir = filepath.Clean(dir)
	above := filepath.Dir(dir)
	var missing []string // the highest first
	for name := filepath.Base(dir); ; above = filepath.Dir(above) {
		missing = append([]string{name}, missing...)
		if _, err := os.Stat(above); !errors.Is(err, fs.ErrNotExist) || above == filepath.Dir(above) {
			break
		}
		name = filepath.Base(above)
	}
	root, err := os.OpenRoot(above)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	fi, err := root.Stat(".")
	if err != nil {
		return err
	}
	name := ""
	for _, part := range missing {
		name = filepath.Join(name, part)
		if err := root.Mkdir(name, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
		if err := errors.Join(root.Chmod(name, 0o755), ownerOf(fi).giveFolder(root, name)); err != nil {
			return err
		}
	}
	return nil
}
