package control

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestWhatTheServiceMayNotReadIsSeenByRootToo: a check as root read all, was well, and the
// service did not start. The service is here one that owns nothing and is in our group, so
// that no rights are needed to play it.
func TestWhatTheServiceMayNotReadIsSeenByRootToo(t *testing.T) {
	for _, c := range []struct {
		name                     string
		folder, conf, db, secret os.FileMode
		foreign                  bool // not in our group either
		want                     string
	}{
		{"as packaged", 0o750, 0o640, 0o660, 0o640, false, ""},
		{"the configuration is its owner's alone", 0o750, 0o600, 0o660, 0o640, false, "FAIL configuration for crieur: crieur may not read CONF, ME's with mode 0600; chgrp crieur CONF; chmod 640 CONF"},
		{"so is the folder", 0o700, 0o600, 0o660, 0o640, false, "FAIL configuration for crieur: crieur may not enter ETC, ME's with mode 0700; chgrp crieur ETC; chmod 750 ETC"},
		{"the configuration is another group's", 0o755, 0o640, 0o666, 0o644, true, "FAIL configuration for crieur: crieur may not read CONF, ME's with mode 0640; chgrp crieur CONF; chmod 640 CONF"},
		{"the outbox can be read only", 0o750, 0o640, 0o640, 0o640, false, "FAIL outbox for crieur: crieur may not write DB, ME's with mode 0640; chown crieur:crieur DB; chmod u+rwX DB"},
		{"a secret is its owner's", 0o750, 0o640, 0o660, 0o600, false, "-- secret for crieur: crieur may not read KEY, ME's with mode 0600; right with LoadCredential= for KEY in the unit, else: chown crieur KEY"},
	} {
		t.Run(c.name, func(t *testing.T) {
			top := openTemp(t)
			etc := filepath.Join(top, "etc")
			conf, key, db := filepath.Join(etc, "crieur.toml"), filepath.Join(etc, "x.toml"), filepath.Join(top, "outbox.db")
			if err := os.Mkdir(etc, 0o700); err != nil {
				t.Fatal(err)
			}
			for path, mode := range map[string]os.FileMode{conf: c.conf, key: c.secret, db: c.db} {
				if err := os.WriteFile(path, nil, 0o600); err != nil {
					t.Fatal(err)
				}
				if err := os.Chmod(path, mode); err != nil {
					t.Fatal(err)
				}
			}
			if err := os.Chmod(etc, c.folder); err != nil {
				t.Fatal(err)
			}
			u := owner{name: "crieur", group: "crieur", uid: -1, gids: []int{os.Getegid()}}
			if c.foreign {
				u.gids = nil
			}
			var got []string
			for _, f := range checkOwners(u, conf, db, []string{key, filepath.Join(top, "none.toml")}) {
				mark, way := "FAIL", f.Way
				if f.OK && f.Skipped {
					mark, way = "--", strings.Join(f.Notes, "; ")
				}
				got = append(got, fmt.Sprintf("%s %s: %s; %s", mark, f.Subject, f.Detail, way))
			}
			want := strings.NewReplacer("CONF", conf, "ETC", etc, "DB", db, "KEY", key, "ME", userName(os.Geteuid())).Replace(c.want)
			if all := strings.Join(got, "\n"); all != want {
				t.Errorf("got:\n%s\nwant:\n%s", all, want)
			}
		})
	}
}

// openTemp is a folder that everybody may enter, from the root on.
func openTemp(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, d := range []string{dir, filepath.Dir(dir)} {
		if err := os.Chmod(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}
