package main

import (
	"encoding/json"
	"strings"
	"testing"

	"crieur/internal/control"
	"crieur/internal/sandbox"
)

// worksConfined adds to the unit what the documents offer, in their words, and holds that
// each does its work: logins that root alone reads, pages as files, an alert's program.
func (v *vps) worksConfined(t *testing.T) {
	v.sh(`sed -i '/^\[pages\]/a export_dir = "/var/www/crieur"' /etc/crieur/crieur.toml
		printf '[[alert]]\ncommand = ["/usr/local/bin/page-me", "--urgent"]\n' >>/etc/crieur/crieur.toml`)
	v.write("/usr/local/bin/page-me", `#!/bin/sh
cd /var/spool/crieur-alerts
{
	echo "$1 $CRIEUR_ALERT_TITLE"
	cat
	grep NoNewPrivs /proc/self/status
} >>told
touch /srv/anybody/loose && echo loose >>told
true
`)
	v.sh("chmod 755 /usr/local/bin/page-me; mkdir -m 777 /srv/anybody")
	v.sh(blockWith(t, "../../docs/operations.md", "LoadCredential="))
	v.sh(blockWith(t, "../../docs/security.md", "/var/spool/crieur-alerts"))
	v.sh(blockWith(t, "../../deploy/README.md", "ReadWritePaths=/var/www/crieur"))
	v.sh("systemd-analyze security --no-pager --threshold=12 crieur.service >/dev/null")
	if got := v.sh("stat -c '%U %a' /etc/crieur/x-main.toml /etc/crieur/mastodon.toml; runuser -u crieur -- cat /etc/crieur/x-main.toml 2>&1 || true"); got != "root 600\nroot 600\ncat: /etc/crieur/x-main.toml: Permission denied" {
		t.Errorf("the logins are readable by others than root:\n%s", got)
	}
	if got := v.sh("tr '\\0' '\\n' </proc/" + v.pid() + "/environ | grep ^CREDENTIALS_DIRECTORY="); !strings.HasSuffix(got, "/crieur.service") {
		t.Errorf("no logins were handed over: %s", got)
	}

	// A login that is refused needs a person, and the program tells so; then all goes on.
	if err := v.box.Mastodon.Script(sandbox.Fault{Kind: sandbox.Answer, Status: 401, Body: `{"error":"The access token is invalid"}`}); err != nil {
		t.Fatal(err)
	}
	n := len(v.box.X.Posts())
	v.enqueue(1, "")
	told := func(words string) func() bool {
		return func() bool {
			return strings.Contains(v.sh("cat /var/spool/crieur-alerts/told 2>/dev/null || true"), words)
		}
	}
	waitFor(t, "the alert", told("mastodon"))
	v.sh("crieur resume mastodon")
	v.posted(n + 1)
	got := v.sh("cat /var/spool/crieur-alerts/told; stat -c %U /var/spool/crieur-alerts/told")
	if !strings.HasPrefix(got, "--urgent ") || !strings.Contains(got, "NoNewPrivs:\t1") || strings.Contains(got, "loose") || !strings.HasSuffix(got, "\ncrieur") {
		t.Errorf("the alert's program:\n%s", got)
	}

	// The other half of the packaged example serves the files, with the receipts in them.
	v.sh(`sed -e '/^# Either: crieur serves/,/^# Or: nginx serves/d' -e 's/listen 443/listen 127.0.0.1:8443/' -e '/listen \[::\]/d' /usr/share/doc/crieur/examples/nginx.conf >/etc/nginx/sites-enabled/default
		nginx -t; systemctl restart nginx`)
	var story control.Story
	if err := json.Unmarshal([]byte(v.sh("crieur show la-breve-numero --json")), &story); err != nil {
		t.Fatal(err)
	}
	page := "curl -sSk --fail --resolve news.example.org:8443:127.0.0.1 https://news.example.org:8443/" + story.Slug + "?stay"
	waitFor(t, "the page as a file, with its receipts", func() bool {
		return strings.Contains(v.sh(page+" || true"), v.box.Mastodon.URL)
	})
	if got := v.sh("stat -c '%U %a' /var/www/crieur/" + story.Slug + ".html; grep -c proxy_pass /etc/nginx/sites-enabled/default || true"); got != "crieur 644\n0" {
		t.Errorf("the page's file:\n%s", got)
	}
	v.checked()
}

// keepsItsPort holds what the documents say of socket units: readers and monitors who come
// during a restart are answered, every one.
func (v *vps) keepsItsPort(t *testing.T) {
	v.sh(blockWith(t, "../../docs/operations.md", "systemctl start crieur-pages.socket"))
	for _, address := range []string{"http://127.0.0.1:8024/robots.txt", "http://127.0.0.1:8023/healthz"} {
		before := v.pid()
		asked := v.sh(`(systemctl restart crieur; systemctl restart crieur) & restarts=$!
			readers=
			while kill -0 $restarts 2>/dev/null; do
				curl -sS --fail --max-time 30 -o /dev/null ` + address + ` & readers="$readers $!"
				sleep 0.02
			done
			wait $restarts; for reader in $readers; do wait $reader; done
			wc -w <<<"$readers"`)
		t.Logf("%s was asked %s times during two restarts", address, asked)
		if asked == "0" || v.pid() == before {
			t.Errorf("nobody asked during a restart: %s times", asked)
		}
	}
	v.checked()
	v.minds(t)
}

// minds: a mistake in the configuration is told, and ends a start for good, also where a
// reader asks for the next one.
func (v *vps) minds(t *testing.T) {
	before := v.pid()
	v.sh("echo oops >>/etc/crieur/crieur.toml; systemctl reload crieur")
	waitFor(t, "the status line", func() bool { return strings.Contains(v.sh("systemctl status crieur || true"), "was refused") })
	if v.pid() != before {
		t.Error("a refused reload ended it")
	}
	v.sh("systemctl restart crieur || true; curl -s --max-time 1 http://127.0.0.1:8024/robots.txt || true")
	waitFor(t, "the end of the starts", func() bool {
		return strings.Contains(v.sh("systemctl is-active crieur-pages.socket || true"), "failed")
	})
	v.sh(`sed -i '$d' /etc/crieur/crieur.toml; systemctl reset-failed 'crieur*'
		systemctl start crieur-pages.socket crieur-status.socket; systemctl start crieur`)
	v.checked()
}
