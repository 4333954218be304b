package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"crieur/internal/article"
	"crieur/internal/control"
	"crieur/internal/dispatch"
	"crieur/internal/sandbox"
)

// vps is a machine with crieur on it, and the platforms it posts to.
type vps struct {
	*machine
	box   *sandbox.Sandbox
	wrote int // articles so far
}

// TestOnABareDebian installs the package as an administrator does, and puts the machine
// through what a VPS goes through. Its steps build on each other.
func TestOnABareDebian(t *testing.T) {
	m := newMachine(t)
	box, err := sandbox.Start(sandbox.Options{XCreates: 100_000, Statuses: 100_000, Requests: 1_000_000, XReads: 1_000_000})
	if err != nil {
		t.Fatal(err)
	}
	defer closeBox(t, box)
	v := &vps{machine: m, box: box}
	for _, step := range []struct {
		name string
		do   func(*testing.T)
	}{
		{"the package installs and starts nothing", v.installs},
		{"configured, it posts and serves", v.postsAndServes},
		{"the unit is confined", v.isConfined},
		{"confined, everything works", v.worksConfined},
		{"a restart refuses nobody", v.keepsItsPort},
		{"twenty kills in mid-post", v.survivesKills},
		{"a frozen process", v.survivesAFreeze},
		{"a full state partition", v.survivesAFullDisk},
		{"a reboot", v.survivesAReboot},
		{"an upgrade, a downgrade", v.upgrades},
		{"a backup by its timer's service", v.backsUp},
		{"a removal, and back", v.goesAndComesBack},
		{"a purge", v.isPurged},
	} {
		begun := time.Now()
		if !t.Run(step.name, func(t *testing.T) { v.t = t; step.do(t) }) {
			break
		}
		t.Logf("%s: %.0f s", step.name, time.Since(begun).Seconds())
	}
	v.t = t
}

func (v *vps) installs(t *testing.T) {
	v.put(debOf(t, "CRIEUR_VPS_DEB_OLD"), "/srv/crieur.deb")
	out := v.sh("apt-get install -y --no-install-recommends /srv/crieur.deb")
	for _, want := range []string{"installed and not started", "/etc/crieur/crieur.toml", "crieur check", "systemctl enable --now crieur"} {
		if !strings.Contains(out, want) {
			t.Errorf("the installation does not say %q:\n%s", want, out)
		}
	}
	if got := v.refused("systemctl is-active crieur"); got != "inactive" {
		t.Errorf("crieur is %s", got)
	}
	if got := v.sh("stat -c '%U:%G %a' /etc/crieur /etc/crieur/crieur.toml; dpkg -V crieur; command -v crieur; id -nG crieur"); got != "root:crieur 750\nroot:crieur 640\n/usr/bin/crieur\ncrieur" {
		t.Errorf("installed:\n%s", got)
	}
	v.linksLead(t)
	if out := v.refused("crieur check"); !strings.Contains(out, "site.base_url is missing") || !strings.Contains(out, "no account") {
		t.Errorf("as installed, \"crieur check\" does not tell what to fill in: %s", out)
	}
}

func debOf(t *testing.T, name string) string {
	t.Helper()
	file := os.Getenv(name)
	if file == "" {
		t.Fatalf("%s is not set: run \"make e2e-vps\"", name)
	}
	return file
}

// postsAndServes goes the way of deploy/README.md.
func (v *vps) postsAndServes(t *testing.T) {
	dir := t.TempDir()
	err := writeConfig(dir, v.box, site{baseURL: "https://news.example.org", title: "Example News", x: "x-main", status: "127.0.0.1:8023", pages: "127.0.0.1:8024", settle: "1s"})
	if err != nil {
		t.Fatal(err)
	}
	conf, err := os.ReadFile(filepath.Join(dir, "crieur.toml"))
	if err != nil {
		t.Fatal(err)
	}
	// The paths are those of the package.
	text := strings.NewReplacer("path = \"outbox.db\"\n", "", "socket = \"control.sock\"\n", "").Replace(string(conf))
	v.write("/etc/crieur/crieur.toml", text)
	for _, name := range []string{"x-main.toml", "mastodon.toml"} {
		v.sh("install -o crieur -g crieur -m 600 /dev/null /etc/crieur/" + name)
		v.put(filepath.Join(dir, name), "/etc/crieur/"+name)
	}
	v.sh("chown root:crieur /etc/crieur/crieur.toml; chmod 640 /etc/crieur/crieur.toml; useradd -m op; usermod -aG crieur op")
	v.sh("crieur check; systemctl enable --now crieur; systemctl is-active crieur")

	v.write("/home/op/article.txt", string(article.Sample()))
	var got control.Enqueued
	if err := json.Unmarshal([]byte(v.as("op", "crieur enqueue ~/article.txt --json")), &got); err != nil {
		t.Fatal(err)
	}
	v.posted(1)
	slug := got.Slug

	// The packaged example, with another port, and a certificate of our own.
	v.sh(`openssl req -x509 -newkey ed25519 -nodes -subj /CN=news.example.org -days 2 -keyout /etc/ssl/private/news.example.org.key -out /etc/ssl/certs/news.example.org.pem
		sed -e '/^# Or: nginx serves/,$d' -e 's/listen 443/listen 127.0.0.1:8443/' -e '/listen \[::\]/d' /usr/share/doc/crieur/examples/nginx.conf >/etc/nginx/sites-enabled/default
		nginx -t; systemctl restart nginx`)
	page := v.sh("curl -sSk --fail --resolve news.example.org:8443:127.0.0.1 https://news.example.org:8443/" + slug + "?stay")
	if !strings.Contains(page, "OpenAI") || !strings.Contains(page, v.box.Mastodon.URL) {
		t.Errorf("the page lacks title or receipts:\n%.2000s", page)
	}
	var st dispatch.Status
	if err := json.Unmarshal([]byte(v.sh("curl -sS --fail http://127.0.0.1:8023/api/status")), &st); err != nil || !st.Ready || st.Counts["delivered"] != 2 {
		t.Errorf("%v, %+v", err, st)
	}
	waitFor(t, "the status line", func() bool { return strings.Contains(v.sh("systemctl status crieur || true"), "nothing queued") })
	if out := v.refused("runuser -u nobody -- crieur list"); !strings.Contains(out, "permission denied") {
		t.Errorf("anybody may ask: %s", out)
	}
}

