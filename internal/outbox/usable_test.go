package outbox

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAStoreWhoseFileIsGoneOrReplacedIsNotUsable(t *testing.T) {
	path := filepath.Join(t.TempDir(), "outbox.db")
	o, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := o.Usable(); err != nil {
		t.Errorf("as it was opened: %v", err)
	}
	if free, err := o.Free(); err != nil || free == 0 {
		t.Errorf("free: %d, %v", free, err)
	}
	if err := os.Rename(path, path+".aside"); err != nil {
		t.Fatal(err)
	}
	if err := o.Usable(); err == nil || !strings.Contains(err.Error(), "gone") {
		t.Errorf("moved away: %v", err)
	}
	if err := os.WriteFile(path, []byte("another"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := o.Usable(); err == nil || !strings.Contains(err.Error(), "another file") {
		t.Errorf("replaced: %v", err)
	}
	if err := os.Rename(path+".aside", path); err != nil {
		t.Fatal(err)
	}
	if err := o.Usable(); err != nil {
		t.Errorf("back: %v", err)
	}
	if err := o.Close(); err != nil {
		t.Fatal(err)
	}
	if err := o.Usable(); err == nil {
		t.Error("closed, and usable")
	}
}
