package control

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"syscall"
)

// couldWrite adds the way out where what an operator named could not be written. A running
// daemon writes with its own rights, and under systemd it sees less than they do; such is
// an example of what it may write.
func (s *Service) couldWrite(path, such string, err error) error {
	return wayToWrite(s.Engine != nil && s.Engine.Running(), path, such, err)
}

func wayToWrite(running bool, path, such string, err error) error {
	switch {
	case errors.Is(err, fs.ErrPermission) && running:
		return fmt.Errorf("%w: the running daemon writes it itself, as user %s: name a place where that user may write, such as %s, or stop the daemon: then it is written with your rights", err, userName(os.Geteuid()), such)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%w: %s may not write there: name another place, such as %s, or use sudo", err, userName(os.Geteuid()), such)
	case errors.Is(err, syscall.EROFS) && running:
		return fmt.Errorf("%w: it is read-only for the running daemon, which writes it itself: name a place such as %s, or with systemd add the folder to ReadWritePaths= of its unit", err, such)
	case errors.Is(err, syscall.EROFS):
		return fmt.Errorf("%w: the file system is read-only: name another place, such as %s", err, such)
	case errors.Is(err, fs.ErrNotExist) && running && ofItsOwn(path):
		return fmt.Errorf("%w: the running daemon writes it itself, and with systemd its /tmp is another one: name a place such as %s", err, such)
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%w: make the folder first", err)
	}
	return err
}

// ofItsOwn tells of a path where PrivateTmp= gives the service another folder.
func ofItsOwn(path string) bool {
	return strings.HasPrefix(path, "/tmp/") || strings.HasPrefix(path, "/var/tmp/")
}
