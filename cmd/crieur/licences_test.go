package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestTheLicencesOfAllThatIsLinkedAreInFull, with those of data and fonts, without a path
// of this machine.
func TestTheLicencesOfAllThatIsLinkedAreInFull(t *testing.T) {
	for _, arch := range []string{"amd64", "arm64"} {
		cmd := exec.Command("sh", "../../deploy/licences")
		cmd.Env = append(os.Environ(), "GOOS=linux", "GOARCH="+arch)
		var trouble bytes.Buffer
		cmd.Stderr = &trouble
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%v: %s", err, &trouble)
		}
		list := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{if .Version}}{{.Path}} {{.Version}}{{end}}{{end}}", ".")
		list.Env = append(os.Environ(), "GOOS=linux", "GOARCH="+arch, "CGO_ENABLED=0")
		modules, err := list.Output()
		if err != nil {
			t.Fatal(err)
		}
		text := string(out)
		want := strings.Fields(strings.ReplaceAll(string(modules), " ", "@"))
		if len(want) < 20 {
			t.Fatalf("%d modules: the test does not see them", len(want))
		}
		for i, module := range want {
			want[i] = "\n" + strings.ReplaceAll(module, "@", " ") + ": "
		}
		want = append(want, "Copyright 2009 The Go Authors.", "SIL OPEN FONT LICENSE Version 1.1", "Martin Monperrus", "UNICODE LICENSE V3", "\ngithub.com/prometheus/client_golang v")
		for _, s := range want {
			if !strings.Contains(text, s) {
				t.Errorf("%s: %q is not in it", arch, s)
			}
		}
		for _, place := range []string{os.Getenv("HOME") + "/", "/pkg/mod/"} {
			if place != "/" && strings.Contains(text, place) {
				t.Errorf("%s: it names %s", arch, place)
			}
		}
	}
}

// TestAModuleWithoutLicenceIsNotPackaged builds a program on one that has a notice alone.
func TestAModuleWithoutLicenceIsNotPackaged(t *testing.T) {
	dir := t.TempDir()
	script, err := os.ReadFile("../../deploy/licences")
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"deploy/licences":    string(script),
		"go.mod":             "module program\n\ngo 1.26\n\nrequire example.org/bare v1.0.0\n\nreplace example.org/bare => ./bare\n",
		"cmd/crieur/main.go": "package main\n\nimport _ \"example.org/bare/inner\"\n\nfunc main() {}\n",
		"bare/go.mod":        "module example.org/bare\n\ngo 1.26\n",
		"bare/NOTICE":        "by somebody\n",
		"bare/inner/a.go":    "package inner\n",
		"bare/other/LICENSE": "of a folder that is not linked\n",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run := func() (string, error) {
		out, err := exec.Command("sh", filepath.Join(dir, "deploy/licences")).CombinedOutput()
		return string(out), err
	}
	if out, err := run(); err == nil || out != "licences: no licence in example.org/bare@v1.0.0: it may not be passed on without\n" {
		t.Errorf("%v: %s", err, out)
	}
	if err := os.WriteFile(filepath.Join(dir, "bare/LICENSE"), []byte("do as you like\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := run()
	if err != nil || !strings.Contains(out, "do as you like") || !strings.Contains(out, "by somebody") || strings.Contains(out, "not linked") {
		t.Errorf("%v: %s", err, out)
	}
}
