package control

import (
	"errors"
	"io/fs"
	"os"
	"strings"
	"syscall"
	"testing"
)

// TestWhatCannotBeWrittenSaysByWhom: "permission denied" alone sends an operator, who may
// write there, to look for the mistake in the wrong place.
func TestWhatCannotBeWrittenSaysByWhom(t *testing.T) {
	const such = "/var/backups/crieur/b.db"
	for _, c := range []struct {
		running bool
		path    string
		err     error
		want    string
	}{
		{false, "/srv/closed/b.db", syscall.EACCES, "may not write there: name another place, such as " + such},
		{false, "/usr/b.db", syscall.EROFS, "the file system is read-only: name another place, such as " + such},
		{false, "/tmp/none/b.db", syscall.ENOENT, "make the folder first"},
		{true, "/srv/closed/b.db", syscall.EACCES, "the running daemon writes it itself, as user " + userName(os.Geteuid()) + ": name a place where that user may write, such as " + such + ", or stop the daemon"},
		{true, "/usr/b.db", syscall.EROFS, "or with systemd add the folder to ReadWritePaths= of its unit"},
		{true, "/tmp/none/b.db", syscall.ENOENT, "with systemd its /tmp is another one: name a place such as " + such},
		{true, "/srv/none/b.db", syscall.ENOENT, "make the folder first"},
	} {
		failed := &fs.PathError{Op: "open", Path: c.path, Err: c.err}
		err := wayToWrite(c.running, c.path, such, failed)
		if !errors.Is(err, c.err) || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "owns the outbox") {
			t.Errorf("running %v, %s: %v, want %q", c.running, c.path, err, c.want)
		}
	}
	for _, other := range []error{nil, syscall.ENOSPC, fs.ErrExist} {
		if err := wayToWrite(true, "/tmp/b.db", such, other); !errors.Is(err, other) || other != nil && err.Error() != other.Error() {
			t.Errorf("%v became %v", other, err)
		}
	}
}