func (v *vps) isConfined(t *testing.T) {
	t.Log(v.sh("systemd-analyze verify crieur.service crieur-backup.service crieur-backup.timer crieur-pages.socket crieur-status.socket 2>&1; systemd-analyze security --no-pager crieur.service | tail -1; systemd-analyze security --no-pager crieur-backup.service | tail -1"))
	if got := v.sh("journalctl -u crieur -o cat | grep verb=enqueue | head -1"); !strings.Contains(got, "uid="+v.sh("id -u op")+" ") {
		t.Errorf("who asked is not told: %s", got)
	}
	v.sh("systemctl reload crieur; systemctl is-active crieur")
	v.sh("systemd-analyze security --no-pager --threshold=12 crieur.service >/dev/null")
	pid := v.pid()
	t.Log(v.sh("grep -E '^(VmRSS|RssAnon|Threads|voluntary)' /proc/" + pid + "/status; ls /proc/" + pid + "/fd | wc -l"))
}

// pid is the daemon's.
func (v *vps) pid() string {
	v.t.Helper()
	return v.sh("systemctl show -P MainPID crieur")
}

// checked looks at everything but the public address, which is no address here.
func (v *vps) checked() {
	v.t.Helper()
	if out := v.sh("crieur check 2>/dev/null | grep ^FAIL | grep -v 'public address' || true"); out != "" {
		v.t.Error(out)
	}
}

// enqueue hands over n more articles, as the operator.
func (v *vps) enqueue(n int, flags string) {
	v.t.Helper()
	dir := fmt.Sprintf("/home/op/batch-%d", v.wrote)
	v.as("op", "mkdir "+dir)
	for range n {
		v.wrote++
		v.write(fmt.Sprintf("%s/%04d.txt", dir, v.wrote), fmt.Sprintf(
			"La brève numéro %d paraît ce matin 🎯 Tout va bien. #Essai\n\nSource: https://source.example.org/%d\n\nLe corps de la brève %d.\n", v.wrote, v.wrote, v.wrote))
	}
	v.as("op", "crieur enqueue "+flags+" "+dir+"/*.txt >/dev/null")
}

// posted waits until both platforms have n posts, and holds that each text is there once.
func (v *vps) posted(n int) {
	v.t.Helper()
	for name, posts := range map[string]func() []sandbox.Post{"x": v.box.X.Posts, "mastodon": v.box.Mastodon.Posts} {
		for deadline := time.Now().Add(3 * time.Minute); len(posts()) < n; time.Sleep(50 * time.Millisecond) {
			if time.Now().After(deadline) {
				v.t.Fatalf("%s has %d of %d posts\n%s", name, len(posts()), n, v.sh("crieur status"))
			}
		}
	}
	for deadline := time.Now().Add(3 * time.Minute); ; time.Sleep(200 * time.Millisecond) {
		out, err := v.command("crieur", "status", "--json").CombinedOutput()
		var st dispatch.Status
		if err == nil && json.Unmarshal(out, &st) == nil && st.StartedAt != nil && st.Counts["delivered"] == 2*n && st.Counts["sending"]+st.Counts["unknown"] == 0 {
			break
		}
		if time.Now().After(deadline) {
			v.t.Fatalf("not all delivered (%v): %s", err, out)
		}
	}
	for name, posts := range map[string][]sandbox.Post{"x": v.box.X.Posts(), "mastodon": v.box.Mastodon.Posts()} {
		times := map[string]int{}
		for _, p := range posts {
			times[p.Text]++
		}
		for text, k := range times {
			if k != 1 {
				v.t.Errorf("%s has %d times %q", name, k, text)
			}
		}
		if len(times) != n {
			v.t.Errorf("%s has %d articles, want %d", name, len(times), n)
		}
	}
}
