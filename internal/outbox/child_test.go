package outbox

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

// What a re-executed test binary is told through its environment.
const (
	restrictedDir = "CRIEUR_TEST_RESTRICTED"
	crashFile     = "CRIEUR_TEST_CRASH"
	migrateFile   = "CRIEUR_TEST_MIGRATE"
	crampedFile   = "CRIEUR_TEST_CRAMPED"
	partFile      = "CRIEUR_TEST_PART"
)

// TestMain lets the test binary be the process that is killed.
func TestMain(m *testing.M) {
	if path := os.Getenv(crashFile); path != "" {
		work(path) // until it is killed
	}
	if path := os.Getenv(migrateFile); path != "" {
		_, err := Open(path, Options{Migrating: func(int, int) { fmt.Println("it begins") }})
		fatal(err)
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// restricted is a directory that may be entered but not written, with a file that may not be read and a store of schema 1 that may be changed.
func restricted(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "outbox") // not below t.TempDir, which others may not enter
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(dir, 0o700); _ = os.RemoveAll(dir) })
	if err := os.WriteFile(filepath.Join(dir, "old.db"), []byte("x"), 0o000); err != nil {
		t.Fatal(err)
	}
	older, err := os.ReadFile(fixture(t, 1))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "older.db"), older, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(dir, "older.db"), 0o666); err != nil { // whatever the umask
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o555); err != nil {
		t.Fatal(err)
	}
	return dir
}

// dropToNobody runs a test again as a user to whom permissions apply.
func dropToNobody(t *testing.T, test string) {
	t.Helper()
	dir := restricted(t)
	exe := filepath.Join(filepath.Dir(dir), filepath.Base(dir)+".test")
	bin, err := os.ReadFile(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(exe, bin, 0o755); err != nil { // where anyone may run it
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Remove(exe) })
	cmd := exec.Command(exe, "-test.run", "^"+test+"$", "-test.v")
	cmd.Dir = "/"
	cmd.Env = append(os.Environ(), restrictedDir+"="+dir)
	const nobody = 65534
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("as nobody: %v\n%s", err, out)
	}
}
