package login

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/platform"
	"crieur/internal/sandbox"
)

func startBox(t *testing.T, o sandbox.Options) *sandbox.Sandbox {
	t.Helper()
	box, err := sandbox.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := box.Close(); err != nil {
			t.Error(err)
		}
	})
	return box
}

// keeperOf is a keeper of the sandbox's login, whose access token ends at ends.
func keeperOf(box *sandbox.Sandbox, dir string, ends time.Time) *Keeper {
	c := box.X.Credentials()
	return NewKeeper(KeeperOptions{
		Account: "x-main", App: XApp{API: box.X.URL, Key: c.ClientID, Secret: c.ClientSecret}, Dir: dir,
		Pair: Pair{AccessToken: c.Bearer, RefreshToken: c.Refresh, ExpiresAt: ends},
	})
}

func over() time.Time { return time.Now().Add(-time.Hour) }

func script(t *testing.T, s *sandbox.X, faults ...sandbox.Fault) {
	t.Helper()
	if err := s.Script(faults...); err != nil {
		t.Fatal(err)
	}
}

// asked counts the requests to the token endpoint.
func asked(s *sandbox.X) (n int) {
	for _, r := range s.Requests() {
		if r.Op == sandbox.OpToken {
			n++
		}
	}
	return n
}

func class(err error) delivery.Class {
	if err == nil {
		return ""
	}
	return platform.AsError(err).Class
}

// stored is the one file of a login in a folder; "" when there is none.
func stored(t *testing.T, dir string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "token-*.json"))
	if err != nil || len(files) > 1 {
		t.Fatalf("%v %v", files, err)
	}
	if len(files) == 0 {
		return ""
	}
	info, err := os.Stat(files[0])
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("%s has mode %o", files[0], info.Mode().Perm())
	}
	b, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func wants(t *testing.T, err error, c delivery.Class, words ...string) {
	t.Helper()
	if class(err) != c {
		t.Errorf("%v is of class %q, want %q", err, class(err), c)
	}
	for _, w := range words {
		if err == nil || !strings.Contains(err.Error(), w) {
			t.Errorf("%v does not say %q", err, w)
		}
	}
	if err != nil && (strings.Contains(err.Error(), "rt-") || strings.Contains(err.Error(), "at-")) {
		t.Errorf("the error shows a token: %v", err)
	}
}
