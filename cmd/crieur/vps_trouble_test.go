package main

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"crieur/internal/sandbox"
)

// slowly makes each post take its time, so that what happens meets one under way.
func (v *vps) slowly(t *testing.T) {
	t.Helper()
	for _, s := range []*sandbox.Server{v.box.X.Server, v.box.Mastodon.Server} {
		if err := s.Script(sandbox.Fault{Kind: sandbox.Slow, Times: -1, For: 300 * time.Millisecond}); err != nil {
			t.Fatal(err)
		}
	}
}

func (v *vps) quickly(t *testing.T) {
	t.Helper()
	for _, s := range []*sandbox.Server{v.box.X.Server, v.box.Mastodon.Server} {
		if err := s.Clear(); err != nil {
			t.Fatal(err)
		}
	}
}

// another waits until the unit runs as another process than before.
func (v *vps) another(before string) {
	v.t.Helper()
	for deadline := time.Now().Add(4 * time.Minute); ; time.Sleep(100 * time.Millisecond) {
		if now := v.pid(); now != "0" && now != before && v.sh("systemctl is-active crieur || true") == "active" {
			return
		}
		if time.Now().After(deadline) {
			v.t.Fatalf("it was not started again:\n%s", v.sh("systemctl status crieur || true"))
		}
	}
}

func (v *vps) survivesKills(t *testing.T) {
	// As shipped, but for the pause between two starts.
	v.sh("mkdir -p /run/systemd/system/crieur.service.d; printf '[Service]\\nRestartSec=100ms\\n' >/run/systemd/system/crieur.service.d/test.conf; systemctl daemon-reload")
	v.slowly(t)
	before := len(v.box.X.Posts())
	const articles = 60
	v.enqueue(articles, "")
	for range 20 {
		under := v.box.X.Creates()
		waitFor(t, "a post under way", func() bool { return len(v.box.X.Creates()) > len(under) || len(v.box.X.Posts()) >= before+articles })
		pid := v.pid()
		v.sh("kill -KILL " + pid)
		v.another(pid)
	}
	v.quickly(t)
	v.posted(before + articles)
}

// The watchdog, as shipped, finds a process that is there and does nothing.
func (v *vps) survivesAFreeze(t *testing.T) {
	before := v.pid()
	v.sh("kill -STOP " + before)
	frozen := time.Now()
	v.another(before)
	t.Logf("frozen for %.0f s", time.Since(frozen).Seconds())
	if out := v.sh("journalctl -u crieur --no-pager | grep -i watchdog | tail -1"); out == "" {
		t.Error("the journal does not tell of the watchdog")
	}
	n := len(v.box.X.Posts())
	v.enqueue(3, "")
	v.posted(n + 3)
}

// The disk fills while posts wait: none is lost, none doubled, and it goes on by itself.
func (v *vps) survivesAFullDisk(t *testing.T) {
	v.sh(`systemctl stop crieur
		mkdir /srv/state; mv /var/lib/crieur/* /srv/state/
		mount -t tmpfs -o size=8M,mode=0700,uid=$(id -u crieur),gid=$(id -g crieur) tmpfs /var/lib/crieur
		cp -a /srv/state/* /var/lib/crieur/
		systemctl start crieur`)
	n := len(v.box.X.Posts())
	v.slowly(t)
	v.enqueue(30, "")
	v.sh("dd if=/dev/zero of=/var/lib/crieur/full bs=64k 2>/dev/null || true")
	out := v.refused(`mkdir /tmp/full; for i in $(seq 400); do
			printf 'La brève en plus %d paraît ici 🎯 Rien. #Essai\n\nSource: https://source.example.org/full%d\n\nLe corps %d.\n' $i $i $i >/tmp/full/$i.txt
		done; crieur enqueue /tmp/full/*.txt`)
	if !strings.Contains(out, "no space left") {
		t.Errorf("a full disk is told so: %s", out)
	}
	time.Sleep(5 * time.Second) // let it meet the full disk
	v.sh("rm /var/lib/crieur/full; systemctl is-active crieur")
	v.quickly(t)
	v.posted(n + 30)
	v.sh(`systemctl stop crieur; cp -a /var/lib/crieur/* /srv/state/; umount /var/lib/crieur
		cp -a /srv/state/* /var/lib/crieur/; systemctl start crieur`)
	v.checked()
}

// survivesAReboot meets posts under way, and one that becomes due while the machine is down.
func (v *vps) survivesAReboot(t *testing.T) {
	n := len(v.box.X.Posts())
	v.slowly(t)
	v.enqueue(20, "")
	v.enqueue(1, "--at "+time.Now().Add(10*time.Second).UTC().Format(time.RFC3339))
	waitFor(t, "a post under way", func() bool { return len(v.box.X.Posts()) > n })
	v.reboot()
	v.quickly(t)
	v.posted(n + 21)
}

