package journal

import (
	"fmt"
	"os"
	"syscall"
)

// IsStream tells whether f leads to systemd's journal: stream is the value of
// $JOURNAL_STREAM, device and inode of what systemd connected (systemd.exec(5)). A child
// that inherits the variable but writes elsewhere is not fooled.
func IsStream(f *os.File, stream string) bool {
	if stream == "" || f == nil {
		return false
	}
	info, err := f.Stat()
	if err != nil {
		return false
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	return ok && fmt.Sprintf("%d:%d", st.Dev, st.Ino) == stream
}
