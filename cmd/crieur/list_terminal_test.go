package main

import (
	"bytes"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/creack/pty"
)

// TestAListShowsTheSitesTimeAndWhoWaitsItsTurn, on a terminal and in a pipe.
func TestAListShowsTheSitesTimeAndWhoWaitsItsTurn(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "crieur.toml"), "[site]\nbase_url = \"https://news.example.org\"\ntimezone = \"Asia/Kathmandu\"\n[outbox]\npath = \"outbox.db\"\n[[account]]\nname = \"m\"\nplatform = \"mastodon\"\nserver = \"https://example.org\"\ncredentials = \"file:none\"\n")
	for n, at := range []string{"2030-06-01T08:30", ""} {
		name := filepath.Join(dir, fmt.Sprintf("%d.txt", n))
		writeFile(t, name, fmt.Sprintf("Number %d is out 🚢 #Port\n\nSource: https://example.org/%d\n\nThe text.\n", n, n))
		t.Chdir(dir)
		must(t, "enqueue", "--at", at, name)
	}
	far, near, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	if err := pty.Setsize(far, &pty.Winsize{Rows: 24, Cols: 120}); err != nil {
		t.Fatal(err)
	}
	if code := run([]string{"list"}, strings.NewReader(""), near, io.Discard); code != 0 {
		t.Fatalf("exit code %d", code)
	}
	if err := near.Close(); err != nil {
		t.Fatal(err)
	}
	var drawn bytes.Buffer
	_, _ = io.Copy(&drawn, far) // it ends with an error: nobody writes any more
	if err := far.Close(); err != nil {
		t.Fatal(err)
	}
	piped := must(t, "list")
	for out, moment := range map[string]string{drawn.String(): "1 Jun 2030 08:30", piped: "2030-06-01 08:30:00 +0545 (02:45:00 UTC)"} {
		lines := strings.Split(strings.TrimSpace(out), "\n")
		turn, timed := lines[len(lines)-2], lines[len(lines)-1]
		if !strings.Contains(timed, moment) {
			t.Errorf("want %q in %q", moment, timed)
		}
		if !strings.Contains(turn, " in turn ") || strings.Contains(turn, "20") && strings.Contains(turn, ":") {
			t.Errorf("a moment without a meaning in %q", turn)
		}
		if strings.Index(turn, "Number 1") != strings.Index(timed, "Number 0") {
			t.Errorf("the titles do not stand below each other:\n%s\n%s", turn, timed)
		}
	}
	if json := must(t, "list", "--json"); strings.Count(json, `"due":"20`) != 2 {
		t.Errorf("JSON has another form: %s", json)
	}
}

func TestTheFlagTellsTheVersionAsTheCommandDoes(t *testing.T) {
	if flag, command := must(t, "--version"), must(t, "version"); flag != command || !strings.HasPrefix(flag, "crieur ") {
		t.Errorf("%q and %q", flag, command)
	}
}
