package main

import (
	"context"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"crieur/internal/control"
	"crieur/internal/sandbox"
)

// apartDaemon writes where nobody sees it, as one with a /tmp of its own does.
type apartDaemon struct{ control.API }

func (apartDaemon) Backup(context.Context, string, func(done, total int64)) (int64, error) {
	return 5, nil
}

func (apartDaemon) Export(context.Context, string, func(done, total int64)) (int64, error) {
	return 5, nil
}

// TestABackupThatIsNotHereIsNoSuccess: under PrivateTmp= the daemon's /tmp is another one,
// and goes when it stops.
func TestABackupThatIsNotHereIsNoSuccess(t *testing.T) {
	box, err := sandbox.Start(sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer closeBox(t, box)
	dir := t.TempDir()
	t.Chdir(dir)
	if _, err := writeWorld(dir, box); err != nil {
		t.Fatal(err)
	}
	l, err := control.Listen("control.sock")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: control.Handler(apartDaemon{})}
	go func() { _ = server.Serve(l) }()
	defer func() { _ = server.Close() }()

	writeFile(t, "old.db", "of last week")
	if err := os.Mkdir("www", 0o700); err != nil {
		t.Fatal(err)
	}
	for _, args := range []string{"backup new.db", "backup old.db", "backup --keep 2 row.db", "export pages", "export www", "export --prune www"} {
		words := strings.Fields(args)
		out, code := crieurHere(words...)
		if code != exitFailed || !strings.Contains(out, "but not here: under systemd it has a /tmp") || !strings.Contains(out, "such as /var/backups/crieur/") || strings.Contains(out, " MB") {
			t.Errorf("crieur %s: exit code %d\n%s", args, code, out)
		}
	}
	// An operator who may not look where the service writes is told of its success.
	if denied := (&fs.PathError{Op: "lstat", Path: filepath.Join(dir, "b.db"), Err: syscall.EACCES}); writtenElsewhere(denied, denied) {
		t.Error("what cannot be told is taken for a failure")
	}
}
