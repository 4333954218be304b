package main

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	xterm "golang.org/x/term"

	"crieur/internal/article"
	"crieur/internal/sandbox"
)

// What "status --watch" says to a terminal at first and at last.
const (
	takesOver  = "\x1b[?1049h"
	givesBack  = "\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l"
	watchRows  = 24
	watchWidth = 80
)

// watchedTTY is a terminal with "crieur status --watch" in it.
type watchedTTY struct {
	t      *testing.T
	cmd    *exec.Cmd
	tty    *os.File // the far end
	near   *os.File // the end of the program, kept to look at its modes
	before *xterm.State
	mu     sync.Mutex
	seen   strings.Builder
	ended  chan error
}

func watchIn(t *testing.T, dir string) *watchedTTY {
	t.Helper()
	far, near, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	if err := pty.Setsize(far, &pty.Winsize{Rows: watchRows, Cols: watchWidth}); err != nil {
		t.Fatal(err)
	}
	w := &watchedTTY{t: t, tty: far, near: near, ended: make(chan error, 1), cmd: exec.Command("crieur", "status", "--watch")}
	if w.before, err = xterm.GetState(int(near.Fd())); err != nil {
		t.Fatal(err)
	}
	w.cmd.Dir, w.cmd.Stdin, w.cmd.Stdout, w.cmd.Stderr = dir, near, near, near
	w.cmd.Env = append(os.Environ(), "TERM=xterm-256color", "NO_COLOR=")
	w.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := w.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	read := make(chan struct{})
	go func() {
		defer close(read)
		buf := make([]byte, 1<<16)
		for {
			n, err := far.Read(buf)
			w.mu.Lock()
			w.seen.Write(buf[:n])
			w.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	go func() { w.ended <- w.cmd.Wait() }()
	t.Cleanup(func() {
		// Mostly it has ended by itself; the pty closes only without it.
		if err := w.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
			t.Error(err)
		}
		if err := near.Close(); err != nil {
			t.Error(err)
		}
		<-read
		if err := far.Close(); err != nil {
			t.Error(err)
		}
	})
	return w
}

// await returns what was written up to now, once it contains all of wants.
func (w *watchedTTY) await(wants ...string) string {
	w.t.Helper()
	text := ""
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		w.mu.Lock()
		text = w.seen.String()
		w.mu.Unlock()
		missing := false
		for _, want := range wants {
			missing = missing || !strings.Contains(text, want)
		}
		if !missing {
			return text
		}
	}
	w.t.Fatalf("%q never came in %q", wants, text)
	return ""
}

// forget makes await look at what comes from now on.
func (w *watchedTTY) forget() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.seen.Reset()
}

// leftAsFound waits for the end and looks at the terminal.
func (w *watchedTTY) leftAsFound() {
	w.t.Helper()
	if err := <-w.ended; err != nil {
		w.t.Errorf("it ended with %v", err)
	}
	after, err := xterm.GetState(int(w.near.Fd()))
	if err != nil || *after != *w.before {
		w.t.Errorf("the terminal's modes are %+v, were %+v (%v)", after, w.before, err)
	}
	if text := w.await(givesBack); !strings.HasSuffix(text, givesBack) {
		w.t.Errorf("something follows the end of the view: %q", text[strings.Index(text, givesBack):])
	}
}

func watchWorld(t *testing.T) string {
	t.Helper()
	box, err := sandbox.Start(sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeBox(t, box) })
	dir := t.TempDir()
	if _, err := writeWorld(dir, box); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(dir+"/sample.txt", article.Sample(), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestTheWatchedTerminalIsLeftAsItWasFound by each way of ending.
func TestTheWatchedTerminalIsLeftAsItWasFound(t *testing.T) {
	dir := watchWorld(t)
	for name, end := range map[string]func(*watchedTTY) error{
		"q":       func(w *watchedTTY) error { _, err := w.tty.WriteString("q"); return err },
		"Ctrl-C":  func(w *watchedTTY) error { _, err := w.tty.WriteString("\x03"); return err },
		"SIGTERM": func(w *watchedTTY) error { return w.cmd.Process.Signal(syscall.SIGTERM) },
		"SIGHUP":  func(w *watchedTTY) error { return w.cmd.Process.Signal(syscall.SIGHUP) },
	} {
		t.Run(name, func(t *testing.T) {
			w := watchIn(t, dir)
			w.await(takesOver, "Not running", "x-main")
			if err := end(w); err != nil {
				t.Fatal(err)
			}
			w.leftAsFound()
		})
	}
}

// TestTheWatchFollowsTheDaemon: one that starts, posts, and is gone, and a window that
// gets another size meanwhile.
func TestTheWatchFollowsTheDaemon(t *testing.T) {
	dir := watchWorld(t)
	w := watchIn(t, dir)
	w.await("Not running")

	log := new(limitedBuffer)
	daemon := exec.Command("crieur", "run")
	daemon.Dir, daemon.Stderr = dir, log
	if err := daemon.Start(); err != nil {
		t.Fatal(err)
	}
	stopped := false
	stop := func() {
		if stopped {
			return
		}
		stopped = true
		if err := firstError(daemon.Process.Signal(os.Interrupt), daemon.Wait()); err != nil {
			t.Errorf("%v\n%s", err, log)
		}
	}
	defer stop()
	w.await("All is well", "nothing in the next 7 days")
	enqueue := exec.Command("crieur", "enqueue", "sample.txt")
	enqueue.Dir = dir
	if out, err := enqueue.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	w.await("2 delivered", "OpenAI signe un contrat")

	w.forget()
	if err := pty.Setsize(w.tty, &pty.Winsize{Rows: 8, Cols: 60}); err != nil {
		t.Fatal(err)
	}
	w.await("a larger window shows more")
	w.forget()
	if err := pty.Setsize(w.tty, &pty.Winsize{Rows: 50, Cols: 200}); err != nil {
		t.Fatal(err)
	}
	w.await("LAST POST", "POSTED")

	w.forget()
	stop()
	w.await("No answer", "no daemon is running")
	if _, err := w.tty.WriteString("q"); err != nil {
		t.Fatal(err)
	}
	w.leftAsFound()
	countsAndVerify(t, dir+"/outbox.db")
}

// TestTheWatchIsStoppedAndGoesOn as other programs by Ctrl-Z: the shell gets its
// terminal, and the view comes back whole.
func TestTheWatchIsStoppedAndGoesOn(t *testing.T) {
	w := watchIn(t, watchWorld(t))
	w.await("Not running")
	if _, err := w.tty.WriteString("\x1a"); err != nil {
		t.Fatal(err)
	}
	w.await(givesBack)
	w.forget()
	if err := w.cmd.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	w.await(takesOver, "Not running")
	if _, err := w.tty.WriteString("q"); err != nil {
		t.Fatal(err)
	}
	w.leftAsFound()
}

// TestTheWatchNeedsATerminal: in a pipe it is a mistake, with the way out.
func TestTheWatchNeedsATerminal(t *testing.T) {
	for want, args := range map[string][]string{
		"--watch draws on a terminal, and this is none":   {"status", "--watch"},
		"--watch and --json exclude each other: ask \"cr": {"status", "--watch", "--json"},
	} {
		var errOut strings.Builder
		if code := run(args, strings.NewReader(""), io.Discard, &errOut); code != exitUsage || !strings.Contains(errOut.String(), want) {
			t.Errorf("exit %d: %s", code, &errOut)
		}
	}
}
