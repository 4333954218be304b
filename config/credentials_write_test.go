package config

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func accountIn(dir, platform string) Account {
	a := DefaultAccount(platform)
	a.Name, a.Credentials = "acc", filepath.Join(dir, "acc.toml")
	return a
}

func TestStoredCredentialsAreWhatWasGivenAndTheirOwnersAlone(t *testing.T) {
	ends := time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		platform string
		creds    Credentials
	}{
		"mastodon": {PlatformMastodon, Credentials{AccessToken: "at", ClientID: "ci", ClientSecret: "cs"}},
		"oauth 1":  {PlatformX, Credentials{ConsumerKey: "ck", ConsumerSecret: "cs", AccessToken: "at", AccessTokenSecret: "as"}},
		"oauth 2":  {PlatformX, Credentials{ClientID: "ci", ClientSecret: "cs", AccessToken: "at", RefreshToken: "rt", ExpiresAt: ends}},
		"public":   {PlatformX, Credentials{ClientID: "ci", AccessToken: `a"\b`, RefreshToken: "rt", ExpiresAt: ends}},
	} {
		t.Run(name, func(t *testing.T) {
			acc := accountIn(t.TempDir(), c.platform)
			if err := os.WriteFile(acc.Credentials, []byte("access_token = \"old\"\n"), 0o644); err != nil {
				t.Fatal(err)
			}
			if err := StoreCredentials(acc, c.creds, ""); err != nil {
				t.Fatal(err)
			}
			got, err := LoadCredentials(acc, "")
			if err != nil {
				t.Fatal(err)
			}
			if got != c.creds {
				t.Error("another login was read than stored")
			}
			if known, err := KnownCredentials(acc); err != nil || known != c.creds {
				t.Errorf("known: %v", err)
			}
			onlyFile(t, filepath.Dir(acc.Credentials), "acc.toml")
		})
	}
}

// onlyFile wants nothing else in a folder, and it for its owner alone.
func onlyFile(t *testing.T, dir, name string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if d := cmp.Diff([]string{name}, names); d != "" {
		t.Error(d)
	}
	info, err := os.Stat(filepath.Join(dir, name))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info.Mode(), err)
	}
}

func TestCredentialsThatCouldNotLogInReplaceNothing(t *testing.T) {
	acc := accountIn(t.TempDir(), PlatformX)
	before := Credentials{ConsumerKey: "ck", ConsumerSecret: "cs", AccessToken: "at", AccessTokenSecret: "as"}
	if err := StoreCredentials(acc, before, ""); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []Credentials{
		{}, {ConsumerKey: "ck"}, {ConsumerKey: "ck", ConsumerSecret: "cs", AccessToken: "at"}, {AccessToken: "a b"},
		{AccessToken: "at", RefreshToken: "rt"}, {ConsumerKey: "ck", ConsumerSecret: "cs", AccessToken: "s3cr3t\n", AccessTokenSecret: "as"},
	} {
		err := StoreCredentials(acc, bad, "")
		if err == nil || strings.Contains(err.Error(), "s3cr3t") {
			t.Errorf("%v", err)
		}
		if got, err := LoadCredentials(acc, ""); err != nil || got != before {
			t.Errorf("the login was changed: %v", err)
		}
	}
}

