package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/sandbox"
)

// TestSIGTERMSettlesTheRequestInFlight holds what systemd relies on: an orderly end
// with exit 0, no claim left open.
func TestSIGTERMSettlesTheRequestInFlight(t *testing.T) {
	box, err := sandbox.Start(sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer closeBox(t, box)
	for _, s := range []*sandbox.Server{box.X.Server, box.Mastodon.Server} {
		if err := s.Script(sandbox.Fault{Kind: sandbox.Slow, For: 2 * time.Second}); err != nil {
			t.Fatal(err)
		}
	}
	dir := t.TempDir()
	if _, err := writeWorld(dir, box); err != nil {
		t.Fatal(err)
	}
	db := filepath.Join(dir, "outbox.db")
	fill(t, db, 3, time.Time{})

	log := new(limitedBuffer)
	cmd := exec.Command("crieur", "run")
	cmd.Dir, cmd.Stderr = dir, log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(10 * time.Second); len(box.X.Posts()) == 0 || len(box.Mastodon.Posts()) == 0; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			_ = cmd.Process.Signal(os.Kill)
			t.Fatalf("nothing was posted:\n%s", log)
		}
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("the daemon ended with %v:\n%s", err, log)
	}
	c := countsAndVerify(t, db)
	if c[delivery.Delivered] != 2 || c[delivery.Scheduled] != 4 {
		t.Errorf("%v: want the two in flight delivered, the four others waiting", c)
	}
}
