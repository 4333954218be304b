package control

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

func TestBackupsInARowSortByTheirMoment(t *testing.T) {
	at := time.Date(2026, 11, 27, 4, 12, 5, 999, time.FixedZone("", 3600))
	for path, want := range map[string]string{
		"/b/outbox.db": "/b/outbox-20261127T031205Z.db", "/b.d/outbox": "/b.d/outbox-20261127T031205Z", "x-1.tar.gz": "x-1.tar-20261127T031205Z.gz",
	} {
		if got := DatedBackup(path, at); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "outbox.db")
	for i := range 3 { // within a second
		touch(t, DatedBackup(path, at.Add(time.Duration(i)*time.Millisecond)))
	}
	if got := namesIn(t, dir); !slices.Equal(got, []string{"outbox-20261127T031205Z.db", "outbox-20261127T031206Z.db", "outbox-20261127T031207Z.db"}) {
		t.Errorf("%q", got)
	}
}

func TestOnlyTheRowsOwnOldestGo(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "outbox.db")
	stay := []string{
		"outbox.db", "outbox-27.db", "outbox-20261101T031205Z.db.part", "sport-20261101T031205Z.db", "outbox-2-20261101T031205Z.db",
		"outbox-20261141T031205Z.db", "xoutbox-20261101T031205Z.db", "outbox-20261101T031205Z", "outbox-20261125T031205Z.db", "outbox-20261126T031205Z.db",
	}
	gone := []string{"outbox-20251231T235959Z.db", "outbox-20261124T031205Z.db"}
	for _, name := range append(slices.Clone(stay), gone...) {
		touch(t, filepath.Join(dir, name))
	}
	// Copied here last, and still the oldest.
	if err := os.Chtimes(filepath.Join(dir, gone[0]), time.Now(), time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "outbox-20261102T031205Z.db"), 0o700); err != nil {
		t.Fatal(err)
	}
	made := filepath.Join(dir, "outbox-20261127T031205Z.db")
	touch(t, made)
	removed, err := RotateBackups(path, made, 3)
	if err != nil || !slices.Equal(removed, []string{filepath.Join(dir, gone[0]), filepath.Join(dir, gone[1])}) {
		t.Errorf("removed %q, %v", removed, err)
	}
	want := append(stay, "outbox-20261102T031205Z.db", filepath.Base(made))
	slices.Sort(want)
	if got := namesIn(t, dir); !slices.Equal(got, want) {
		t.Errorf("left %q, want %q", got, want)
	}
	if removed, err := RotateBackups(path, made, 3); len(removed) != 0 || err != nil {
		t.Errorf("again: %q, %v", removed, err)
	}
	if _, err := RotateBackups(filepath.Join(dir, "none", "outbox.db"), made, 3); err == nil {
		t.Error("a folder that is not there was rotated")
	}
}

// TestWhatWasJustMadeStays also when the clock was set back, and alone of all when one is kept.
func TestWhatWasJustMadeStays(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"b-20261126T000000Z.db", "b-20261127T000000Z.db", "b-19700101T000010Z.db"} {
		touch(t, filepath.Join(dir, name))
	}
	path, made := filepath.Join(dir, "b.db"), filepath.Join(dir, "b-19700101T000010Z.db")
	for _, row := range []struct {
		keep int
		want []string
	}{{3, nil}, {2, []string{filepath.Join(dir, "b-20261126T000000Z.db")}}, {1, []string{filepath.Join(dir, "b-20261127T000000Z.db")}}} {
		if removed, err := RotateBackups(path, made, row.keep); err != nil || !slices.Equal(removed, row.want) {
			t.Errorf("keep %d: %q, %v", row.keep, removed, err)
		}
	}
	if got := namesIn(t, dir); !slices.Equal(got, []string{filepath.Base(made)}) {
		t.Errorf("left %q", got)
	}
}

func touch(t *testing.T, path string) {
	t.Helper()
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
}

func namesIn(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}
