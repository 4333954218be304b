package redirect

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestWhatRootExportsIsTheOwnersOfTheFolder: one "crieur export" by root must not keep the
// service from taking a page back.
func TestWhatRootExportsIsTheOwnersOfTheFolder(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root may give files away")
	}
	above := t.TempDir()
	if err := os.Chown(above, 1234, 1235); err != nil {
		t.Fatal(err)
	}
	owned := func(dir string, uid, gid uint32) {
		t.Helper()
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			fi, err := d.Info()
			if s := fi.Sys().(*syscall.Stat_t); err == nil && (s.Uid != uid || s.Gid != gid) {
				t.Errorf("%s belongs to %d:%d, want %d:%d", path, s.Uid, s.Gid, uid, gid)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	dir := filepath.Join(above, "var", "www") + "/"
	exported(t, dir, frenchPage())
	owned(above, 1234, 1235) // what was missing above it too

	// What an older crieur left to root is the owner's from then on, but not what somebody gave to another.
	gone := filepath.Join(dir, goneFolder)
	if err := os.Chown(gone, 0, 0); err != nil {
		t.Fatal(err)
	}
	exported(t, dir, frenchPage())
	owned(dir, 1234, 1235)
	if err := os.Chown(gone, 4321, 4321); err != nil {
		t.Fatal(err)
	}
	exported(t, dir, frenchPage())
	owned(gone, 4321, 4321)
}

// TestAWithdrawnPageGoesThoughItsNoticeCannotBeWritten, and every file of it that can.
func TestAWithdrawnPageGoesThoughItsNoticeCannotBeWritten(t *testing.T) {
	dir, p := t.TempDir(), frenchPage()
	exported(t, dir, p)
	// Nothing can be written in place of a folder, whoever writes.
	for _, ext := range []string{".html", ".json"} {
		if err := os.MkdirAll(filepath.Join(dir, goneFolder, p.Slug+ext, "something"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	p.Withdrawn = true
	x, err := OpenExport(dir, Source{Page: func(string) (Page, bool, error) { return p, true, nil }})
	if err != nil {
		t.Fatal(err)
	}
	if err := x.Page(p.Slug); err == nil || !strings.Contains(err.Error(), goneFolder) || !strings.Contains(err.Error(), p.Slug) {
		t.Errorf("of the notice: %v", err)
	}
	if err := x.Close(); err != nil {
		t.Error(err)
	}
	for _, name := range names(t, dir) {
		if strings.HasPrefix(name, p.Slug) {
			t.Errorf("%s is left", name)
		}
	}
}
