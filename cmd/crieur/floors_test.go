package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// floors is the table of docs/architecture.md: a package imports only packages on
// strictly lower floors.
var floors = map[string]int{
	"cmd/crieur":                     7,
	"internal/daemon":                6,
	"internal/control":               5,
	"internal/status":                5,
	"internal/metrics":               5,
	"internal/dispatch":              4,
	"internal/platform/x":            3,
	"internal/platform/mastodon":     3,
	"internal/sandbox":               3,
	"internal/login":                 3,
	"internal/platform/platformtest": 3,
	"internal/outbox":                2,
	"internal/alert":                 2,
	"internal/teaser":                2,
	"internal/redirect":              2,
	"internal/preflight":             2,
	"internal/probe":                 2,
	"internal/webhook":               2,
	"internal/platform":              2,
	"internal/article":               1,
	"config":                         0,
	"internal/mojibake":              0,
	"internal/textlen":               0,
	"internal/delivery":              0,
	"internal/sdnotify":              0,
	"internal/failpoint":             0,
	"internal/schedule":              0,
	"internal/clockset":              0,
	"internal/card":                  0,
	"internal/picture":               0,
	"internal/visits":                0,
	"internal/term":                  0,
	"internal/journal":               0,
	"internal/outside":               0,
}

func TestAPackageImportsOnlyLowerFloors(t *testing.T) {
	seen := map[string]bool{}
	eachGoFile(t, func(name string) {
		from := path.Dir(name)
		floor, ok := floors[from]
		if !ok {
			t.Errorf("%s stands on no floor: add %q to the table and to docs/architecture.md", name, from)
			return
		}
		seen[from] = true
		// A test may start a world of its own, sandbox servers included.
		if strings.HasSuffix(name, "_test.go") {
			return
		}
		f, err := parser.ParseFile(token.NewFileSet(), filepath.Join("../..", name), nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range f.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			checkImport(t, name, floor, imported)
		}
	})
	for p := range floors {
		if !seen[p] {
			t.Errorf("floor table: %q has no Go file", p)
		}
	}
}

func checkImport(t *testing.T, name string, floor int, imported string) {
	t.Helper()
	only := map[string]string{"go.etcd.io/bbolt": "internal/outbox", "github.com/robfig/cron/v3": "internal/schedule"}
	if owner, ok := only[imported]; ok && path.Dir(name) != owner {
		t.Errorf("%s imports %s: only %s may", name, imported, owner)
	}
	p, ours := strings.CutPrefix(imported, "crieur/")
	if !ours {
		return
	}
	below, ok := floors[p]
	if !ok {
		t.Errorf("%s imports %s, which stands on no floor", name, imported)
	} else if below >= floor {
		t.Errorf("%s (floor %d) imports %s (floor %d)", name, floor, imported, below)
	}
}

// TestNoRoomIsTooLarge holds the bound of 400 lines a file.
func TestNoRoomIsTooLarge(t *testing.T) {
	eachGoFile(t, func(name string) {
		text, err := os.ReadFile(filepath.Join("../..", name))
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(string(text), "\n"); n > 400 {
			t.Errorf("%s has %d lines: split it by topic, at most 400", name, n)
		}
	})
}

// eachGoFile calls do with the slash path of every Go file of the project that a build or test sees.
func eachGoFile(t *testing.T, do func(name string)) {
	t.Helper()
	root := os.DirFS("../..")
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".") && name != ".") {
			return fs.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(name, ".go") {
			return nil
		}
		text, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		// A generator belongs to no package.
		if strings.Contains(string(text[:min(len(text), 200)]), "//go:build ignore") {
			return nil
		}
		do(name)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
