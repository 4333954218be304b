package article

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the messages of testdata/errors anew")

// Each file is one mistake; its ".want" is what the operator reads.
func TestEachMistakeIsNamedWithFileLineAndWayOut(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "errors", "*"))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, file := range files {
		if filepath.Ext(file) == ".want" {
			continue
		}
		n++
		t.Run(filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			res, err := Read(filepath.Base(file), data, Options{})
			if err == nil {
				t.Fatalf("was accepted: %+v", res)
			}
			if diff := cmp.Diff(Result{}, res); diff != "" {
				t.Errorf("a refused article left something (-want +got):\n%s", diff)
			}
			var one *Error
			if !errors.As(err, &one) || one.File != filepath.Base(file) {
				t.Errorf("error %v wraps no *Error of its file", err)
			}
			got := err.Error() + "\n"
			if *update {
				if err := os.WriteFile(file+".want", []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file + ".want")
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("message (-want +got):\n%s", diff)
			}
		})
	}
	if n < 60 {
		t.Errorf("only %d mistakes found in testdata/errors", n)
	}
}

func TestFilesThatAreNoTextAreRefused(t *testing.T) {
	for name, c := range map[string]struct{ data, want string }{
		"empty":         {"", `f: is empty: write a teaser, and a line "Source: https://…"`},
		"white space":   {" \r\n\t\n", `f: is empty: write a teaser, and a line "Source: https://…"`},
		"bom only":      {"\xEF\xBB\xBF\n", `f: is empty: write a teaser, and a line "Source: https://…"`},
		"utf-16 empty":  {"\xFF\xFE", `f: is empty: write a teaser, and a line "Source: https://…"`},
		"nul":           {"a\r\nb\rc\n\x00", "f:4: is binary (byte 0x00 at offset 7): hand in plain text, Markdown or JSON, saved as UTF-8"},
		"controls":      {"ab\x01\x02\x03\x04", "f: is binary (many control characters): hand in plain text, Markdown or JSON, saved as UTF-8"},
		"pdf":           {"%PDF-1.7\n", "f: is a PDF document: hand in plain text, Markdown or JSON, saved as UTF-8"},
		"zip":           {"PK\x03\x04", "f: is a zip archive or an office document: hand in plain text, Markdown or JSON, saved as UTF-8"},
		"png":           {"\x89PNG\r\n", "f: is an image: hand in plain text, Markdown or JSON, saved as UTF-8"},
		"rtf":           {`{\rtf1 a}`, "f: is an RTF document: hand in plain text, Markdown or JSON, saved as UTF-8"},
		"half utf-16":   {"\xFF\xFEa\x00b", "f: is UTF-16 with half a character at its end: save the file as UTF-8"},
		"lone high":     {"\xFE\xFF\xD8\x3D\x00a", "f: is UTF-16 with half a character at offset 2: save the file as UTF-8"},
		"lone low":      {"\xFF\xFEa\x00\x3D\xDC", "f: is UTF-16 with half a character at offset 4: save the file as UTF-8"},
		"mixed bytes":   {"été\n\xE9t\xE9\n", "f:2: byte 0xE9 at offset 6 is not UTF-8, and the file's character set is not certain: save the file as UTF-8"},
		"few bytes":     {"caf\xE9", "f:1: byte 0xE9 at offset 3 is not UTF-8, and the file's character set is not certain: save the file as UTF-8"},
		"cut character": {"Bonjour \xF0\x9F\x8E", "f:1: byte 0xF0 at offset 8 is not UTF-8, and the file's character set is not certain: save the file as UTF-8"},
		"too large":     {strings.Repeat("a", MaxSize+1), "f: is larger than 1 MiB: hand in one article, without images"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Read("f", []byte(c.data), Options{})
			if err == nil || err.Error() != c.want {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
}

func TestErrorsNameStandardInput(t *testing.T) {
	_, err := Read("-", []byte("Bonjour"), Options{})
	if err == nil || !strings.HasPrefix(err.Error(), "standard input:1: no source: ") {
		t.Errorf("got %v", err)
	}
}

func TestManyMistakesAreCutShort(t *testing.T) {
	_, err := Read("f.json", []byte("{"+strings.Repeat("\"k\": 1,\n", 100)+"\"k\": 1}"), Options{})
	if err == nil || strings.Count(err.Error(), "\n") != 20 || !strings.Contains(err.Error(), "and 81 more mistakes") {
		t.Errorf("got %v", err)
	}
}

func TestNoErrorRepeatsAPassword(t *testing.T) {
	for _, source := range []string{
		"https://user:hunter2@example.com/", "ftp://user:hunter2@example.com/", "https://user:hunter2@example.com/a b",
		"https://user:hunter2@example.com/%zz", "https://user:hunter2@example.com:99999/", "https://user:hunter2@[::1/",
	} {
		_, err := Read("f.txt", []byte("Bonjour !\n\nSource: "+source+"\n"), Options{})
		if err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: got %v", source, err)
		}
	}
}
