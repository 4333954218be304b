package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// WriteSecret puts data where path is, whole or not at all: a file of mode 0600 that is
// on the disk when the call returns. Where root writes, a file that is replaced keeps its
// owner and a new one belongs to the owner of home, a folder of the service's, so that a
// service without root's rights can read it; where there is no home, to that of its own
// folder. what names the file in errors. No error contains data.
func WriteSecret(what, path, home string, data []byte) error {
	if err := CheckSecretPlace(what, path); err != nil {
		return err
	}
	if err := replaceSecret(path, home, data); err != nil {
		return fmt.Errorf("%s %s cannot be written: %w: what was there is unchanged", what, path, cause(err))
	}
	return nil
}

// CheckSecretPlace tells whether WriteSecret would work there, and leaves nothing behind.
// It refuses a folder in which every user may put another file in this one's place.
func CheckSecretPlace(what, path string) error {
	if info, err := os.Lstat(path); err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("%s %s is not a regular file (%s): name a file", what, path, info.Mode().Type())
	}
	dir := filepath.Dir(path)
	info, err := os.Stat(dir)
	switch {
	case err != nil:
		return fmt.Errorf("%s %s cannot be written: its folder: %w: make the folder first", what, path, cause(err))
	case !info.IsDir():
		return fmt.Errorf("%s %s cannot be written: %s is no folder", what, path, dir)
	case info.Mode().Perm()&0o002 != 0 && info.Mode()&fs.ModeSticky == 0:
		return fmt.Errorf("%s %s: every user may exchange files in its folder: chmod o-w %s", what, path, dir)
	}
	f, err := os.CreateTemp(dir, tempName(path))
	if err != nil {
		return fmt.Errorf("%s %s cannot be written: %w: run this as the user who may write in %s", what, path, cause(err), dir)
	}
	if err := errors.Join(f.Close(), os.Remove(f.Name())); err != nil {
		return fmt.Errorf("%s %s: %w", what, path, cause(err))
	}
	return nil
}

func tempName(path string) string { return "." + filepath.Base(path) + ".new-*" }

func replaceSecret(path, home string, data []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), tempName(path)) // mode 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	keepOwner(f, path, home, filepath.Dir(path))
	_, err = f.Write(data)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err = os.Rename(f.Name(), path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// keepOwner gives f the owner of the first path that is there. Anybody but root could
// write no file but their own.
func keepOwner(f *os.File, paths ...string) {
	if os.Geteuid() != 0 {
		return
	}
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			continue
		}
		if s, ok := info.Sys().(*syscall.Stat_t); ok {
			_ = f.Chown(int(s.Uid), int(s.Gid)) // a file system without owners has none to keep
		}
		return
	}
}

// syncFolder makes the new name itself survive a power cut. A file system that cannot
// sync a folder has no better way.
func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = d.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.ENOTSUP) {
		err = nil
	}
	return errors.Join(err, d.Close())
}
