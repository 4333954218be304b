package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// machine is a Debian booted with systemd in a container. It shares the network of this
// machine, so that the sandbox is its platforms.
type machine struct {
	t       *testing.T
	root    string
	console *lockedBuffer
	nspawn  *exec.Cmd
	ended   chan error
}

// lockedBuffer is written by the container and read by the test.
type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// newMachine makes a Debian of its own from the cached tree, and boots it.
func newMachine(t *testing.T) *machine {
	t.Helper()
	cache := os.Getenv("CRIEUR_VPS_TREE")
	if cache == "" {
		t.Skip("CRIEUR_VPS_TREE is not set: run \"make e2e-vps\"")
	}
	root := filepath.Join(t.TempDir(), "root")
	if out, err := exec.Command("cp", "-a", "--reflink=auto", cache, root).CombinedOutput(); err != nil {
		t.Fatalf("copy %s: %v: %s", cache, err, out)
	}
	m := &machine{t: t, root: root, console: new(lockedBuffer), ended: make(chan error, 1)}
	t.Cleanup(m.off)
	m.on()
	return m
}

// on boots it.
func (m *machine) on() {
	m.t.Helper()
	cmd := exec.Command("systemd-nspawn", "-q", "-D", m.root, "-b", "--register=no", "--keep-unit", "--console=pipe", "--hostname=vps")
	cmd.Stdout, cmd.Stderr = m.console, m.console
	if err := cmd.Start(); err != nil {
		m.t.Fatal(err)
	}
	m.nspawn = cmd
	go func() { m.ended <- cmd.Wait() }()
	m.booted()
}

// booted waits until systemd says that all is up.
func (m *machine) booted() {
	m.t.Helper()
	var last string
	for deadline := time.Now().Add(2 * time.Minute); time.Now().Before(deadline); time.Sleep(200 * time.Millisecond) {
		out, err := m.command("systemctl", "is-system-running").CombinedOutput()
		if last = strings.TrimSpace(string(out)); last == "running" || last == "degraded" {
			return
		}
		if errors.Is(err, errNoLeader) {
			continue
		}
	}
	m.t.Fatalf("the machine did not boot (%s):\n%s", last, m.console)
}

func (m *machine) off() {
	if m.nspawn == nil {
		return
	}
	if m.t.Failed() {
		out, err := m.command("journalctl", "-b", "-n", "60", "--no-pager", "-u", "crieur*").CombinedOutput()
		m.t.Logf("journal (%v):\n%s", err, out)
	}
	out, err := m.command("systemctl", "poweroff").CombinedOutput()
	if err != nil {
		m.t.Logf("poweroff: %v: %s", err, out)
	}
	select {
	case err := <-m.ended:
		m.t.Logf("the machine is off (%v)", err)
	case <-time.After(time.Minute):
		m.t.Error("the machine did not go off")
		m.t.Log(m.nspawn.Process.Kill(), <-m.ended)
	}
}

var errNoLeader = errors.New("the machine has no first process now")

// leader is the machine's first process, which a reboot exchanges.
func (m *machine) leader() (int, error) {
	out, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", m.nspawn.Process.Pid, m.nspawn.Process.Pid))
	if err != nil {
		return 0, err
	}
	for _, f := range strings.Fields(string(out)) {
		pid, err := strconv.Atoi(f)
		if err != nil {
			return 0, err
		}
		comm, err := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid))
		if err == nil && strings.TrimSpace(string(comm)) == "systemd" {
			return pid, nil
		}
	}
	return 0, errNoLeader
}

// command is one to be run in the machine, as root.
func (m *machine) command(args ...string) *exec.Cmd {
	pid, err := m.leader()
	if err != nil {
		return &exec.Cmd{Err: err}
	}
	enter := []string{"-t", strconv.Itoa(pid), "-m", "-u", "-i", "-p", "-C", "-r", "-w", "--",
		"/usr/bin/env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8", "TERM=dumb", "DEBIAN_FRONTEND=noninteractive"}
	return exec.Command("nsenter", append(enter, args...)...)
}

// sh runs a script in the machine, which must succeed, and returns what it printed.
func (m *machine) sh(script string) string {
	m.t.Helper()
	out, err := m.command("/bin/bash", "-euo", "pipefail", "-c", script).CombinedOutput()
	if err != nil {
		m.t.Fatalf("%s\n%v: %s", script, err, out)
	}
	return strings.TrimSpace(string(out))
}

// as runs a script as a user of the machine, with the groups that the user has now.
func (m *machine) as(user, script string) string {
	m.t.Helper()
	return m.sh("runuser -u " + user + " -- /bin/bash -euo pipefail -c " + quoted(script))
}

// refused runs a script that must fail, and returns what it printed.
func (m *machine) refused(script string) string {
	m.t.Helper()
	out, err := m.command("/bin/bash", "-euo", "pipefail", "-c", script).CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		m.t.Fatalf("%s\nwas not refused (%v): %s", script, err, out)
	}
	return strings.TrimSpace(string(out))
}

// write puts a file into the machine.
func (m *machine) write(path, content string) {
	m.t.Helper()
	if err := os.WriteFile(filepath.Join(m.root, path), []byte(content), 0o644); err != nil {
		m.t.Fatal(err)
	}
}

// put copies a file of this machine into it.
func (m *machine) put(file, path string) {
	m.t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		m.t.Fatal(err)
	}
	m.write(path, string(b))
}

// wantsReboot is how systemd-nspawn with --keep-unit ends when its machine reboots.
const wantsReboot = 133

// reboot is an orderly one, as an administrator asks for it.
func (m *machine) reboot() {
	m.t.Helper()
	m.sh("systemctl reboot")
	select {
	case err := <-m.ended:
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != wantsReboot {
			m.t.Fatalf("the machine ended with %v:\n%s", err, m.console)
		}
	case <-time.After(2 * time.Minute): // a stop lets a request in flight end
		m.t.Fatalf("the machine did not go down:\n%s", m.console)
	}
	m.on()
}

func quoted(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
