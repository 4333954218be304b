package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"crieur/config"
	"crieur/internal/sandbox"
)

// ofRoot tells blocks for a whole machine: "sh root" and "sh root browser" are typed as
// root, "sh root NAME" as NAME, "toml root PATH" and "text root PATH" are files of it.
// "make e2e-vps" plays them in their order; here they are held against what is shipped.
func (b block) ofRoot() bool { return b.name == "root" || strings.HasPrefix(b.name, "root ") }

func rootBlocks(t *testing.T, doc string) (all string, out []block) {
	t.Helper()
	text, err := os.ReadFile(doc)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range documentBlocks(string(text)) {
		if b.ofRoot() {
			out = append(out, b)
		}
	}
	return string(text), out
}

// onDebian is what a bare Debian 12 with the package has.
var onDebian = []string{
	"adduser", "apt-get", "cat", "chown", "cp", "crieur", "curl", "df", "grep", "head", "install", "journalctl", "ls", "rm", "sed", "systemctl", "systemd-analyze", "tar", "timedatectl", "umask",
}

var (
	heredoc   = regexp.MustCompile(`(?s)<<'END'\n.*?\nEND\n`)
	continued = regexp.MustCompile(`\\\n\s*`)
	unitName  = regexp.MustCompile(`\bcrieur[a-z-]*\.(?:service|timer|socket)\b`)
	ofPackage = regexp.MustCompile(`/usr/(?:lib/systemd/system|share/doc/crieur)/[A-Za-z./-]*\.[A-Za-z]+`)
	assigned  = regexp.MustCompile(`^\w+=(?:\$\(|\S* )`)
	inQuotes  = regexp.MustCompile(`'[^']*'`)
	madeUnit  = regexp.MustCompile(`/etc/systemd/system/(crieur[a-z-]*\.(?:service|timer))`)
)

// TestBlocksForAMachineNameWhatIsThere holds syntax, programs, units and files.
func TestBlocksForAMachineNameWhatIsThere(t *testing.T) {
	packaged := packageFiles(t)
	text, blocks := rootBlocks(t, "../../docs/operations.md")
	more, of := rootBlocks(t, "../../docs/security.md")
	text, blocks = text+more, append(blocks, of...)
	if len(blocks) < 20 {
		t.Fatalf("%d blocks found: the test does not see them", len(blocks))
	}
	for _, b := range blocks {
		if b.kind != "sh" {
			continue
		}
		if out, err := exec.Command("bash", "-n", "-c", b.text).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", b.text, err, out)
		}
		for line := range strings.Lines(continued.ReplaceAllString(heredoc.ReplaceAllString(b.text, "\n"), "")) {
			for part := range strings.SplitSeq(inQuotes.ReplaceAllString(line, "''"), "|") {
				if program := strings.Fields(assigned.ReplaceAllString(part, ""))[0]; !slices.Contains(onDebian, program) {
					t.Errorf("%s: a bare Debian may not have %q", strings.TrimSpace(line), program)
				}
			}
		}
	}
	var made []string
	for _, m := range madeUnit.FindAllStringSubmatch(text, -1) {
		made = append(made, m[1])
	}
	for _, unit := range unitName.FindAllString(text, -1) {
		_, err := os.Stat(filepath.Join("../../deploy", unit))
		if err != nil && !slices.Contains(made, unit) {
			t.Errorf("%s is neither in deploy/ nor made by a block", unit)
		}
	}
	for _, path := range ofPackage.FindAllString(text, -1) {
		if _, there := packaged[path]; !there {
			t.Errorf("the package has no %s", path)
		}
	}
}

// TestTheSecondSiteSharesNothingWithTheFirst runs both sites of the document side by side,
// and holds that the unit which its "sed" makes fits the configuration.
func TestTheSecondSiteSharesNothingWithTheFirst(t *testing.T) {
	box, err := sandbox.Start(sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer closeBox(t, box)
	root := t.TempDir()
	w, err := writeWorld(root, box) // for its addresses
	if err != nil {
		t.Fatal(err)
	}
	free, err := writeWorld(t.TempDir(), box)
	if err != nil {
		t.Fatal(err)
	}
	// The first site leaves its places to their defaults.
	first := "[outbox]\npath = \"/var/lib/crieur/outbox.db\"\n[control]\nsocket = \"/run/crieur/control.sock\"\n" +
		"[status]\nlisten = \"127.0.0.1:8023\"\n[pages]\nlisten = \"127.0.0.1:8024\"\n[site]"
	move := strings.NewReplacer("127.0.0.1:8023", w.status, "127.0.0.1:8024", w.pages, "127.0.0.1:8033", free.status, "127.0.0.1:8034", free.pages,
		`"/var/lib`, `"`+root+`/var/lib`, `"/run`, `"`+root+`/run`)
	_, blocks := rootBlocks(t, "../../docs/operations.md")
	sites := map[string]config.Config{}
	for _, b := range blocks {
		if b.kind != "toml" {
			continue
		}
		path := strings.TrimPrefix(b.name, "root ")
		b.name = strings.TrimPrefix(path, "/")
		if path == config.SystemPath {
			b.text = strings.Replace(b.text, "[site]", first, 1)
		}
		b.text = move.Replace(b.text)
		for _, dir := range []string{filepath.Dir(b.name), "var/lib/" + filepath.Base(filepath.Dir(b.name)), "run/" + filepath.Base(filepath.Dir(b.name))} {
			if err := os.MkdirAll(filepath.Join(root, dir), 0o700); err != nil {
				t.Fatal(err)
			}
		}
		writeBlock(t, root, b, box, w)
		cfg, err := config.Load(filepath.Join(root, b.name))
		if err != nil {
			t.Fatal(err)
		}
		sites[path] = cfg
		for _, acc := range cfg.Accounts {
			kind := map[string]string{"x": "x-main.toml", "mastodon": "mastodon.toml"}[acc.Platform]
			if err := os.Link(filepath.Join(root, kind), acc.Credentials); err != nil {
				t.Fatal(err)
			}
		}
		startDaemon(t, root, "crieur --config "+b.name+" run")
	}
	if len(sites) != 2 {
		t.Fatalf("%d sites: want two", len(sites))
	}
	unit := secondUnit(t, blocks)
	for path, cfg := range sites {
		if path == config.SystemPath {
			continue
		}
		for _, want := range []string{
			"ExecStart=/usr/bin/crieur --config " + path + " run\n",
			"StateDirectory=" + filepath.Base(filepath.Dir(cfg.Outbox.Path)) + "\n",
			"RuntimeDirectory=" + filepath.Base(filepath.Dir(cfg.Control.Socket)) + "\n",
		} {
			if !strings.Contains(unit, want) {
				t.Errorf("the second unit lacks %q", want)
			}
		}
	}
}

// secondUnit is what the document's first "sed" makes of the shipped unit.
func secondUnit(t *testing.T, blocks []block) string {
	t.Helper()
	for _, b := range blocks {
		command, _, found := strings.Cut(continued.ReplaceAllString(b.text, ""), " >/etc")
		if !found || !strings.HasPrefix(command, "sed ") {
			continue
		}
		out, err := exec.Command("bash", "-c", strings.Replace(command, "/usr/lib/systemd/system", "../../deploy", 1)).Output()
		if err != nil {
			t.Fatal(err)
		}
		return string(out)
	}
	t.Fatal("no block makes a second unit")
	return ""
}
