package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"crieur/internal/article"
	"crieur/internal/delivery"
	"crieur/internal/sandbox"
)

// diskWorld is a folder with a configuration whose outbox lies in disk/, and a sandbox.
func diskWorld(t *testing.T) (dir string, box *sandbox.Sandbox) {
	t.Helper()
	box, err := sandbox.Start(sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeBox(t, box) })
	dir = t.TempDir()
	if _, err := writeWorld(dir, box); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "crieur.toml")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text = bytes.ReplaceAll(text, []byte(`"outbox.db"`), []byte(`"disk/outbox.db"`))
	for name, b := range map[string][]byte{"crieur.toml": text, "sample.txt": article.Sample()} {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "disk"), 0o700); err != nil {
		t.Fatal(err)
	}
	return dir, box
}

// command runs crieur in dir and returns its exit code and what it wrote to standard error.
func command(t *testing.T, dir string, args ...string) (code int, stderr string) {
	t.Helper()
	log := new(limitedBuffer)
	cmd := exec.Command("crieur", args...)
	cmd.Dir, cmd.Stderr = dir, log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(20*time.Second, func() { _ = cmd.Process.Kill() })
	defer timer.Stop()
	_ = cmd.Wait() // the exit code tells
	return cmd.ProcessState.ExitCode(), log.String()
}

// mounted runs a script where mounts of its own do not show outside: as a user
// namespace or as root.
func mounted(t *testing.T, dir, script string) string {
	t.Helper()
	unshare := []string{"unshare", "--map-root-user", "--mount"}
	if err := exec.Command(unshare[0], append(unshare[1:], "mount", "-t", "tmpfs", "none", dir)...).Run(); err != nil {
		t.Skipf("this machine lets nobody mount a small disk (unshare --map-root-user --mount): %v", err)
	}
	cmd := exec.Command(unshare[0], append(unshare[1:], "bash", "-euc", script)...)
	cmd.Dir = dir
	timer := time.AfterFunc(time.Minute, func() { _ = cmd.Process.Kill() })
	defer timer.Stop()
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	return string(out)
}

// helpers are what the scripts share: wait COMMAND runs it again and again until it succeeds.
const helpers = `
await() { for i in $(seq 400); do if "$@" >/dev/null 2>&1; then return; fi; sleep 0.025; done; echo "never: $*"; cat log; exit 1; }
says() { crieur status 2>&1 | grep -q "$1"; }
fill() { dd if=/dev/zero of=disk/rubbish bs=4k 2>/dev/null || true; }
refuse() { if crieur "$@" >said 2>&1; then echo "it did work: $*"; exit 1; fi; }
`

func TestAFullDiskRefusesWhatItCannotStoreAndNothingIsLost(t *testing.T) {
	dir, box := diskWorld(t)
	mounted(t, dir, helpers+`
mount -t tmpfs -o size=400k none disk
crieur run 2>log &
await says ' runs since '
fill
head -c 60000 /dev/zero | tr '\0' 'a' | fold -w 70 >body
{ cat sample.txt; cat body; } >long.txt
refuse enqueue long.txt
grep -q 'no space left on device' said || { cat said; exit 1; }
refuse enqueue long.txt
crieur list | grep . && { echo 'part of it was stored'; exit 1; }
says ' runs since ' || { cat log; exit 1; }
rm disk/rubbish
crieur enqueue long.txt
await says '2 delivered'
kill -TERM $!
wait $! || { cat log; exit 1; }
cp disk/outbox.db outbox.db
`)
	if x, m := len(box.X.Posts()), len(box.Mastodon.Posts()); x != 1 || m != 1 {
		t.Errorf("%d posts on X and %d on Mastodon, want one each", x, m)
	}
	countsAndVerify(t, filepath.Join(dir, "outbox.db"))
}

