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
