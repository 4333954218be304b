package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Whatever is in the file: no panic, errors that name the file, and what is accepted
// is valid and survives being shown.
func FuzzParse(f *testing.F) {
	f.Add([]byte(minimal))
	f.Add([]byte(minimal + "[[alert]]\nurl = \"Generic+HTTPS://u:p@e.org/?a=b\"\n"))
	f.Add([]byte(Reference))
	f.Add([]byte(minimal + "[[alert]]\ncommand = [\"/bin/mail\", \"-s\", \"x\"]\n[heartbeat]\nurl = \"https://hc.example.org/a\"\nevery = \"1m\"\n"))
	f.Add([]byte(minimal + "[[alert]]\nurl = \"ntfy://e.org/1\"\n[[alert]]\nurl = \"ntfy://e.org/2\"\n"))
	f.Add([]byte(minimal + "[[webhook]]\nurl = \"https://E.org/1\"\nsecret = \"k\"\n[[webhook]]\nurl = \"http://[::1]:8/?t=2\"\nsecret = \"k\"\n"))
	f.Add([]byte(uncommented()))
	files, err := filepath.Glob("testdata/mistakes/*.toml")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		cfg, err := Parse("crieur.toml", data)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "crieur.toml:") {
				t.Fatalf("error without the file: %v", err)
			}
			return
		}
		if err := cfg.Validate(); err != nil {
			t.Fatalf("accepted and invalid: %v", err)
		}
		out, err := cfg.Show()
		if err != nil {
			t.Fatal(err)
		}
		again, err := Parse("crieur.toml", out)
		if err != nil {
			t.Fatalf("%v in what was shown:\n%s", err, out)
		}
		for i, a := range cfg.Alerts {
			cfg.Alerts[i] = a.shown()
		}
		for i, w := range cfg.Webhooks {
			cfg.Webhooks[i].URL = w.redacted()
		}
		cfg.Heartbeat.URL = cfg.Heartbeat.shown()
		if diff := cmp.Diff(cfg, again); diff != "" {
			t.Fatalf("(-config +shown):\n%s", diff)
		}
	})
}

func FuzzCredentials(f *testing.F) {
	f.Add([]byte("access_token = \"s3cr3t\"\n"), true)
	f.Add([]byte(oauth1), false)
	f.Add([]byte(oauth2), false)
	f.Fuzz(func(t *testing.T, data []byte, mastodon bool) {
		acc := DefaultAccount(PlatformX)
		if mastodon {
			acc = DefaultAccount(PlatformMastodon)
		}
		creds, err := decodeCredentials("x.toml", data, acc)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "credentials x.toml:") {
				t.Fatalf("error without the file: %v", err)
			}
			return
		}
		if creds.AccessToken == "" || strings.ContainsAny(creds.AccessToken, " \r\n\t\x00") {
			t.Fatalf("accepted an access token that no header can carry: %q", creds.AccessToken)
		}
	})
}
