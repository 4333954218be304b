package redirect

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// TestOnlyPagesThatCrieurWroteAreEverPruned: whatever else lies in a folder stays.
func TestOnlyPagesThatCrieurWroteAreEverPruned(t *testing.T) {
	dir := t.TempDir()
	address := func(slug string) string { return "https://crieur.example.org/" + slug }
	page := func(slug string, withdrawn bool) Page {
		p := frenchPage()
		p.Slug, p.URL, p.Withdrawn = slug, address(slug), withdrawn
		return p
	}
	for _, p := range []Page{page("known", false), page("lost", false), page("lost-and-gone", true), page("edited", false), page("swapped", false)} {
		exported(t, dir, p)
	}
	elsewhere := page("elsewhere", false)
	elsewhere.URL = "https://other.example.org/elsewhere"
	exported(t, dir, elsewhere)
	lost := slices.DeleteFunc(names(t, dir), func(name string) bool {
		ok, err := filepath.Match("lost*", filepath.Base(name))
		return err != nil || !ok
	})
	for name, text := range map[string]string{
		"edited.html":     "<p>by hand",
		"package.json":    `{"name":"x"}`,
		"list.json":       `[1]`,
		"broken.json":     `{"slug":`,
		"half.json":       `{"slug":"half","url":"https://crieur.example.org/half"}`,
		"gone/alive.json": `{"slug":"alive","url":"https://crieur.example.org/alive","posts":[]}`,
		"lost.css":        "p{}", "lost.html.bak": "x", "index.html": "x",
		"Not-a-slug.json": `{"slug":"Not-a-slug","url":"https://crieur.example.org/Not-a-slug","posts":[]}`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	outside := filepath.Join(t.TempDir(), "linked.json")
	if err := os.WriteFile(outside, []byte(`{"slug":"linked","url":"https://crieur.example.org/linked","posts":[]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.Symlink(outside, filepath.Join(dir, "linked.json")),
		os.Remove(filepath.Join(dir, "swapped.html")), os.Symlink("index.html", filepath.Join(dir, "swapped.html")), os.Mkdir(filepath.Join(dir, "lost.jpg"), 0o700)); err != nil {
		t.Fatal(err)
	}
	before := names(t, dir)

	x, err := OpenExport(dir, Source{Page: func(slug string) (Page, bool, error) { return Page{}, slug == "known", nil }})
	if err != nil {
		t.Fatal(err)
	}
	slugs, err := x.Strays(address)
	if err != nil || !slices.Equal(slugs, []string{"lost", "lost-and-gone"}) {
		t.Fatalf("strays %q, %v", slugs, err)
	}
	for _, slug := range append(slugs, "edited", "swapped", "elsewhere", "linked", "half", "never") {
		if err := x.Remove(slug, address(slug)); err != nil {
			t.Error(err)
		}
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	after := names(t, dir)
	for _, name := range before {
		if slices.Contains(after, name) == slices.Contains(lost, name) {
			t.Errorf("%s: there afterwards: %v", name, slices.Contains(after, name))
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "lost.jpg")); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(outside); errors.Is(err, fs.ErrNotExist) {
		t.Error("a file outside of the folder is gone")
	}
}

func TestAWithdrawnPageThatIsLostIsNamedOnce(t *testing.T) {
	dir := t.TempDir()
	p := frenchPage()
	exported(t, dir, p)
	record, err := os.ReadFile(filepath.Join(dir, p.Slug+".json"))
	if err != nil {
		t.Fatal(err)
	}
	p.Withdrawn = true
	exported(t, dir, p)
	// As a crash between the two leaves them.
	if err := os.WriteFile(filepath.Join(dir, p.Slug+".json"), record, 0o600); err != nil {
		t.Fatal(err)
	}
	x, err := OpenExport(dir, Source{Page: func(string) (Page, bool, error) { return Page{}, false, nil }})
	if err != nil {
		t.Fatal(err)
	}
	slugs, err := x.Strays(func(string) string { return p.URL })
	if err != nil || len(slugs) != 1 {
		t.Fatalf("strays %q, %v", slugs, err)
	}
	if err := errors.Join(x.Remove(slugs[0], p.URL), x.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, p.Slug+".json")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the record is still there: %v", err)
	}
}
