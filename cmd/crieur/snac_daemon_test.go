package main

import (
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"crieur/internal/control"
)

// crieurRun is a daemon in a process of its own, ended with the test at the latest.
type crieurRun struct {
	cmd    *exec.Cmd
	socket string
	log    *limitedBuffer
	ended  chan struct{}
	result error // of the process, once it has ended
}

func startCrieur(t *testing.T, dir string) *crieurRun {
	t.Helper()
	d := &crieurRun{cmd: exec.Command("crieur", "run"), socket: filepath.Join(dir, "control.sock"), log: new(limitedBuffer), ended: make(chan struct{})}
	d.cmd.Dir, d.cmd.Stderr = dir, d.log
	if err := d.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { defer close(d.ended); d.result = d.cmd.Wait() }()
	t.Cleanup(func() {
		_ = d.cmd.Process.Kill()
		<-d.ended
	})
	return d
}

// await polls without a pause that a kill could miss its moment in.
func (d *crieurRun) await(t *testing.T, what string, reached func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !reached(); time.Sleep(200 * time.Microsecond) {
		select {
		case <-d.ended:
			t.Fatalf("the daemon ended by itself: %v\n%s", d.result, d.log)
		default:
		}
		if time.Now().After(deadline) {
			d.kill(t)
			t.Fatalf("waited in vain for %s:\n%s", what, d.log)
		}
	}
}

// counts are the deliveries by state; nil while the daemon does not answer.
func (d *crieurRun) counts(t *testing.T) map[string]int {
	t.Helper()
	c, err := control.Dial(t.Context(), d.socket)
	if err != nil {
		return nil
	}
	st, err := c.Status(t.Context())
	if err != nil {
		return nil
	}
	return st.Counts
}

func (d *crieurRun) kill(t *testing.T) {
	t.Helper()
	if err := d.cmd.Process.Kill(); err != nil {
		t.Fatalf("the daemon had ended by itself: %v\n%s", err, d.log)
	}
	if <-d.ended; d.result == nil {
		t.Fatal("the daemon ended with success although it was killed")
	}
}

func (d *crieurRun) terminate(t *testing.T) {
	t.Helper()
	if err := d.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	select {
	case <-d.ended:
	case <-time.After(40 * time.Second):
		t.Fatal("the daemon does not end on SIGTERM")
	}
	if d.result != nil {
		t.Errorf("the daemon ended with %v:\n%s", d.result, d.log)
	}
}
