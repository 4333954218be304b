package config

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const site = "[site]\nbase_url = \"https://news.example.org\"\n"

// The default of these is true: false must not be taken for a key left out.
func TestAnExplicitFalseStands(t *testing.T) {
	const account = "[[account]]\nname = \"a\"\nplatform = \"x\"\n"
	want := mustParse(t, site+account).Pages
	if !want.Probe || !want.Count || want.Preflight {
		t.Fatalf("other defaults than probe, count and no preflight: %+v", want)
	}
	want.Probe, want.Count = false, false
	cfg := mustParse(t, site+"[pages]\nprobe = false\ncount = false\npreflight = false\n"+account)
	if diff := cmp.Diff(want, cfg.Pages); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	out, err := cfg.Show()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(cfg, mustParse(t, string(out))); diff != "" {
		t.Errorf("(-config +shown):\n%s", diff)
	}
}

func TestWhatIsSaidOfThePagesReadsBackWhenShown(t *testing.T) {
	cfg := mustParse(t, `pages = { export_dir = "www/", words = "words/de.TOML", preflight = true, max_connections = 100000 }
[site]
base_url = "https://news.example.org"
slug = "secret"
share_image = "share.jpg"
[[account]]
name = "fedi"
platform = "mastodon"
server = "https://mastodon.social"
creator = "@ana@nouvelles.example.org"
[[webhook]]
url = "https://hooks.example.org/[redacted]"
secret = "webhook.key"
`)
	out, err := cfg.Show()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(cfg, mustParse(t, string(out))); diff != "" {
		t.Errorf("(-config +shown):\n%s", diff)
	}
}

func TestALinkDoesNotMakePublicWhatIsPrivate(t *testing.T) {
	dir := t.TempDir()
	state := filepath.Join(dir, "state")
	for _, err := range []error{os.Mkdir(state, 0o700), os.Mkdir(filepath.Join(dir, "public"), 0o700), os.Symlink(state, filepath.Join(dir, "www")),
		os.Symlink(dir, filepath.Join(dir, "public", "up")), os.Symlink(filepath.Join(dir, "public"), filepath.Join(dir, "fine"))} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]bool{"www": false, "public/up": false, "public/up/state": false, "fine": true, "fine/new/folder": true} {
		_, err := Parse("/etc/crieur/crieur.toml", []byte(site+"[outbox]\npath = \""+state+"/outbox.db\"\n[pages]\nexport_dir = \""+filepath.Join(dir, name)+"\"\n[[account]]\nname = \"a\"\nplatform = \"x\"\n"))
		if (err == nil) != want {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A folder may lie beside what is private, or below its folder, but not around it.
func TestExportDirMayBeAnyFolderThatHoldsNothingPrivate(t *testing.T) {
	const rest = "[outbox]\npath = \"/var/lib/crieur/outbox.db\"\n[[account]]\nname = \"a\"\nplatform = \"x\"\ncredentials = \"x.toml\"\n"
	for dir, want := range map[string]string{
		"/var/lib/crieur/pages":      "/var/lib/crieur/pages",
		"/var/lib/crieur-pages/":     "/var/lib/crieur-pages",
		"/var/www":                   "/var/www",
		"/var/lib/cri":               "/var/lib/cri",
		"/var/lib/crieur/../..pages": "/var/lib/..pages",
		"pages":                      "/etc/crieur/pages",
		"../pages":                   "/etc/pages",
		"":                           "",
	} {
		cfg, err := Parse("/etc/crieur/crieur.toml", []byte(site+"[pages]\nexport_dir = \""+dir+"\"\n"+rest))
		if err != nil || cfg.Pages.ExportDir != want {
			t.Errorf("%q: %q, %v", dir, cfg.Pages.ExportDir, err)
		}
	}
	for _, dir := range []string{"..", ".", "/etc", "//", "../..", "/var/lib/crieur/.", "/var/lib/crieur/outbox.db"} {
		if _, err := Parse("/etc/crieur/crieur.toml", []byte(site+"[pages]\nexport_dir = \""+dir+"\"\n"+rest)); err == nil {
			t.Errorf("%q was accepted", dir)
		}
	}
}

func TestAHandleIsAUserAtAHost(t *testing.T) {
	for _, good := range []string{"", "@a@b.c", "@Ana_B.C-9@sub.nouvelles.example.org", "@_@xn--bcher-kva.example", "@a@bücher.example", "@news.example.org@news.example.org"} {
		if err := handle("creator", good); err != nil {
			t.Error(err)
		}
	}
	for _, bad := range []string{"@", "@@", "a", "@a@", "@@b.c", "@a@b", "@a@b.c/", "@a@b..c", "@a@b.c.", "@a b@c.d", "@a@b.c:80", "@-a@b.c", "@a.@b.c",
		"@a@b.c@d.e", "@a@b-.c", "@é@b.c", "@a@b.c\x00", " @a@b.c", "@a@b.<c", "acct:a@b.c", "@a@[::1]"} {
		if err := handle("creator", bad); err == nil {
			t.Errorf("%q was accepted", bad)
		}
	}
}
