package main

import (
	"errors"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"crieur/internal/outbox"
	"crieur/internal/sandbox"
)

// duringMigration tells the failpoints that only an outbox of an older crieur leads to.
func duringMigration(point string) bool { return strings.HasPrefix(point, "migrate.") }

// TestAKillWhileTheOutboxIsBroughtUpToDate loses nothing, and the copy is made once.
func TestAKillWhileTheOutboxIsBroughtUpToDate(t *testing.T) {
	bin := buildWithFailpoints(t)
	for _, point := range failpoints(t) {
		if !duringMigration(point) {
			continue
		}
		t.Run(point, func(t *testing.T) {
			w := newCrashWorld(t, bin, sandbox.GoToSocial, nil)
			defer w.close()
			if err := plantOutbox("1", w.db); err != nil {
				t.Fatal(err)
			}
			d := w.startAt(point, point)
			if got := d.killedAfter(30 * time.Second); got != point {
				t.Fatalf("it was not killed at %s", point)
			}
			pause := exec.Command(bin, "pause")
			pause.Dir = w.dir
			if out, err := pause.CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			copies, err := filepath.Glob(w.db + ".before-schema-*")
			if err != nil || len(copies) != 1 {
				t.Errorf("copies: %v, %v", copies, err)
			}
			o, err := outbox.Open(w.db, outbox.Options{KeepSchema: true})
			if err != nil {
				t.Fatal(err)
			}
			counts, err := o.Counts("")
			if err := errors.Join(err, o.Verify(), o.Close()); err != nil || counts["scheduled"] != 2020 || counts["delivered"] != 17 {
				t.Errorf("%v, %v", counts, err)
			}
		})
	}
}

// TestWithoutRoomForItsCopyAnOlderOutboxStaysAsItIs, and goes on once there is.
func TestWithoutRoomForItsCopyAnOlderOutboxStaysAsItIs(t *testing.T) {
	dir, _ := diskWorld(t)
	if err := plantOutbox("1", filepath.Join(dir, "old.db")); err != nil {
		t.Fatal(err)
	}
	mounted(t, dir, helpers+`
mount -t tmpfs -o size=$(($(stat -c %s old.db) + 400000)) none disk
cp old.db disk/outbox.db
for again in 1 2; do
	refuse pause
	grep -q 'it takes [0-9]* MiB, and [0-9]* are free: no space left on device: free some space' said || { cat said; exit 1; }
	cmp old.db disk/outbox.db
	[ "$(ls -A disk)" = outbox.db ] || { ls -A disk; exit 1; }
done
mount -o remount,size=64m disk
crieur pause 2>said
grep -q 'from schema 1 to 2; as it was: .*outbox.db.before-schema-2' said || { cat said; exit 1; }
cp disk/outbox.db outbox.db
`)
	countsAndVerify(t, filepath.Join(dir, "outbox.db"))
}
