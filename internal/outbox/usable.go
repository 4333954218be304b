package outbox

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// Free returns the space that the file's owner may still use on its file system, in bytes.
func (o *Outbox) Free() (uint64, error) {
	var st unix.Statfs_t
	if err := unix.Statfs(o.path, &st); err != nil {
		return 0, fmt.Errorf("outbox %q: %w", o.path, err)
	}
	return st.Bavail * uint64(st.Bsize), nil
}

// Usable tells why the store cannot be relied on, nil: it can. It reads one page at most
// and writes nothing, so it may be asked often.
func (o *Outbox) Usable() error {
	if err := o.view(func(tx) error { return nil }); err != nil {
		return err
	}
	now, err := os.Stat(o.path)
	if err != nil {
		return fmt.Errorf("outbox %q: its file is gone, what is stored now is lost with the end of crieur: %w", o.path, err)
	}
	if !os.SameFile(o.file, now) {
		return fmt.Errorf("outbox %q: another file is in its place, what is stored now is lost with the end of crieur: stop it, and look", o.path)
	}
	return nil
}