func (v *vps) upgrades(t *testing.T) {
	v.enqueue(1000, "--at "+time.Now().Add(100*24*time.Hour).UTC().Format(time.RFC3339)+" --expires 2000h")
	before, version, own := v.pid(), v.sh("crieur version"), v.sh("sha256sum /etc/crieur/crieur.toml")
	v.sh("mkdir /srv/new")
	v.put(debOf(t, "CRIEUR_VPS_DEB"), "/srv/new/"+filepath.Base(debOf(t, "CRIEUR_VPS_DEB")))
	v.sh("cd /srv/new; " + blockWith(t, "../../docs/operations.md", "apt-get install -y -o"))
	v.another(before)
	// The operator's configuration and the package's have both changed.
	if got := v.sh("sha256sum /etc/crieur/crieur.toml; ls /etc/crieur/crieur.toml.dpkg-dist; dpkg --audit"); got != own+"\n/etc/crieur/crieur.toml.dpkg-dist" {
		t.Errorf("%s, was %s", got, own)
	}
	if got := v.sh("crieur list --state scheduled --limit 0 | wc -l; echo; grep -c base_url /etc/crieur/crieur.toml"); !strings.HasPrefix(got, "2000\n") {
		t.Errorf("after the upgrade:\n%s", got)
	}
	v.checked()
	if now := v.sh("crieur version"); now == version {
		t.Errorf("still %s", now)
	}
	if got := v.sh("stat -c '%U %a' /var/lib/crieur/outbox.db.before-schema-2; journalctl -u crieur -o cat | grep -c event=outbox.migrated"); got != "crieur 600\n1" {
		t.Errorf("the schema was not raised:\n%s", got)
	}
	v.bringsUpToDate(t)
	before = v.pid()
	out := v.sh("echo oops >>/etc/crieur/crieur.toml; apt-get install -y --reinstall /srv/new/*.deb 2>&1; sed -i '$d' /etc/crieur/crieur.toml")
	if !strings.Contains(out, "crieur.toml:") || !strings.Contains(out, "crieur is not restarted") || v.pid() != before {
		t.Errorf("an upgrade that meets a mistake in the configuration: %s", out)
	}
	before = v.pid()
	out = v.refused("apt-get install -y --no-install-recommends --allow-downgrades /srv/crieur.deb")
	if !strings.Contains(out, "is older than") || !strings.Contains(out, "crieur restore") {
		t.Errorf("the downgrade is refused without a way out: %s", out)
	}
	if v.pid() != before || v.sh("systemctl is-active crieur; dpkg --audit") != "active" {
		t.Error("the refused downgrade left its marks")
	}
}

// bringsUpToDate starts the new version on the outbox of an older crieur, with 1,000
// articles waiting, and then on the machine's own again.
func (v *vps) bringsUpToDate(t *testing.T) {
	old := filepath.Join(t.TempDir(), "outbox.db")
	if err := plantOutbox("1", old); err != nil {
		t.Fatal(err)
	}
	v.sh("systemctl stop crieur; mv /var/lib/crieur/outbox.db /srv/own.db")
	v.put(old, "/var/lib/crieur/outbox.db")
	v.sh("chown crieur:crieur /var/lib/crieur/outbox.db; systemctl start crieur")
	if got := v.sh("stat -c '%U %a' /var/lib/crieur/outbox.db.before-schema-2; crieur list --limit 0 | wc -l"); got != "crieur 600\n2044" {
		t.Errorf("brought up to date:\n%s", got)
	}
	v.sh("systemctl stop crieur")
	v.checked()
	v.sh("rm /var/lib/crieur/outbox.db*; mv /srv/own.db /var/lib/crieur/outbox.db; systemctl start crieur")
}

func (v *vps) backsUp(t *testing.T) {
	v.sh("rm /var/backups/crieur/*; systemctl enable --now crieur-backup.timer; systemctl start crieur-backup.service")
	name := v.sh("ls /var/backups/crieur")
	if !strings.HasPrefix(name, "outbox-") || strings.Contains(name, "\n") {
		t.Errorf("backups: %s", name)
	}
	v.sh("systemctl start crieur-backup.service; systemctl stop crieur; systemctl start crieur-backup.service; systemctl start crieur")
	if got := v.sh("stat -c '%U %a' /var/backups/crieur/" + name); got != "crieur 600" {
		t.Errorf("the backup is of %s", got)
	}
	if got := v.sh("ls /var/backups/crieur | wc -l; (crieur check 2>/dev/null || true) | grep ' backup: '"); !strings.HasPrefix(got, "3\nok   backup: the last one is of ") {
		t.Errorf("three backups: %s", got)
	}
}
