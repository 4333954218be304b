package control

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAFolderIsTriedForAnOutboxAndLeftAsItWas(t *testing.T) {
	dir := t.TempDir()
	f, looked := CheckFolder(filepath.Join(dir, "outbox.db"))
	if !looked || !f.OK || f.Way != "" || len(f.Notes) > 0 {
		t.Errorf("%+v", f)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("%v left, %v", left, err)
	}
	// Nobody can create a file there, not even root.
	if f, looked := CheckFolder("/proc/outbox.db"); !looked || f.OK || f.Way == "" || !strings.Contains(f.Detail, userName(os.Geteuid())) {
		t.Errorf("%+v", f)
	}
	if f, looked := CheckFolder(filepath.Join(dir, "none", "outbox.db")); looked {
		t.Errorf("no folder: %+v", f)
	}
	path := filepath.Join(dir, "outbox.db")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if f, looked := CheckFolder(path); looked {
		t.Errorf("an outbox that is there: %+v", f)
	}
}

func TestAFileThatAllMayReadIsNoticed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "crieur.toml")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for mode, want := range map[os.FileMode]bool{0o600: false, 0o640: false, 0o644: true} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if got := ReadByAll(path); got != want {
			t.Errorf("%o: %v", mode, got)
		}
	}
}
