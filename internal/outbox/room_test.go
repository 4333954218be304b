package outbox

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// stuckDisk takes nothing until let.
type stuckDisk struct{ reached, let chan struct{} }

func newStuckDisk() stuckDisk { return stuckDisk{make(chan struct{}, 1), make(chan struct{})} }

func (d stuckDisk) Write(b []byte) (int, error) {
	select {
	case d.reached <- struct{}{}:
	default:
	}
	<-d.let
	return len(b), nil
}

// grow makes the file more than leastRoom larger.
func grow(t *testing.T, o *Outbox, from int) {
	t.Helper()
	for i := range 20 {
		big := fresh(from+i, "masto")
		big.Article = text(from+i, 1<<20)
		if _, err := o.Enqueue(t0, []NewArticle{big}); err != nil {
			t.Error(err)
			return
		}
	}
}

// TestNothingWaitsForABackupToASlowDisk, not even what makes the file grow, nor what is
// read meanwhile: the watchdog would end a daemon that is well.
func TestNothingWaitsForABackupToASlowDisk(t *testing.T) {
	o := openNew(t)
	o.db.NoSync = true
	mustEnqueue(t, o, fresh(0, "masto"))
	disk := newStuckDisk()
	backup := make(chan error, 1)
	go func() { backup <- o.Backup(disk, nil) }()
	<-disk.reached
	grown := make(chan struct{})
	go func() {
		defer close(grown)
		grow(t, o, 1)
		if c, err := o.Counts("masto"); err != nil || len(c) == 0 {
			t.Errorf("%v, %v", c, err)
		}
	}()
	select {
	case <-grown:
	case <-time.After(time.Minute): // it would not come: the backup ends last
		t.Error("who changes and who reads waits for the backup")
	}
	close(disk.let)
	<-grown
	if err := <-backup; err != nil {
		t.Error(err)
	}
	if n, err := o.Size(); err != nil || n <= leastRoom {
		t.Errorf("%d bytes, %v: the file did not outgrow the least map", n, err)
	}
	mustVerify(t, o)
}

// TestACopyThatGetsOnIsDated: it is how others know for what they wait.
func TestACopyThatGetsOnIsDated(t *testing.T) {
	o := openNew(t)
	if at := o.Copied(); !at.IsZero() {
		t.Errorf("a copy before the first: %v", at)
	}
	mustEnqueue(t, o, fresh(0, "masto"))
	before, disk := time.Now(), newStuckDisk()
	backup := make(chan error, 1)
	go func() { backup <- o.Backup(disk, nil) }()
	<-disk.reached
	during := o.Copied()
	if during.Before(before) {
		t.Errorf("begun after %v, dated %v", before, during)
	}
	close(disk.let)
	if err := <-backup; err != nil {
		t.Fatal(err)
	}
	if after := o.Copied(); !after.After(during) {
		t.Errorf("at its end dated %v, at its beginning %v", after, during)
	}
	before = time.Now()
	if err := o.VerifyCopy(); err != nil || o.Copied().Before(before) {
		t.Errorf("a check: %v, %v", o.Copied(), err)
	}
}

// TestTheRoomIsAddressSpaceAlone: an outbox takes no more of memory or disk for it.
func TestTheRoomIsAddressSpaceAlone(t *testing.T) {
	o := openNew(t)
	mustEnqueue(t, o, fresh(0, "masto"))
	var st syscall.Stat_t
	if err := syscall.Stat(o.Path(), &st); err != nil || st.Size > 2*leastRoom || st.Blocks*512 > leastRoom {
		t.Errorf("%d bytes, %d blocks: %v", st.Size, st.Blocks, err)
	}
	maps, err := os.ReadFile("/proc/self/smaps")
	if err != nil {
		t.Skip(err)
	}
	_, mine, found := strings.Cut(string(maps), o.Path()+"\n")
	var size, resident int64
	if _, err := fmt.Sscanf(strings.TrimSpace(mine), "Size: %d kB", &size); err != nil || !found || size<<10 != mapRoom {
		t.Errorf("mapped %d kB: %v", size, err)
	}
	_, mine, _ = strings.Cut(mine, "\nRss:")
	if _, err := fmt.Sscanf(strings.TrimSpace(mine), "%d kB", &resident); err != nil || resident<<10 > leastRoom {
		t.Errorf("resident %d kB: %v", resident, err)
	}
}

// TestAProcessThatMayNotHaveTheRoomDoesWithLess: with ulimit -v or LimitAS= all else works.
func TestAProcessThatMayNotHaveTheRoomDoesWithLess(t *testing.T) {
	if path := os.Getenv(crampedFile); path != "" {
		o, err := Open(path, Options{})
		if err != nil {
			t.Fatal(err)
		}
		grow(t, o, 0)
		mustVerify(t, o)
		if err := o.Close(); err != nil {
			t.Error(err)
		}
		return
	}
	if info, ok := debug.ReadBuildInfo(); !ok || slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"}) {
		t.Skip("the race detector takes more address space than that")
	}
	cmd := exec.Command("/bin/sh", "-c", `ulimit -v 4000000 && exec "$0" "$@"`, os.Args[0], "-test.run", "^"+t.Name()+"$", "-test.v")
	cmd.Env = append(os.Environ(), crampedFile+"="+filepath.Join(t.TempDir(), "outbox.db"))
	if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "--- PASS") {
		t.Errorf("%v\n%s", err, out)
	}
}
