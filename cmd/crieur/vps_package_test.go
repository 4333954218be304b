package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// blockWith is the one block of a document, typed as root, that has the words.
func blockWith(t *testing.T, doc, words string) string {
	t.Helper()
	var found []string
	_, blocks := rootBlocks(t, doc)
	for _, b := range blocks {
		if strings.Contains(b.text, words) {
			found = append(found, b.text)
		}
	}
	if len(found) != 1 {
		t.Fatalf("%d blocks of %s have %q", len(found), doc, words)
	}
	return found[0]
}

// linksLead holds that the links of the installed documents lead to installed files.
func (v *vps) linksLead(t *testing.T) {
	t.Helper()
	files := map[string]string{}
	for path := range strings.SplitSeq(v.sh("dpkg -L crieur"), "\n") {
		files[path] = filepath.Join(v.root, path)
	}
	for _, link := range deadLinks(t, files) {
		t.Error(link)
	}
}

const packagedUnits = "crieur crieur-backup.timer crieur-pages.socket crieur-status.socket"

// goesAndComesBack: what was enabled goes on after a removal, what was not is told so, and
// nothing of a newer version is handed to an older one.
func (v *vps) goesAndComesBack(t *testing.T) {
	v.sh("apt-get remove -y crieur")
	if got := v.sh("ls /var/lib/crieur/outbox.db /etc/crieur/crieur.toml >/dev/null; test ! -e /usr/bin/crieur; systemctl is-active " + packagedUnits + " || true"); strings.Contains(got, "\nactive") || strings.HasPrefix(got, "active") {
		t.Errorf("after the removal:\n%s", got)
	}
	if out := v.refused("apt-get install -y --no-install-recommends /srv/crieur.deb"); !strings.Contains(out, "is older than") {
		t.Errorf("an older version after a removal is refused without a reason: %s", out)
	}
	install := "apt-get install -y --no-install-recommends /srv/new/*.deb"
	out := v.sh(install)
	if got := v.sh("systemctl is-active " + packagedUnits + "; systemctl is-enabled " + packagedUnits); got != strings.Repeat("active\n", 4)+strings.TrimSpace(strings.Repeat("enabled\n", 4)) || strings.Contains(out, "is not enabled") {
		t.Errorf("back again:\n%s\n%s", got, out)
	}
	v.checked()

	v.sh("systemctl disable --now " + packagedUnits + " 2>/dev/null; apt-get remove -y crieur")
	out = v.sh(install)
	if got := v.sh("systemctl is-active " + packagedUnits + " || true; test ! -e /run/crieur.reinstalled"); strings.HasPrefix(got, "active") || strings.Contains(got, "\nactive") || !strings.Contains(out, "crieur is not enabled") {
		t.Errorf("disabled, and back again:\n%s\n%s", got, out)
	}

	// policy-rc.d has the last word about what may start.
	v.sh("systemctl enable --now crieur; printf '#!/bin/sh\\nexit 101\\n' >/usr/sbin/policy-rc.d; chmod 755 /usr/sbin/policy-rc.d")
	before := v.pid()
	// And what systemd-tmpfiles cannot make leaves no package half configured.
	v.sh("mv /var/backups/crieur /srv/backups; touch /var/backups/crieur")
	out = v.sh("apt-get install -y --reinstall --no-install-recommends /srv/new/*.deb; dpkg --audit; rm /usr/sbin/policy-rc.d /var/backups/crieur; mv /srv/backups /var/backups/crieur")
	if !strings.Contains(out, "/var/backups/crieur") {
		t.Errorf("a folder that could not be made is not told of:\n%s", out)
	}
	if now := v.pid(); now != before {
		t.Errorf("it was restarted (%s, then %s) although policy-rc.d said no", before, now)
	}
}

// isPurged removes all that the package and its units made, also where the administrator
// gave it a disk of its own.
func (v *vps) isPurged(t *testing.T) {
	v.sh(`systemctl enable ` + packagedUnits + ` 2>/dev/null; systemctl stop crieur
		mkdir -p /etc/systemd/system/crieur-pages.socket.d /etc/systemd/system/crieur-backup.timer.d /etc/systemd/system/crieur-backup.service.d
		touch /var/lib/systemd/timers/stamp-crieur-backup.timer
		mv /var/lib/crieur /srv/moved; mkdir /var/lib/crieur; mount -t tmpfs -o size=200M tmpfs /var/lib/crieur; cp -a /srv/moved/. /var/lib/crieur/`)
	out := v.sh("apt-get purge -y crieur")
	if !strings.Contains(out, "remove it yourself") {
		t.Errorf("the mount point that stays is not told of:\n%s", out)
	}
	v.sh("test -z \"$(ls -A /var/lib/crieur)\"; umount /var/lib/crieur; rmdir /var/lib/crieur")
	left := "find /etc /var /run /usr -xdev -name '*crieur*' -not -path '/var/log/*' -not -path '/var/www/*' -not -path '/var/spool/crieur-alerts' -not -path '/run/systemd/*'"
	if got := v.sh(left + "; dpkg -l crieur 2>/dev/null | grep crieur || true; getent passwd crieur || true; getent group crieur || true"); got != "" {
		t.Errorf("left after the purge:\n%s", got)
	}
}
