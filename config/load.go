package config

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// maxFile bounds a configuration file, in bytes: larger ones are something else.
const maxFile = 1 << 20

// Load reads, completes and validates the file at path. Relative paths in it are
// resolved against its folder. Every error begins with path as it was given.
func Load(path string) (Config, error) {
	data, err := readFile(path)
	if err != nil {
		return Config{}, err
	}
	dir, err := filepath.Abs(filepath.Dir(path))
	if err != nil {
		return Config{}, fmt.Errorf("%s: folder of the configuration: %w", path, err)
	}
	return parse(path, dir, data)
}

func readFile(path string) (data []byte, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("%s: configuration cannot be opened: %w: %s", path, cause(err), wayIn(path, "name another file with --config or write one with \"crieur config init\"", err))
	}
	defer func() {
		if cerr := f.Close(); err == nil && cerr != nil {
			err = fmt.Errorf("%s: close: %w", path, cause(cerr))
		}
	}()
	data, err = io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("%s: configuration cannot be read: %w: name a TOML file with --config", path, cause(err))
	}
	if len(data) > maxFile {
		return nil, fmt.Errorf("%s: larger than %d bytes: this is no crieur configuration", path, maxFile)
	}
	return data, nil
}

// Parse reads, completes and validates a configuration that is already in memory.
// name stands for the file in errors, and its folder resolves relative paths.
func Parse(name string, data []byte) (Config, error) {
	return parse(name, filepath.Dir(name), data)
}

func parse(name, dir string, data []byte) (Config, error) {
	cfg, err := decode(name, data)
	if err != nil {
		return Config{}, err
	}
	cfg.Dir = dir
	normalise(&cfg)
	if err := cfg.Validate(); err != nil {
		return Config{}, prefix(name, err)
	}
	return cfg, nil
}

// decode reads TOML over the defaults and refuses what the structs do not know.
func decode(name string, data []byte) (Config, error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff")) // editors on Windows write a byte order mark
	if err := refuseWrongTypes(data); err != nil {
		return Config{}, explain(name, err, describe(Config{}))
	}
	cfg := Default()
	dec := toml.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&cfg); err != nil {
		return Config{}, explain(name, err, describe(Config{}))
	}
	// A false or 0 says nothing of whether its key was there, hence a second look.
	var present struct {
		Accounts []struct {
			Link       *bool     `toml:"link"`
			MinSpacing *Duration `toml:"min_spacing"`
			MaxPerDay  *int      `toml:"max_per_day"`
		} `toml:"account"`
	}
	if err := toml.Unmarshal(data, &present); err != nil {
		return Config{}, explain(name, err, describe(Config{}))
	}
	for i := range cfg.Accounts {
		acc, has := &cfg.Accounts[i], present.Accounts[i]
		def := DefaultAccount(acc.Platform)
		if has.Link == nil {
			acc.Link = def.Link
		}
		if has.MinSpacing == nil {
			acc.MinSpacing = def.MinSpacing
		}
		if has.MaxPerDay == nil {
			acc.MaxPerDay = def.MaxPerDay
		}
		fillAccount(acc)
	}
	return cfg, nil
}

// normalise brings addresses and paths to the one form that the program uses.
func normalise(cfg *Config) {
	cfg.Site.BaseURL = strings.TrimRight(cfg.Site.BaseURL, "/")
	cfg.Site.ShareImage = resolve(cfg.Dir, cfg.Site.ShareImage)
	cfg.Outbox.Path = resolve(cfg.Dir, cfg.Outbox.Path)
	cfg.Control.Socket = resolve(cfg.Dir, cfg.Control.Socket)
	cfg.Pages.Words = resolve(cfg.Dir, cfg.Pages.Words)
	if cfg.Pages.ExportDir != "" {
		cfg.Pages.ExportDir = filepath.Clean(resolve(cfg.Dir, cfg.Pages.ExportDir))
	}
	for i := range cfg.Webhooks {
		cfg.Webhooks[i].Secret = resolve(cfg.Dir, cfg.Webhooks[i].Secret)
	}
	for i := range cfg.Accounts {
		acc := &cfg.Accounts[i]
		acc.APIURL = strings.TrimRight(acc.APIURL, "/")
		acc.Server = strings.TrimRight(acc.Server, "/")
		acc.Credentials = resolve(cfg.Dir, acc.Credentials)
	}
}

func resolve(dir, path string) string {
	if path == "" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(dir, path)
}
