package article

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"unicode/utf8"
)

// Whatever comes in: no panic; an error names the file; a success is valid, and is
// the same article after it went over the control socket.
func FuzzRead(f *testing.F) {
	f.Add("a.txt", Sample())
	f.Add("a.md", []byte(yamlArticle))
	f.Add("a.md", []byte(tomlArticle))
	f.Add("-", []byte(`{"teaser": "a \ud83d", "source": "https://e.org/", "body": "# a\n\n&#x202e;"}`))
	f.Add("-", []byte("# &#x202e;a &#10; b\n\n&#7;c\n\nSource: https://e.org/\n\n## &#x200b;\n"))
	f.Add("-", utf16Bytes(plainArticle, true))
	files, err := filepath.Glob(filepath.Join("testdata", "errors", "*"))
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(filepath.Base(file), data)
	}
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		for _, opt := range []Options{{}, {Language: "fr", AcceptProposals: true}} {
			res, err := Read(name, data, opt)
			var e *Error
			switch {
			case err == nil:
			case !errors.As(err, &e) || e.File != name:
				t.Fatalf("error %v does not name %q", err, name)
			default:
				continue
			}
			if err := res.Article.Validate(); err != nil {
				t.Fatalf("invalid: %v", err)
			}
			wire, err := json.Marshal(res)
			if err != nil {
				t.Fatal(err)
			}
			var again Result
			if err := json.Unmarshal(wire, &again); err != nil {
				t.Fatal(err)
			}
			same(t, res, again)
			for _, w := range res.Warnings {
				if !utf8.ValidString(w) {
					t.Errorf("warning %q is not UTF-8", w)
				}
			}
		}
	})
}
