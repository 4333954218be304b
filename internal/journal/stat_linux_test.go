package journal

import (
	"os"
	"syscall"
	"testing"
)

func deviceAndInode(t *testing.T, f *os.File) (uint64, uint64) {
	t.Helper()
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	st := info.Sys().(*syscall.Stat_t)
	return st.Dev, st.Ino
}
