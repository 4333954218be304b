package main

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/term"

	"crieur/internal/alert"
	"crieur/internal/sandbox"
)

// outputDir names the folder in which each crieur of the suite leaves what it said.
const outputDir = "CRIEUR_TEST_OUTPUT"

// overheard runs the suite, then looks for secrets in all that its crieur processes were
// told on their command lines and wrote to standard output and error: every story, every
// document, every stop and kill. Not what a terminal or a test's own binary got.
type overheard struct{ m *testing.M }

func (o overheard) Run() int {
	dir, err := os.MkdirTemp("", "crieur-overheard-")
	if err == nil {
		err = os.Setenv(outputDir, dir)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	code := o.m.Run()
	leaks, heard, err := findSecrets(os.DirFS(dir))
	if rerr := os.RemoveAll(dir); err == nil {
		err = rerr
	}
	if err != nil || len(leaks) > 0 {
		fmt.Fprintf(os.Stderr, "secrets in the output of %d crieur processes: %v %v\n", heard, leaks, err)
		return 1
	}
	return code
}

// findSecrets returns the lines with a secret of the suite, and how many files it read.
func findSecrets(dir fs.FS) (leaks []string, heard int, err error) {
	err = fs.WalkDir(dir, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		heard++
		text, err := fs.ReadFile(dir, path)
		if err != nil {
			return err
		}
		for line := range bytes.Lines(text) {
			if bytes.Contains(line, []byte(sandbox.Marker)) {
				leaks = append(leaks, path+": "+string(bytes.TrimSpace(line)))
			}
		}
		return nil
	})
	return leaks, heard, err
}

// overheardMain is main with a witness.
func overheardMain() {
	dir := os.Getenv(outputDir)
	if dir == "" {
		main()
		return
	}
	f, err := os.CreateTemp(dir, "crieur-")
	if err == nil {
		_, err = fmt.Fprintf(f, "$ %s\n", strings.Join(os.Args, " "))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "test:", err)
		os.Exit(99)
	}
	if t, ok := http.DefaultTransport.(*http.Transport); ok {
		alert.BoundAnswers(t)
	}
	os.Exit(run(os.Args[1:], os.Stdin, tee(os.Stdout, f), tee(os.Stderr, f)))
}

// tee leaves a terminal alone: crieur looks at what it writes to.
func tee(to, witness *os.File) io.Writer {
	if term.IsTerminal(int(to.Fd())) {
		return to
	}
	return both{to, witness}
}

type both struct{ to, witness *os.File }

// Write tells the witness first: a pipe may be closed already.
func (b both) Write(p []byte) (int, error) {
	if _, err := b.witness.Write(p); err != nil {
		return 0, err
	}
	return b.to.Write(p)
}

func TestASecretThatWasSaidIsFound(t *testing.T) {
	dir := t.TempDir()
	said := "fine\nlevel=INFO msg=x token=mt-" + sandbox.Marker + "-ABC\n"
	for name, text := range map[string]string{"a": "nothing here\n", "b": said} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	leaks, heard, err := findSecrets(os.DirFS(dir))
	if err != nil || heard != 2 || len(leaks) != 1 || !strings.HasPrefix(leaks[0], "b: level=INFO") {
		t.Errorf("%v %d %v", leaks, heard, err)
	}
}
