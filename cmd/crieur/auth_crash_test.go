package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"crieur/internal/control"
	"crieur/internal/dispatch"
	"crieur/internal/failpoint"
	"crieur/internal/sandbox"
)

// What is left of the login when crieur is killed at each step of a refresh.
func TestACrashInARefreshLosesTheLoginOnlyBetweenAnswerAndDisk(t *testing.T) {
	points := refreshPoints(t)
	bin := buildWithFailpoints(t)
	for point, want := range map[string]struct {
		lost      bool
		refreshes int // of both lives
	}{
		"refresh.before":   {false, 1},
		"refresh.intent":   {false, 1},
		"refresh.answered": {true, 2}, // the second one presents a token that is used up
		"refresh.stored":   {false, 1},
	} {
		points = slices.DeleteFunc(points, func(p string) bool { return p == point })
		t.Run(point, func(t *testing.T) {
			w := newCrashWorld(t, bin, sandbox.Mastodon45, nil)
			defer w.close()
			c := w.box.X.Credentials()
			creds := fmt.Sprintf("client_id = %q\nclient_secret = %q\naccess_token = %q\nrefresh_token = %q\nexpires_at = 2001-01-01T00:00:00Z\n",
				c.ClientID, c.ClientSecret, c.Bearer, c.Refresh)
			if err := os.WriteFile(filepath.Join(w.dir, "x-main.toml"), []byte(creds), 0o600); err != nil {
				t.Fatal(err)
			}
			w.dieAt(point)
			d := w.start("")
			close(d.enqueuing)
			var x dispatch.AccountStatus
			for deadline := time.Now().Add(20 * time.Second); x.VerifiedAt == nil && x.State != dispatch.StateStopped; time.Sleep(5 * time.Millisecond) {
				if time.Now().After(deadline) {
					t.Fatalf("%+v\n%s", x, d.log)
				}
				if client, err := control.Dial(t.Context(), filepath.Join(w.dir, "control.sock")); err == nil {
					st, err := client.Status(t.Context())
					if err != nil {
						t.Fatal(err)
					}
					x = st.Accounts[0]
				}
			}
			if want.lost != (x.State == dispatch.StateStopped) || want.lost && (!strings.Contains(x.Reason, "was lost") || !strings.Contains(x.Reason, "crieur auth x x-main --oauth2")) {
				t.Errorf("%s: %s", x.State, x.Reason)
			}
			n := 0
			for _, r := range w.box.X.Requests() {
				if r.Op == sandbox.OpToken {
					n++
				}
			}
			if n != want.refreshes {
				t.Errorf("%d refreshes, want %d", n, want.refreshes)
			}
			d.end()
			for _, secret := range []string{c.Refresh, c.Bearer, c.ClientSecret} {
				if strings.Contains(d.log.String(), secret) {
					t.Errorf("the log shows a secret:\n%s", d.log)
				}
			}
		})
	}
	if len(points) > 0 {
		t.Errorf("steps that are not tried: %v", points)
	}
}

// dieAt runs a daemon that kills itself.
func (w *crashWorld) dieAt(point string) {
	w.t.Helper()
	cmd := exec.Command(w.bin, "run")
	cmd.Dir, cmd.Stderr = w.dir, new(limitedBuffer)
	cmd.Env = append(os.Environ(), failpoint.Variable+"="+point)
	timer := time.AfterFunc(20*time.Second, func() { _ = cmd.Process.Signal(os.Interrupt) })
	defer timer.Stop()
	if err := cmd.Run(); !killed(err) {
		w.t.Fatalf("%s: ended with %v\n%s", point, err, cmd.Stderr)
	}
}

func refreshPoints(t *testing.T) (names []string) {
	t.Helper()
	files, err := filepath.Glob("../../internal/login/*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`failpoint\.Reach\("([^"]+)"\)`).FindAllSubmatch(text, -1) {
			names = append(names, string(m[1]))
		}
	}
	return names
}
