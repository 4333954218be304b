package main

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"syscall"
	"testing"
	"time"

	"crieur/internal/failpoint"
)

// atRandom is the name under which kills at no failpoint are counted.
const atRandom = "random"

// killCounts are kills by failpoint, or atRandom.
type killCounts map[string]int

func (k killCounts) total() (n int) {
	for v := range maps.Values(k) {
		n += v
	}
	return n
}

func (k killCounts) add(more killCounts) {
	for name, n := range more {
		k[name] += n
	}
}

// failpoints reads the names from the sources, so that none is forgotten here.
func failpoints(t *testing.T) []string {
	t.Helper()
	re := regexp.MustCompile(`failpoint\.Reach\("([^"]+)"\)`)
	var names []string
	for _, dir := range []string{"dispatch", "outbox"} {
		files, err := filepath.Glob(filepath.Join("..", "..", "internal", dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			text, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range re.FindAllSubmatch(text, -1) {
				names = append(names, string(m[1]))
			}
		}
	}
	slices.Sort(names)
	if names = slices.Compact(names); len(names) < 10 {
		t.Fatalf("only %d failpoints found: %v", len(names), names)
	}
	return names
}

func buildWithFailpoints(t *testing.T) string {
	t.Helper()
	if raceDetector {
		t.Skip("what is killed is built without the race detector: the same as in a run without it")
	}
	bin := filepath.Join(t.TempDir(), "crieur")
	cmd := exec.Command("go", "build", "-tags", "failpoints", "-o", bin, ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return bin
}

// victim is a running daemon.
type victim struct {
	t         *testing.T
	cmd       *exec.Cmd
	point     string
	log       *limitedBuffer
	ended     chan struct{} // closed once it has
	err       error         // how it ended
	enqueuing chan struct{} // closed once nobody enqueues any more
	enqueued  int           // articles that it confirmed
}

// start runs the daemon, to be killed at a failpoint unless that is empty.
func (w *crashWorld) start(point string) *victim {
	w.t.Helper()
	return w.startAt(point, nowAndThenLater(point))
}

// startAt is start, told at which time the failpoint ends it: NAME or NAME:N.
func (w *crashWorld) startAt(point, when string) *victim {
	w.t.Helper()
	d := &victim{t: w.t, point: point, log: new(limitedBuffer), ended: make(chan struct{}), enqueuing: make(chan struct{})}
	d.cmd = w.command(when, "run")
	d.cmd.Stderr = d.log
	if err := d.cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	go func() {
		d.err = d.cmd.Wait()
		close(d.ended)
	}()
	return d
}

// command is crieur with a failpoint.
func (w *crashWorld) command(point string, args ...string) *exec.Cmd {
	cmd := exec.Command(w.bin, args...)
	cmd.Dir = w.dir
	cmd.Env = append(os.Environ(), failpoint.Variable+"="+point)
	return cmd
}

// nowAndThenLater is a failpoint, now and then not at the first time.
func nowAndThenLater(point string) string {
	if point != "" && rand.IntN(2) == 0 {
		return fmt.Sprintf("%s:%d", point, 1+rand.IntN(3))
	}
	return point
}

// killedAfter waits for the failpoint, kills when patience has run out, and tells which it was.
func (d *victim) killedAfter(patience time.Duration) string {
	d.t.Helper()
	select {
	case <-d.ended:
		if d.point == "" || !killed(d.err) {
			d.t.Fatalf("the daemon ended by itself (failpoint %q): %v\n%s", d.point, d.err, d.log)
		}
		return d.point
	case <-time.After(patience):
	}
	if err := d.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		d.t.Fatal(err)
	}
	<-d.ended
	if !killed(d.err) {
		d.t.Fatalf("the daemon ended by itself: %v\n%s", d.err, d.log)
	}
	return atRandom
}

// end stops the daemon in order.
func (d *victim) end() {
	d.t.Helper()
	if err := d.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		d.t.Fatal(err)
	}
	select {
	case <-d.ended:
	case <-time.After(40 * time.Second):
		_ = d.cmd.Process.Kill()
		d.t.Fatalf("the daemon does not end:\n%s", d.log)
	}
	if d.err != nil {
		d.t.Errorf("the daemon ended with %v:\n%s", d.err, d.log)
	}
}

func killed(err error) bool {
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return false
	}
	status, ok := exit.Sys().(syscall.WaitStatus)
	return ok && status.Signaled() && status.Signal() == syscall.SIGKILL
}
