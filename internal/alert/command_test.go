package alert

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"crieur/config"
)

func script(t *testing.T, body string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "page-me")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+body+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

func mustCommand(t *testing.T, command ...string) *Notifier {
	t.Helper()
	n, err := New(Options{Places: []config.Alert{{Command: command}}, Site: "news.example"})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestACommandGetsTheMessageAndNoSecretOfTheDaemon(t *testing.T) {
	t.Setenv("CREDENTIALS_DIRECTORY", "/run/s3cr3t")
	t.Setenv("NOTIFY_SOCKET", "/run/s3cr3t")
	out := filepath.Join(t.TempDir(), "out")
	path := script(t, `{ echo "$CRIEUR_ALERT_TITLE"; echo "args: $*"; cat; env; } >"$2"`)
	if err := mustCommand(t, path, "--to", out).Test(t.Context()); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	if want := "crieur news.example: test\nargs: --to " + out + "\ntest: Alerts reach you.\n"; !strings.HasPrefix(string(got), want) || strings.Contains(string(got), "s3cr3t") {
		t.Errorf("it got:\n%s", got)
	}
}

func TestACommandThatFailsIsToldWithoutItsArguments(t *testing.T) {
	err := mustCommand(t, script(t, "echo s3cr3t >&2; exit 3"), "s3cr3t").Test(t.Context())
	const want = `alert number 1: service "command": the command failed: exit status 3: run it by hand as the service's user`
	if err == nil || err.Error() != want {
		t.Errorf("%v", err)
	}
}

// What it leaves running ends with it, and a message without end is no trouble.
func TestACommandThatHangsEndsWithAllItBegan(t *testing.T) {
	mark := filepath.Join(t.TempDir(), "pid")
	n := mustCommand(t, script(t, `sleep 300 & echo $! >`+mark+`; wait`))
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if err := n.Test(ctx); err == nil || !strings.Contains(err.Error(), "no answer in time") {
		t.Fatalf("%v", err)
	}
	pid, err := os.ReadFile(mark)
	if err != nil {
		t.Fatal(err)
	}
	for proc := "/proc/" + strings.TrimSpace(string(pid)); ; time.Sleep(50 * time.Millisecond) {
		status, err := os.ReadFile(proc + "/status")
		if err != nil || strings.Contains(string(status), "State:\tZ") {
			return
		}
		if t.Context().Err() != nil {
			t.Fatal("its child lives on")
		}
	}
}

func TestWhatIsNoProgramIsRefused(t *testing.T) {
	plain := filepath.Join(t.TempDir(), "plain")
	if err := os.WriteFile(plain, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{plain, plain + "-missing", filepath.Dir(plain)} {
		_, err := New(Options{Places: []config.Alert{{Command: []string{path, "s3cr3t"}}}})
		if err == nil || !strings.HasPrefix(err.Error(), "alert number 1: command") || strings.Contains(err.Error(), "s3cr3t") {
			t.Errorf("%s: %v", path, err)
		}
	}
}
