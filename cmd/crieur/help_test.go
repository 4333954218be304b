package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"crieur/internal/sandbox"
)

// elsewhere are examples that run until a person ends them, or that ask one; other
// tests have them.
var elsewhere = regexp.MustCompile(`^crieur (run\b|demo$|auth\b|status --watch)`)

// TestEveryExampleOfTheHelpWorks runs the examples of each command, each in a world
// that has what they speak of.
func TestEveryExampleOfTheHelpWorks(t *testing.T) {
	box, err := sandbox.Start(sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer closeBox(t, box)
	hook := newHook()
	defer hook.Close()
	for _, cmd := range withSubcommands(new(app).root()) {
		if cmd.Long == "" || !cmd.HasExample() && !(cmd.HasParent() && cmd.HasSubCommands()) {
			t.Errorf("%s --help lacks a description or an example", cmd.CommandPath())
		}
		for line := range strings.SplitSeq(cmd.Example, "\n") {
			line, _, _ := strings.Cut(strings.TrimSpace(line), "   ") // the root's examples explain themselves
			if line == "" || elsewhere.MatchString(line) {
				continue
			}
			t.Run(line, func(t *testing.T) { playExample(t, box, hook.Listener.Addr().String(), cmd, line) })
		}
	}
}

func playExample(t *testing.T, box *sandbox.Sandbox, hook string, cmd *cobra.Command, line string) {
	dir := t.TempDir()
	t.Chdir(dir)
	if _, err := writeWorld(dir, box); err != nil {
		t.Fatal(err)
	}
	id := exampleArticles(t)
	switch cmd.CommandPath() {
	case "crieur resolve":
		for _, account := range []string{"x-main", "mastodon"} {
			if err := bringTo("outbox.db", "held", account); err != nil {
				t.Fatal(err)
			}
		}
	case "crieur restore":
		must(t, "backup", "var/backups/crieur/before-upgrade.db")
	case "crieur config init":
		if err := os.Remove("crieur.toml"); err != nil {
			t.Fatal(err)
		}
	case "crieur alert test":
		text, err := os.ReadFile("crieur.toml")
		if err != nil {
			t.Fatal(err)
		}
		writeFile(t, "crieur.toml", string(text)+"\n[[alert]]\nurl = \"generic+http://"+hook+"/\"\n")
	}
	if strings.Contains(line, "--update") {
		must(t, "enqueue", "article.txt")
	}
	if _, err := exec.LookPath("man"); err != nil {
		line = strings.Replace(line, "man -l -", "cat", 1)
	}
	if cmd.Name() == "withdraw" && !strings.Contains(line, "--yes") {
		line += " --yes" // nobody is asked here
	}
	line = strings.NewReplacer("1kzv3m8gg000", id, "https://x.com", box.X.URL, "~/", dir+"/",
		" /var/", " "+dir+"/var/", " /etc/", " "+dir+"/etc/", " /usr/", " "+dir+"/usr/").Replace(line)
	if out, err := exec.CommandContext(t.Context(), "bash", "-euo", "pipefail", "-c", line).CombinedOutput(); err != nil {
		t.Errorf("%s: %v\n%s", line, err, out)
	}
}

// exampleArticles makes what the examples speak of, and returns the ID of the article
// that is enqueued.
func exampleArticles(t *testing.T) string {
	t.Helper()
	for _, dir := range []string{"articles", "var/backups/crieur", "var/www", "etc/crieur", "usr/local/share/man",
		"usr/share/bash-completion/completions", "usr/share/zsh/vendor-completions", ".config/fish/completions"} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	article := func(name, title string) {
		writeFile(t, name, title+" 🚢 #Port\n\nSource: https://example.org/"+name+"\n\nThe text of "+name+".\n")
	}
	article("article.txt", "Ferries are back")
	article(filepath.Join("articles", "another.txt"), "Trains are back too")
	article("brest.txt", "Brest port reopens")
	out := must(t, "enqueue", "--json", "--at", "2031-05-01T08:30", "brest.txt")
	_, rest, _ := strings.Cut(out, `{"id":"`)
	return rest[:12]
}

func writeFile(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// must runs crieur in this process.
func must(t *testing.T, args ...string) string {
	t.Helper()
	out, code := crieurHere(args...)
	if code != 0 {
		t.Fatalf("crieur %s: exit code %d\n%s", strings.Join(args, " "), code, out)
	}
	return out
}
