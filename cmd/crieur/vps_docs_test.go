package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"crieur/internal/sandbox"
)

// TestTheDocumentsOnABareDebian types what the documents have for a machine, in their
// order, at the end what removes it all.
func TestTheDocumentsOnABareDebian(t *testing.T) {
	m := newMachine(t)
	box, err := sandbox.Start(sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer closeBox(t, box)
	m.put(debOf(t, "CRIEUR_VPS_DEB"), "/srv/"+filepath.Base(debOf(t, "CRIEUR_VPS_DEB")))
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
		words := strings.TrimPrefix(strings.TrimPrefix(b.name, "root"), " ")
		switch {
		case b.kind != "sh":
			m.write(words, here.Replace(b.text))
		case words == "browser":
			m.logIn(box, b.text)
		case words == "":
			m.sh("cd /srv\n" + b.text)
		default:
			m.as(words, "cd\n"+b.text)
		}
	}
	if x, fedi := len(box.X.Posts()), len(box.Mastodon.Posts()); x != 1 || fedi != 1 {
		t.Errorf("%d posts on X, %d on Mastodon: want the article of the document once on each", x, fedi)
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
