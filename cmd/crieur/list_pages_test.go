package main

import (
	"bufio"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"crieur/internal/outbox"
	"crieur/internal/sandbox"
)

// TestAListInAPagerHoldsNobodyUp: a pipe that is full, as before a pager, must not keep
// the outbox from a daemon that starts.
func TestAListInAPagerHoldsNobodyUp(t *testing.T) {
	dir, articles := listWorld(t)
	cmd := exec.CommandContext(t.Context(), "crieur", "list")
	cmd.Dir = dir
	pager, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(pager)
	if !lines.Scan() { // a page is being printed: it is larger than the pipe
		t.Fatal("nothing was listed")
	}
	ob, err := outbox.Open(filepath.Join(dir, "outbox.db"), outbox.Options{LockTimeout: 20 * time.Second})
	if err != nil {
		t.Fatalf("while a pager waits: %v", err)
	}
	if err := ob.Close(); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	last := ""
	for more := true; more; more = lines.Scan() {
		id, _, _ := strings.Cut(lines.Text(), " ")
		if seen[id] || last != "" && id >= last {
			t.Fatalf("%q follows %q", id, last)
		}
		seen[id], last = true, id
	}
	if err := cmd.Wait(); err != nil || len(seen) != 2*articles {
		t.Errorf("%d deliveries of %d, %v", len(seen), 2*articles, err)
	}
	t.Chdir(dir)
	for limit, want := range map[string]int{"0": 2 * articles, "1": 1, "1000": 1000, "1001": 1001, "2000": 2000} {
		if out := must(t, "list", "--limit", limit); strings.Count(out, "\n") != want {
			t.Errorf("--limit %s: %d lines", limit, strings.Count(out, "\n"))
		}
	}
}

// TestAReaderThatHasSeenEnoughIsNoError: with SIGPIPE as it is and ignored, as under systemd.
func TestAReaderThatHasSeenEnoughIsNoError(t *testing.T) {
	dir, _ := listWorld(t)
	for _, script := range []string{
		`crieur list | head -n 1`, `(trap '' PIPE; crieur list) | head -n 1`, `(trap '' PIPE; crieur list --json) | head -n 1`,
	} {
		cmd := exec.CommandContext(t.Context(), "bash", "-c", script)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		if err != nil || strings.Count(string(out), "\n") != 1 || !strings.Contains(string(out), ".x-main") {
			t.Errorf("%s: %v\n%.300s", script, err, out)
		}
	}
}

// listWorld has an outbox whose list is longer than two pages and than a pipe.
func listWorld(t *testing.T) (dir string, articles int) {
	t.Helper()
	box, err := sandbox.Start(sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeBox(t, box) })
	dir, articles = t.TempDir(), listPage+200
	if _, err := writeWorld(dir, box); err != nil {
		t.Fatal(err)
	}
	fill(t, filepath.Join(dir, "outbox.db"), articles, time.Now().Add(24*time.Hour))
	return dir, articles
}
