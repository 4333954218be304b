package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"crieur/config"
)

func TestManualPagesAreTheSameEachTimeAndNameEveryCommand(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("SOURCE_DATE_EPOCH", "1767225600")
	for _, dir := range []string{"one", "two"} {
		if out, code := crieurHere("man", dir); code != 0 || !strings.Contains(out, "pages: man -M "+dir+" crieur") {
			t.Fatalf("exit code %d: %s", code, out)
		}
	}
	if out, err := exec.CommandContext(t.Context(), "diff", "-r", "one", "two").CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	a := new(app)
	for _, cmd := range withSubcommands(a.root()) {
		path := filepath.Join("one", "man1", pageName(cmd)+".1")
		text, err := os.ReadFile(path)
		if err != nil {
			t.Error(err)
			continue
		}
		if !strings.HasPrefix(string(text), `.TH "`) || !strings.Contains(string(text), `"2026-01-01"`) {
			t.Errorf("%s: %.80s", path, text)
		}
	}
	main, _ := crieurHere("man")
	if written, err := os.ReadFile(filepath.Join("one", "man1", "crieur.1")); err != nil || main != string(written) {
		t.Errorf("\"crieur man\" prints another crieur(1) than it writes (%v)", err)
	}
	if _, err := exec.LookPath("mandoc"); err == nil {
		pages, err := filepath.Glob("one/man?/*")
		if err != nil {
			t.Fatal(err)
		}
		if out, err := exec.CommandContext(t.Context(), "mandoc", append([]string{"-Tlint", "-Wwarning"}, pages...)...).CombinedOutput(); err != nil || len(out) > 0 {
			t.Errorf("mandoc: %v\n%s", err, out)
		}
	}
	t.Setenv("SOURCE_DATE_EPOCH", "today")
	if out, code := crieurHere("man"); code != exitUsage || !strings.Contains(out, `SOURCE_DATE_EPOCH "today"`) {
		t.Errorf("exit code %d: %s", code, out)
	}
}

func TestTheConfigurationsPageExplainsEveryKey(t *testing.T) {
	page := configPage(config.Reference, "2026-01-01")
	for _, key := range regexp.MustCompile(`(?m)^#?([a-z_0-9]+) = `).FindAllStringSubmatch(config.Reference, -1) {
		if !strings.Contains(page, ".TP\n\\fB"+key[1]+" = ") {
			t.Errorf("%s is not explained", key[1])
		}
	}
	for _, table := range regexp.MustCompile(`(?m)^#?(\[\[?[a-z]+\]?\])$`).FindAllStringSubmatch(config.Reference, -1) {
		if strings.Count(page, `.SH "`+table[1]+"\"\n") != 1 {
			t.Errorf("%s has not one section", table[1])
		}
	}
	// Every comment is there, up to those that say how to use the file itself.
	for line := range strings.SplitSeq(config.Reference, "\n") {
		text, ok := strings.CutPrefix(line, "# ")
		if ok && !strings.HasPrefix(text, "crieur.toml: ") && !strings.HasPrefix(text, " ") && !strings.Contains(page, roffText.Replace(text)) {
			t.Errorf("lost: %s", line)
		}
	}
}

func TestRoffTakesTextAsItIs(t *testing.T) {
	r := new(roff)
	r.prose(".at the beginning\n'quoted\na \\ backslash\n\n  as -is  'here'\n\nafter")
	r.item("--at \"T\"", "x\n\ny")
	const want = `\&.at the beginning
\&'quoted
a \e backslash
.PP
.EX
  as \-is  \(aqhere\(aq
.EE
.PP
after
.TP
\fB\-\-at "T"\fR
x
.IP
y
`
	if got := r.b.String(); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}