// A file system that a kernel made read-only after an error: told with the way out,
// and what was queued goes out once it can be written again.
func TestAReadOnlyDiskSaysSo(t *testing.T) {
	dir, box := diskWorld(t)
	mounted(t, dir, helpers+`
mount -t tmpfs -o size=4m none disk
crieur enqueue sample.txt
mount -o remount,ro disk
set +e; crieur run >said 2>&1; code=$?; set -e
[ $code = 1 ] || { echo "exit $code"; cat said; exit 1; }
grep -q 'read-only' said || { cat said; exit 1; }
refuse enqueue --again sample.txt
grep -q 'read-only' said || { cat said; exit 1; }
mount -o remount,rw disk
crieur list | grep -c scheduled | grep -q 2
crieur run 2>log &
await says '2 delivered'
kill -TERM $!
wait $!
`)
	if x, m := len(box.X.Posts()), len(box.Mastodon.Posts()); x != 1 || m != 1 {
		t.Errorf("%d posts on X and %d on Mastodon, want one each", x, m)
	}
}

func TestADatabaseThatCannotBeUsedIsRefusedAndLeftAsItIs(t *testing.T) {
	dir, _ := diskWorld(t)
	db := filepath.Join(dir, "disk", "outbox.db")
	fill(t, db, 200, time.Time{})
	good, err := os.ReadFile(db)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		name string
		file []byte
		want string
	}{
		{"empty", nil, "damaged"},
		{"cut short", good[:64<<10], "cut short"},
		{"not a database", []byte(strings.Repeat("Le corps.\n", 10_000)), "damaged or not an outbox"},
		{"both heads overwritten", append(bytes.Repeat([]byte{0xff}, 8192), good[8192:]...), "damaged or not an outbox"},
	} {
		t.Run(row.name, func(t *testing.T) {
			if err := os.WriteFile(db, row.file, 0o600); err != nil {
				t.Fatal(err)
			}
			for _, args := range [][]string{{"run"}, {"enqueue", "sample.txt"}, {"status"}} {
				code, stderr := command(t, dir, args...)
				if code != exitFailed || !strings.Contains(stderr, row.want) || !strings.Contains(stderr, "outbox.db") {
					t.Errorf("%s: exit %d, want %d with %q:\n%s", args[0], code, exitFailed, row.want, stderr)
				}
			}
			if now, err := os.ReadFile(db); err != nil || !bytes.Equal(now, row.file) {
				t.Errorf("the file was changed (%v): %d bytes, were %d", err, len(now), len(row.file))
			}
		})
	}
}

func TestASecondDaemonIsRefusedAndAKilledOneLeavesNothingInTheWay(t *testing.T) {
	dir, box := diskWorld(t)
	first := exec.Command("crieur", "run")
	first.Dir = dir
	if err := first.Start(); err != nil {
		t.Fatal(err)
	}
	awaitStatus(t, dir, "runs since")
	if code, stderr := command(t, dir, "run"); code != exitFailed || !strings.Contains(stderr, "another process has the outbox open") {
		t.Errorf("a second daemon: exit %d:\n%s", code, stderr)
	}
	if err := first.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = first.Wait() // killed
	if _, err := os.Stat(filepath.Join(dir, "control.sock")); err != nil {
		t.Fatalf("the killed daemon left no socket: this test proves nothing: %v", err)
	}
	// With the stale socket commands work on the outbox, and a new daemon starts.
	if code, stderr := command(t, dir, "enqueue", "sample.txt"); code != 0 {
		t.Errorf("enqueue beside a stale socket: exit %d:\n%s", code, stderr)
	}
	startDaemon(t, dir, "crieur run")
	awaitStatus(t, dir, "2 "+string(delivery.Delivered))
	if x, m := len(box.X.Posts()), len(box.Mastodon.Posts()); x != 1 || m != 1 {
		t.Errorf("%d posts on X and %d on Mastodon, want one each", x, m)
	}
}

func awaitStatus(t *testing.T, dir, want string) {
	t.Helper()
	var out []byte
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		cmd := exec.Command("crieur", "status")
		cmd.Dir = dir
		var err error
		if out, err = cmd.CombinedOutput(); err == nil && strings.Contains(string(out), want) {
			return
		}
	}
	t.Fatalf("status never said %q:\n%s", want, out)
}
