package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"crieur/internal/sandbox"
)

// TestTheDocumentsOnABareDebian types what the documents have for a machine, in their
// order, at the end what removes it all. It begins with the package of the version before,
// whose outbox has an older schema, so that the upgrade is one, and the way back.
func TestTheDocumentsOnABareDebian(t *testing.T) {
	m := newMachine(t)
	box, err := sandbox.Start(sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer closeBox(t, box)
	before, after := debOf(t, "CRIEUR_VPS_DEB_OLD"), debOf(t, "CRIEUR_VPS_DEB")
	m.put(before, "/srv/"+filepath.Base(before))
	m.sh("echo nameserver 127.0.0.1 >/etc/resolv.conf") // the platforms of the documents are not to be asked
	_, operations := rootBlocks(t, "../../docs/operations.md")
	_, security := rootBlocks(t, "../../docs/security.md")
	last := len(operations)
	for i, b := range operations {
		if strings.Contains(b.text, "apt-get purge") {
			last = i
		}
	}
	here := strings.NewReplacer("https://api.x.com", box.X.URL, "https://mastodon.example", box.Mastodon.URL)
	for _, b := range append(append(operations[:last:last], security...), operations[last:]...) {
		switch {
		case strings.Contains(b.text, "allow-downgrades"):
			m.sh("mkdir /srv/before")
			m.put(before, "/srv/before/"+filepath.Base(before))
		case strings.Contains(b.text, "crieur version"):
			m.sh("rm /srv/*.deb")
			m.put(after, "/srv/"+filepath.Base(after))
		}
		words := strings.TrimPrefix(strings.TrimPrefix(b.name, "root"), " ")
		switch {
		case b.kind != "sh":
			m.write(words, here.Replace(b.text))
		case words == "browser":
			m.logIn(box, b.text)
		case words == "":
			m.sh("cd /srv\n" + b.text)
			m.movedTo(b.text, before, after)
		default:
			m.as(words, "cd\n"+b.text)
		}
	}
	if x, fedi := len(box.X.Posts()), len(box.Mastodon.Posts()); x != 1 || fedi != 1 {
		t.Errorf("%d posts on X, %d on Mastodon: want the article of the document once on each", x, fedi)
	}
}

// movedTo checks the upgrade and the way back, and ends with the newer version.
func (m *machine) movedTo(script, before, after string) {
	m.t.Helper()
	is := func(deb string) {
		m.t.Helper()
		version, state := m.sh("dpkg-query -W -f '${Version}' crieur"), m.sh("systemctl is-active crieur; crieur check 2>/dev/null | grep '^FAIL outbox' || true")
		if !strings.Contains(deb, "_"+version+"_") || state != "active" {
			m.t.Errorf("%s, want that of %s: %s", version, deb, state)
		}
	}
	switch {
	case strings.Contains(script, "allow-downgrades"):
		is(before)
		m.sh("cd /srv; apt-get install -y -o Dpkg::Options::=--force-confold ./crieur_*.deb")
		is(after)
	case strings.Contains(script, "crieur version"):
		is(after)
		m.sh("ls /var/lib/crieur/outbox.db.before-schema-2")
	}
}

// logIn stands in for a person with a browser: the login itself has its own tests. The
// file is as "crieur auth" leaves it.
func (m *machine) logIn(box *sandbox.Sandbox, script string) {
	m.t.Helper()
	c := box.X.Credentials()
	secrets := map[string]string{
		"x": fmt.Sprintf("consumer_key = %q\nconsumer_secret = %q\naccess_token = %q\naccess_token_secret = %q\n",
			c.ConsumerKey, c.ConsumerSecret, c.AccessToken, c.AccessTokenSecret),
		"mastodon": fmt.Sprintf("access_token = %q\n", box.Mastodon.Token()),
	}
	for line := range strings.Lines(script) {
		words := strings.Fields(line)
		platform, account, dir := words[len(words)-2], words[len(words)-1], "/etc/crieur"
		if words[1] == "--config" {
			dir = filepath.Dir(words[2])
		}
		path := dir + "/" + account + ".toml"
		m.sh("install -o crieur -g crieur -m 600 /dev/null " + path)
		m.write(path, secrets[platform])
	}
}
