package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	_ "time/tzdata" // the main package embeds it too
)

const minimal = `[site]
base_url = "https://news.example.org/"

[[account]]
name = "x-main"
platform = "x"
credentials = "x-main.toml"

[[account]]
name = "fedi"
platform = "mastodon"
credentials = "/etc/crieur/fedi.toml"
server = "https://mastodon.social/"
link = false
`

func mustParse(t *testing.T, text string) Config {
	t.Helper()
	cfg, err := Parse("crieur.toml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

func mustWrite(t *testing.T, path, text string, mode os.FileMode) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil { // past the umask
		t.Fatal(err)
	}
	return path
}

// wantError checks that err says all the words and none of the secrets.
func wantError(t *testing.T, err error, words ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want one with %q", words)
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("error %q lacks %q", err, w)
		}
	}
	if strings.Contains(err.Error(), "s3cr3t") {
		t.Errorf("error shows a secret: %q", err)
	}
}
