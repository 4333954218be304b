package config

import (
	"os"
	"path/filepath"
	"testing"
)

// TestTheSocketIsReadFromAFileWithAMistake: the commands must find the daemon that goes on,
// and never another one.
func TestTheSocketIsReadFromAFileWithAMistake(t *testing.T) {
	usual := Default().Control.Socket
	for _, c := range []struct{ name, text, socket, zone string }{
		{"a stray word before all", "oops\n[site]\ntimezone = \"Europe/Paris\"\n[control]\nsocket = \"/run/sport/c.sock\"\n", "/run/sport/c.sock", "Europe/Paris"},
		{"a stray word within the table", "[control]\noops\nsocket = \"/run/c.sock\" # here\n", "/run/c.sock", ""},
		{"an unknown key", "[control]\nsocket = '/run/c.sock'\nsokcet = 1\n", "/run/c.sock", ""},
		{"a relative path", "[control]\r\nsocket = \"c.sock\"\r\n[[account]\r\n", "DIR/c.sock", ""},
		{"a dotted key", "control.socket = \"/run/c.sock\"\n[[[\n", "/run/c.sock", ""},
		{"an inline table", "control = { socket = \"/run/c.sock\" }\noops\n", "/run/c.sock", ""},
		{"no socket: the default", "oops\n[site]\ntitle = \"The socket\" # socket\n#socket = \"/run/c.sock\"\n", usual, ""},
		{"after other tables", "[[account]]\nname = \"x\"\noops oops\n[control]\nsocket = \"/run/c.sock\"\n", "/run/c.sock", ""},
		{"the mistake is in the socket", "[control]\nsocket = /run/c.sock\n", "", ""},
		{"the socket has no closing quote", "[control]\nsocket = \"/run/c.sock\n", "", ""},
		{"a word before the socket", "[control]\noops socket = \"/run/c.sock\"\n", "", ""},
		{"its table is misspelt", "[contrl]\nsocket = \"/run/c.sock\"\n", "", ""},
		{"its table is not closed", "[control\nsocket = \"/run/c.sock\"\n", "", ""},
		{"an empty one", "[control]\nsocket = \"\"\n", "", ""},
		{"two of them", "[control]\nsocket = \"/run/c.sock\"\nsocket = \"/run/d.sock\"\n", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "crieur.toml")
			if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := Load(path); err == nil {
				t.Fatal("no mistake in it")
			}
			want := c.socket
			if want == "DIR/c.sock" {
				want = filepath.Join(dir, "c.sock")
			}
			zone := c.zone
			if want != "" && zone == "" {
				zone = "UTC"
			}
			cfg, ok := Salvage(path)
			if ok != (want != "") || cfg.Control.Socket != want || cfg.Site.Timezone != zone || cfg.Outbox.Path != "" {
				t.Errorf("%v, socket %q, zone %q, outbox %q: want socket %q, zone %q", ok, cfg.Control.Socket, cfg.Site.Timezone, cfg.Outbox.Path, want, zone)
			}
		})
	}
	if _, ok := Salvage(filepath.Join(t.TempDir(), "none.toml")); ok {
		t.Error("a file that is not there")
	}
}
