package config

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestWhoMayNotReadTheConfigurationIsToldHow: never to open it to all, since it holds tokens.
func TestWhoMayNotReadTheConfigurationIsToldHow(t *testing.T) {
	for _, c := range []struct {
		at    string
		mode  fs.FileMode
		group string
		want  string
	}{
		{"/etc/crieur", fs.ModeDir | 0o750, "crieur", "/etc/crieur is open to group crieur: as root, adduser anna crieur, then log in again"},
		{"/etc/crieur/crieur.toml", 0o640, "crieur", "/etc/crieur/crieur.toml is open to group crieur: as root, adduser anna crieur, then log in again"},
		{"/etc/crieur", fs.ModeDir | 0o750, "root", "where crieur runs as user anna, as root: chgrp press /etc/crieur; chmod 750 /etc/crieur"},
		{"/etc/crieur", fs.ModeDir | 0o700, "crieur", "where crieur runs as user anna, as root: chgrp press /etc/crieur; chmod 750 /etc/crieur"},
		{"/etc/crieur/crieur.toml", 0o600, "root", "where crieur runs as user anna, as root: chgrp press /etc/crieur/crieur.toml; chmod 640 /etc/crieur/crieur.toml"},
	} {
		if got := wayInto(c.at, c.mode, c.group, "anna", "press"); got != c.want {
			t.Errorf("%s %v of %s:\n%s\n%s", c.at, c.mode, c.group, got, c.want)
		}
	}
}

func TestADeniedSecretIsNotToBeCreated(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x-main.toml")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	who := userName(os.Geteuid())
	got := wayToSecret(path, &fs.PathError{Op: "open", Path: path, Err: syscall.EACCES})
	if want := "chown " + who + " " + path + "; chmod 600 " + path; !strings.HasSuffix(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if got := wayToSecret(path, fs.ErrNotExist); !strings.HasPrefix(got, "create the file") {
		t.Errorf("one that is missing: %q", got)
	}
	if got := wayIn(path, "otherwise", fs.ErrNotExist); got != "otherwise" {
		t.Errorf("a configuration that is missing: %q", got)
	}
	if got := wayIn(path, "otherwise", fs.ErrPermission); !strings.Contains(got, "chmod 640 "+path) || !strings.HasSuffix(got, "--config") {
		t.Errorf("a configuration of its owner's: %q", got)
	}
}
