package journal_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// word is one constant of the vocabulary, read from its source.
type word struct{ constant, name, level, meaning string }

func vocabulary(t *testing.T) (words []word) {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), "events.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	shape := regexp.MustCompile(`^(debug|info|warn|error): (.+\.)$`)
	ast.Inspect(f, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if id, ok := spec.Type.(*ast.Ident); !ok || id.Name != "Name" {
			return true
		}
		said := shape.FindStringSubmatch(strings.TrimSpace(spec.Comment.Text()))
		if said == nil {
			t.Errorf("%s: its line must end in a comment \"level: meaning.\", not %q", spec.Names[0].Name, spec.Comment.Text())
			return true
		}
		value, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}
		words = append(words, word{spec.Names[0].Name, value, said[1], said[2]})
		return true
	})
	if len(words) < 40 {
		t.Fatalf("only %d events found", len(words))
	}
	return words
}

func TestNamesOfEventsAreUniqueAndPlain(t *testing.T) {
	seen := map[string]bool{}
	for _, w := range vocabulary(t) {
		if seen[w.name] || !regexp.MustCompile(`^[a-z]+(\.[a-z]+)?$`).MatchString(w.name) {
			t.Errorf("%s: %q is there twice, or not of the form \"thing.what\"", w.constant, w.name)
		}
		seen[w.name] = true
	}
}

func TestTheDocumentListsTheVocabulary(t *testing.T) {
	text, err := os.ReadFile("../../docs/logs.md")
	if err != nil {
		t.Fatal(err)
	}
	var want, got []string
	for _, w := range vocabulary(t) {
		want = append(want, "| `"+w.name+"` | "+w.level+" | "+w.meaning+" |")
	}
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "| `") {
			got = append(got, strings.TrimSpace(line))
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("docs/logs.md (-events.go +docs/logs.md):\n%s", diff)
	}
}

// Whoever logs names the event, at the level of the vocabulary; and what is in the
// vocabulary is logged somewhere.
func TestEveryLogLineNamesItsEvent(t *testing.T) {
	levels, used := map[string]string{}, map[string]bool{}
	for _, w := range vocabulary(t) {
		levels[w.constant] = w.level
	}
	root := "../.."
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".") && path != root):
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		files := token.NewFileSet()
		f, err := parser.ParseFile(files, path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			method, ok := call.Fun.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			level := strings.ToLower(method.Sel.Name)
			isLog := regexp.MustCompile(`^(Debug|Info|Warn|Error)$`).MatchString(method.Sel.Name) && len(call.Args) > 0
			if p, ok := method.X.(*ast.Ident); ok && p.Name == "http" {
				isLog = false // http.Error
			}
			for i, arg := range call.Args {
				if c := constantOf(arg); c != "" && levels[c] != "" && i > 0 && constantOf(call.Args[i-1]) == "Key" {
					used[c] = true
					if isLog && levels[c] != level {
						t.Errorf("%s: %s is logged at %s, its level is %s", files.Position(call.Pos()), c, level, levels[c])
					}
					return true
				}
			}
			if isLog {
				t.Errorf("%s: a log line without an event: log.%s(\"…\", journal.Key, journal.Something, …)", files.Position(call.Pos()), method.Sel.Name)
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for c := range levels {
		if !used[c] {
			t.Errorf("%s is in the vocabulary, and nobody logs it", c)
		}
	}
}

// constantOf returns X of "journal.X".
func constantOf(e ast.Expr) string {
	s, ok := e.(*ast.SelectorExpr)
	if !ok {
		return ""
	}
	if p, ok := s.X.(*ast.Ident); !ok || p.Name != "journal" {
		return ""
	}
	return s.Sel.Name
}
