package config

import (
	"fmt"
	"path/filepath"
	"strings"
	"unicode"
)

const (
	minConnections = 100
	maxConnections = 100_000
	// An idle connection costs some 20 KB: 80 MB in all, and half of the files that the
	// unit in deploy lets the service open. A post on Mastodon brings 4,000 in a minute.
	defaultConnections = 4096
)

func (p Pages) validate() error {
	var all problems
	all.add(oneOf("pages.forward", p.Forward, ForwardSource, ForwardLink, ForwardNone))
	all.add(notNegative("pages.delay", p.Delay))
	all.add(wordsFile("pages.words", p.Words))
	if p.MaxConnections < minConnections || p.MaxConnections > maxConnections {
		all.addf("pages.max_connections %d is out of range: want %d to %d", p.MaxConnections, minConnections, maxConnections)
	}
	return all.err()
}

// validateExport refuses a folder that holds what is not public: all in it is for a web
// server to show to everybody.
func (c Config) validateExport() error {
	const example = "/var/www/crieur"
	dir := c.Pages.ExportDir
	switch {
	case dir == "":
		return nil
	case strings.ContainsFunc(dir, unicode.IsControl):
		return fmt.Errorf("pages.export_dir %q contains a control character: name a folder such as %q", dir, example)
	case filepath.Clean(dir) == "/":
		return fmt.Errorf("pages.export_dir %q is the root of all files: name a folder of its own, e.g. %q", dir, example)
	}
	for _, private := range c.private() {
		if holds(dir, private.path) {
			return fmt.Errorf("pages.export_dir %q holds %s (%q), and all in it becomes public: name a folder of its own, e.g. %q",
				dir, private.key, private.path, example)
		}
	}
	return nil
}

type keyedPath struct{ key, path string }

// private are the files and folders that must not be served.
func (c Config) private() []keyedPath {
	all := []keyedPath{{"outbox.path", c.Outbox.Path}, {"control.socket", c.Control.Socket}}
	for _, acc := range c.Accounts {
		all = append(all, keyedPath{fmt.Sprintf("the credentials of account %q", acc.Name), acc.Credentials})
	}
	for i, w := range c.Webhooks {
		all = append(all, keyedPath{fmt.Sprintf("the secret of webhook number %d", i+1), w.Secret})
	}
	return append(all, keyedPath{"the configuration's folder", c.Dir})
}

// holds tells whether path is the folder or anything below it, by name or by where links
// lead now. Of a relative and an absolute path it cannot tell; Load makes all of them
// absolute.
func holds(folder, path string) bool {
	return path != "" && (below(folder, path) || below(resolved(folder), resolved(path)))
}

func below(folder, path string) bool {
	rel, err := filepath.Rel(folder, path)
	return err == nil && filepath.IsLocal(rel)
}

// resolved is a path without links, as far as it is there and may be looked at.
func resolved(path string) string {
	if to, err := filepath.EvalSymlinks(path); err == nil {
		return to
	}
	dir, base := filepath.Dir(path), filepath.Base(path)
	if dir == path || dir == "." {
		return path
	}
	return filepath.Join(resolved(dir), base)
}

func wordsFile(key, path string) error {
	if path == "" {
		return nil
	}
	const example = "words-de.toml"
	if err := fileName(key, path, example); err != nil {
		return err
	}
	if !strings.EqualFold(filepath.Ext(path), ".toml") {
		return fmt.Errorf("%s %q is not named as a TOML file: name a file such as %q, or leave the key out for French and English", key, path, example)
	}
	return nil
}

func shareImage(key, path string) error {
	if path == "" {
		return nil
	}
	const example = "share.png"
	if err := fileName(key, path, example); err != nil {
		return err
	}
	switch strings.ToLower(filepath.Ext(path)) {
	case ".png", ".jpg", ".jpeg":
		return nil
	default:
		return fmt.Errorf("%s %q is not named as a PNG or JPEG image: name a file such as %q, or leave the key out to have it drawn", key, path, example)
	}
}

// fileName judges the form of a path that is not empty.
func fileName(key, path, example string) error {
	if strings.HasSuffix(path, "/") || strings.ContainsFunc(path, unicode.IsControl) {
		return fmt.Errorf("%s %q is not a file name: name a file, e.g. %q", key, path, example)
	}
	return nil
}