func TestAFileIsWrittenWholeOrNotAtAll(t *testing.T) {
	dir := t.TempDir()
	open := filepath.Join(dir, "open")
	if err := os.Mkdir(open, 0o700); err != nil {
		t.Fatal(err)
	}
	for mode, wants := range map[fs.FileMode]string{0o777: "chmod o-w", 0o777 | fs.ModeSticky: "", 0o755: ""} {
		if err := os.Chmod(open, mode); err != nil {
			t.Fatal(err)
		}
		err := WriteSecret("credentials", filepath.Join(open, "f"), "", []byte("x"))
		if wants == "" && err != nil || wants != "" && (err == nil || !strings.Contains(err.Error(), wants)) {
			t.Errorf("%v: %v", mode, err)
		}
	}
	for path, wants := range map[string]string{
		filepath.Join(dir, "none", "f"): "make the folder first", dir: "not a regular file", filepath.Join(open, "f", "g"): "",
	} {
		if err := WriteSecret("credentials", path, "", []byte("s3cr3t")); err == nil || !strings.Contains(err.Error(), wants) || strings.Contains(err.Error(), "s3cr3t") {
			t.Errorf("%s: %v", path, err)
		}
	}
	link := filepath.Join(dir, "link")
	if err := os.Symlink(filepath.Join(open, "f"), link); err != nil {
		t.Fatal(err)
	}
	if err := WriteSecret("credentials", link, "", nil); err == nil {
		t.Error("a link was replaced: its target would stay as it was")
	}
	onlyFile(t, open, "f")
}

// Root writes for a service that is not root.
func TestAFileKeepsItsOwnerAndANewOneHasThatOfItsFolder(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root may give files away")
	}
	dir := t.TempDir()
	owner := func(path string) uint32 {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		return info.Sys().(*syscall.Stat_t).Uid
	}
	if err := os.Chown(dir, 1234, 1234); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "f")
	if err := WriteSecret("credentials", path, "", []byte("x")); err != nil || owner(path) != 1234 {
		t.Errorf("%v, owner %d", err, owner(path))
	}
	if err := os.Chown(path, 4321, 4321); err != nil {
		t.Fatal(err)
	}
	home := t.TempDir()
	if err := os.Chown(home, 2345, 2345); err != nil {
		t.Fatal(err)
	}
	if err := WriteSecret("credentials", path, home, []byte("y")); err != nil || owner(path) != 4321 {
		t.Errorf("%v, owner %d", err, owner(path))
	}
	if err := WriteSecret("credentials", path+"2", home, []byte("x")); err != nil || owner(path+"2") != 2345 {
		t.Errorf("%v, owner %d", err, owner(path+"2"))
	}
}

func TestWhatIsKnownOfALoginMayBeIncompleteButNotOpenToOthers(t *testing.T) {
	acc := accountIn(t.TempDir(), PlatformX)
	if got, err := KnownCredentials(acc); err != nil || got != (Credentials{}) {
		t.Errorf("%v", err)
	}
	write := func(text string, mode fs.FileMode) {
		if err := errors.Join(os.WriteFile(acc.Credentials, []byte(text), 0o600), os.Chmod(acc.Credentials, mode)); err != nil {
			t.Fatal(err)
		}
	}
	write("consumer_key = \"ck\"\n", 0o600)
	if got, err := KnownCredentials(acc); err != nil || got.ConsumerKey != "ck" {
		t.Errorf("%v", err)
	}
	for text, mode := range map[string]fs.FileMode{"consumer_key = \"ck\"": 0o640, "consumer_key = s3cr3t": 0o600, "nonsense = \"s3cr3t\"": 0o600} {
		write(text, mode)
		if _, err := KnownCredentials(acc); err == nil || strings.Contains(err.Error(), "s3cr3t") {
			t.Errorf("%v", err)
		}
	}
	acc.Credentials = ""
	if _, err := KnownCredentials(acc); err == nil {
		t.Error("an account without a file has one")
	}
}

// Whatever a platform calls a token is read back as it was, or refused.
func TestAnyTokenIsReadBackAsItWasGiven(t *testing.T) {
	acc := accountIn(t.TempDir(), PlatformMastodon)
	rapid.Check(t, func(t *rapid.T) {
		creds := Credentials{AccessToken: rapid.String().Draw(t, "token")}
		if err := StoreCredentials(acc, creds, ""); err != nil {
			return
		}
		if got, err := LoadCredentials(acc, ""); err != nil || got != creds {
			t.Fatalf("%q became another: %v", creds.AccessToken, err)
		}
	})
}
