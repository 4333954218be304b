package config

import (
	"path/filepath"
	"regexp"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

var (
	tableLine  = regexp.MustCompile(`^\s*\[`)
	socketLine = regexp.MustCompile(`^[^#"'=]*\bsocket\b`) // of a key, or with a stray word before it
)

// salvaged is what is still understood of a file that as a whole is not.
type salvaged struct {
	Site    struct{ Timezone string }
	Control struct{ Socket string }
}

// Salvage reads, from a file that Load refuses, where its daemon listens, which goes on
// with the configuration before the mistake. All else is as Default says, but for
// site.timezone where that is understood too, and outbox.path, which is empty. ok is false
// where the file cannot be read or leaves a doubt about the socket: another daemon may
// listen on the default one.
func Salvage(path string) (cfg Config, ok bool) {
	data, err := readFile(path)
	if err != nil {
		return Config{}, false
	}
	dir, err := filepath.Abs(filepath.Dir(path))
	if err != nil {
		return Config{}, false
	}
	cfg = Default()
	cfg.Dir, cfg.Outbox.Path = dir, ""
	var found salvaged
	table := ""
	for line := range strings.Lines(strings.TrimPrefix(string(data), "\ufeff")) {
		if tableLine.MatchString(line) {
			table = line
		}
		next := found
		next.Control.Socket = ""
		err := toml.Unmarshal([]byte(strings.TrimSpace(table)+"\n"+line), &next)
		socket := next.Control.Socket
		switch {
		case err == nil && socket == "":
			next.Control.Socket = found.Control.Socket
			found = next
			fallthrough
		case err != nil:
			if socketLine.MatchString(line) {
				return Config{}, false
			}
		case found.Control.Socket != "" && found.Control.Socket != socket:
			return Config{}, false
		default:
			found = next
		}
	}
	if found.Site.Timezone != "" {
		cfg.Site.Timezone = found.Site.Timezone
	}
	if found.Control.Socket != "" {
		cfg.Control.Socket = resolve(dir, found.Control.Socket)
	}
	return cfg, true
}
