package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"crieur/internal/control"
	"crieur/internal/delivery"
	"crieur/internal/sandbox"
)

// TestAnAbortedDaemonDoesNotEndLikeAWrongConfiguration: systemd's watchdog aborts a process
// that is frozen, and its unit restarts none that ended with 2.
func TestAnAbortedDaemonDoesNotEndLikeAWrongConfiguration(t *testing.T) {
	box, err := sandbox.Start(sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer closeBox(t, box)
	dir := t.TempDir()
	if _, err := writeWorld(dir, box); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("crieur", "run")
	cmd.Dir = dir
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	waitFor(t, "the daemon", func() bool {
		_, err := control.Dial(t.Context(), filepath.Join(dir, "control.sock"))
		return err == nil
	})
	if err := cmd.Process.Signal(syscall.SIGABRT); err != nil {
		t.Fatal(err)
	}
	err = cmd.Wait()
	if ws, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); !ok || !ws.Signaled() || ws.Signal() != syscall.SIGABRT {
		t.Errorf("it ended with %v, want the signal", err)
	}
}

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

// An operator who cannot wait: the second signal ends the process at once, as a crash
// does, and the next start asks the platforms what became of the requests.
func TestASecondSIGTERMEndsAtOnceAndTheNextStartLooks(t *testing.T) {
	dir, box := diskWorld(t)
	for _, s := range []*sandbox.Server{box.X.Server, box.Mastodon.Server} {
		if err := s.Script(sandbox.Fault{Kind: sandbox.TimeoutAfter}); err != nil {
			t.Fatal(err)
		}
	}
	db := filepath.Join(dir, "disk", "outbox.db")
	fill(t, db, 1, time.Time{})

	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("crieur", "run")
	cmd.Dir, cmd.Stderr = dir, log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	await := func(what string, done func() bool) {
		t.Helper()
		for deadline := time.Now().Add(20 * time.Second); !done(); time.Sleep(5 * time.Millisecond) {
			if time.Now().After(deadline) {
				_ = cmd.Process.Kill()
				t.Fatalf("never: %s\n%s", what, readLog(t, log))
			}
		}
	}
	await("both posts arrived", func() bool { return len(box.X.Posts()) == 1 && len(box.Mastodon.Posts()) == 1 })
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	await("the first signal was heard", func() bool { return strings.Contains(readLog(t, log), "stopping") })
	for err = error(nil); err == nil; { // again and again: one that comes with the first counts as the first
		_ = cmd.Process.Signal(syscall.SIGTERM) // it may have ended
		select {
		case err = <-ended:
			if err == nil {
				t.Fatalf("it ended in order in spite of the second signal\n%s", readLog(t, log))
			}
		case <-time.After(100 * time.Millisecond):
		}
	}
	var exit *exec.ExitError
	if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); !errors.As(err, &exit) || !ok || !status.Signaled() || status.Signal() != syscall.SIGTERM {
		t.Errorf("the second signal did not end it: %v\n%s", err, readLog(t, log))
	}
	if err := log.Close(); err != nil {
		t.Error(err)
	}
	if c := countsAndVerify(t, db); c[delivery.Sending] != 2 {
		t.Errorf("%v: want both still in flight, this test proves nothing otherwise", c)
	}

	startDaemon(t, dir, "crieur run")
	awaitStatus(t, dir, "2 "+string(delivery.Delivered))
	if x, m := len(box.X.Posts()), len(box.Mastodon.Posts()); x != 1 || m != 1 {
		t.Errorf("%d posts on X and %d on Mastodon, want one each", x, m)
	}
}

func readLog(t *testing.T, f *os.File) string {
	t.Helper()
	b, err := os.ReadFile(f.Name())
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
