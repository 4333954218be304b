package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"crieur/internal/sandbox"
)

// block is a fenced block of a document: its info string and its text.
type block struct{ kind, name, text string }

var (
	fence      = regexp.MustCompile("(?ms)^```([a-z]+)(?: ([^\n`]+))?\n(.*?)^```$")
	inlineCell = regexp.MustCompile("(?m)^\\|[^|]*\\| `((?:[^`])+)` \\|$")
	makeTarget = regexp.MustCompile(`(?m)^make ([a-z0-9]+)$`)
)

// TestEveryBlockOfTheDocsWorks writes the files that a document shows and runs its
// commands in their order, against a sandbox in place of the platforms.
func TestEveryBlockOfTheDocsWorks(t *testing.T) {
	docs, err := filepath.Glob("../../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, doc := range append(docs, "../../README.md") {
		t.Run(filepath.Base(doc), func(t *testing.T) {
			text, err := os.ReadFile(doc)
			if err != nil {
				t.Fatal(err)
			}
			playDocument(t, string(text))
		})
	}
}

func playDocument(t *testing.T, text string) {
	box, err := sandbox.Start(sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer closeBox(t, box)
	dir := t.TempDir()
	w, err := writeWorld(dir, box) // a document may bring a file of its own instead
	if err != nil {
		t.Fatal(err)
	}
	blocks := documentBlocks(text)
	for _, b := range blocks {
		if b.kind != "sh" && !b.ofRoot() {
			writeBlock(t, dir, b, box, w)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "articles"), 0o700); err != nil {
		t.Fatal(err)
	}
	another := "Un autre article pour le dossier 📰 #Essai\n\nSource: https://example.org/autre\n\nLe corps.\n"
	if err := os.WriteFile(filepath.Join(dir, "articles", "autre.txt"), []byte(another), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, b := range blocks {
		switch {
		case b.kind != "sh", b.ofRoot():
		case b.name == "background":
			startDaemon(t, dir, b.text)
		case b.name == "browser":
			logInBlock(t, dir, b.text, box)
		default:
			runBlock(t, dir, b.text)
		}
	}
}

// documentBlocks returns the fenced blocks, and the commands in the last column of tables.
func documentBlocks(text string) (out []block) {
	for _, m := range fence.FindAllStringSubmatch(text, -1) {
		out = append(out, block{m[1], m[2], m[3]})
	}
	for _, m := range inlineCell.FindAllStringSubmatch(text, -1) {
		if cmd := strings.ReplaceAll(m[1], `\|`, "|"); strings.Contains(cmd, "crieur ") {
			// The service's folders, below the story's own.
			cmd = "mkdir -p var/backups/crieur var/www; " + strings.ReplaceAll(cmd, " /var/", " var/")
			out = append(out, block{"sh", "", cmd + "\n"})
		}
	}
	return out
}

// writeBlock writes a file that the document shows, with the platforms' addresses and the secrets filled in.
func writeBlock(t *testing.T, dir string, b block, box *sandbox.Sandbox, w addresses) {
	t.Helper()
	if b.name == "" {
		t.Errorf("a %s block names no file: ```%s FILE", b.kind, b.kind)
		return
	}
	text := strings.NewReplacer(
		"https://api.x.com", box.X.URL, "https://mastodon.example", box.Mastodon.URL,
		"127.0.0.1:8023", w.status, "127.0.0.1:8024", w.pages,
	).Replace(b.text)
	c := box.X.Credentials()
	secrets := map[string]string{
		"consumer_key": c.ConsumerKey, "consumer_secret": c.ConsumerSecret,
		"access_token": c.AccessToken, "access_token_secret": c.AccessTokenSecret,
	}
	if b.name == "mastodon.toml" {
		secrets["access_token"] = box.Mastodon.Token()
	}
	for key, secret := range secrets {
		text = regexp.MustCompile(`(?m)^(`+key+` *= ")…"$`).ReplaceAllString(text, "${1}"+secret+`"`)
	}
	if err := os.WriteFile(filepath.Join(dir, b.name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func runBlock(t *testing.T, dir, script string) {
	t.Helper()
	for _, m := range makeTarget.FindAllStringSubmatch(script, -1) {
		// The targets are run by people and CI; here it is enough that they exist.
		if out, err := exec.Command("make", "-C", "../..", "-n", m[1]).CombinedOutput(); err != nil {
			t.Errorf("make %s: %v\n%s", m[1], err, out)
		}
	}
	script = withID(t, dir, makeTarget.ReplaceAllString(script, ":"))
	cmd := exec.Command("bash", "-euo", "pipefail", "-c", script)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%s: %v\n%s", strings.TrimSpace(script), err, out)
	}
}

// startDaemon runs a command until the end of the test, and returns once the daemon answers.
func startDaemon(t *testing.T, dir, script string) {
	t.Helper()
	log := new(limitedBuffer)
	cmd := exec.Command("bash", "-c", "exec "+strings.TrimSpace(script))
	cmd.Dir, cmd.Stderr = dir, log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cmd.Process.Signal(os.Interrupt); err != nil {
			t.Error(err)
		}
		if err := cmd.Wait(); err != nil {
			t.Errorf("%s: %v\n%s", script, err, log)
		}
	})
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		status := exec.Command("bash", "-c", strings.TrimSuffix(strings.TrimSpace(script), "run")+"status")
		status.Dir = dir
		if out, err := status.Output(); err == nil && strings.Contains(string(out), " runs since ") {
			return
		}
	}
	t.Fatal(fmt.Errorf("%s never answered:\n%s", script, log))
}
