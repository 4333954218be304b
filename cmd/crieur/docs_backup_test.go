package main

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestMovingLeavesNoLoginsBehind plays what the document says of the archive, which holds
// all of them: only its user may read it, and it is gone at the end.
func TestMovingLeavesNoLoginsBehind(t *testing.T) {
	dir := t.TempDir()
	for _, path := range []string{"root/etc/crieur/x-main.toml", "root/var/lib/crieur/outbox.db"} {
		if err := errors.Join(os.MkdirAll(filepath.Join(dir, filepath.Dir(path)), 0o700), os.WriteFile(filepath.Join(dir, path), nil, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	_, blocks := rootBlocks(t, "../../docs/operations.md")
	seen, archive := 0, filepath.Join(dir, "crieur-move.tar.gz")
	for _, b := range blocks {
		if !strings.Contains(b.text, filepath.Base(archive)) {
			continue
		}
		seen++
		here := "umask 022; systemctl() { :; }; crieur() { :; }\n" + strings.ReplaceAll(b.text, "-C /", "-C root")
		cmd := exec.Command("bash", "-ec", here)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", b.text, err, out)
		}
		info, err := os.Stat(archive)
		switch made := strings.Contains(b.text, "tar -c"); {
		case made && (err != nil || info.Mode().Perm() != 0o600):
			t.Errorf("others may read the archive: %v, %v", info, err)
		case !made && !errors.Is(err, fs.ErrNotExist):
			t.Errorf("after this block the archive is still there:\n%s", b.text)
		}
	}
	if seen != 3 {
		t.Errorf("%d blocks with the archive: want one that makes it, and one for each machine that removes it", seen)
	}
}

// TestTheRestoreTakesTheNewestByItsName, whatever a copy did to the moments of the files.
func TestTheRestoreTakesTheNewestByItsName(t *testing.T) {
	dir := t.TempDir()
	_, blocks := rootBlocks(t, "../../docs/operations.md")
	for i, name := range []string{"outbox-20261127T031205Z.db", "outbox-20261126T031205Z.db", "outbox-20251231T235959Z.db"} {
		path, at := filepath.Join(dir, name), time.Now().Add(time.Duration(i)*time.Hour)
		if err := errors.Join(os.WriteFile(path, nil, 0o600), os.Chtimes(path, at, at)); err != nil {
			t.Fatal(err)
		}
	}
	for _, b := range blocks {
		if !strings.Contains(b.text, "crieur restore") {
			continue
		}
		here := "systemctl() { :; }; crieur() { echo \"$@\"; }\n" + strings.ReplaceAll(b.text, "/var/backups/crieur", dir)
		out, err := exec.Command("bash", "-ec", here).CombinedOutput()
		if err != nil || !strings.Contains(string(out), "restore "+dir+"/outbox-20261127T031205Z.db\n") {
			t.Errorf("%v\n%s", err, out)
		}
		return
	}
	t.Error("no block restores")
}

// TestTheSecondSitesBackupsAreItsOwn: they lie in the same folder, where each site removes
// its oldest.
func TestTheSecondSitesBackupsAreItsOwn(t *testing.T) {
	_, blocks := rootBlocks(t, "../../docs/operations.md")
	for _, b := range blocks {
		command, _, found := strings.Cut(continued.ReplaceAllString(b.text, ""), " >/etc")
		if !found || !strings.HasPrefix(command, "sed ") || !strings.Contains(command, "crieur-backup.service") {
			continue
		}
		out, err := exec.Command("bash", "-c", strings.Replace(command, "/usr/lib/systemd/system", "../../deploy", 1)).Output()
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{
			"\nExecStart=/usr/bin/crieur --config /etc/crieur-sport/crieur.toml backup --keep 7 /var/backups/crieur/sport.db\n",
			"\nConditionPathExists=/var/lib/crieur-sport/outbox.db\n", "\nReadWritePaths=-/var/backups/crieur /var/lib/crieur-sport\n",
		} {
			if !strings.Contains(string(out), want) {
				t.Errorf("the second site's backup lacks %q:\n%s", want, out)
			}
		}
		return
	}
	t.Error("no block makes a second site's backup")
}
