package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// SystemPath and LocalPath are where the configuration is looked for, in this order,
// when no file is named.
const (
	SystemPath = "/etc/crieur/crieur.toml"
	LocalPath  = "./crieur.toml"
)

// Find names the configuration file: the one given by flag, else SystemPath, else
// LocalPath. ok is false when there is none. A file that was named and is missing is
// an error, and so is one that exists but cannot be looked at: falling through to
// the next would run the daemon on another configuration than the operator thinks.
func Find(flag string) (path string, ok bool, err error) {
	return find(flag, []string{SystemPath, LocalPath})
}

func find(flag string, usual []string) (string, bool, error) {
	if flag != "" {
		if _, err := os.Stat(flag); err != nil {
			return "", false, fmt.Errorf("configuration file %s: %w: %s", flag, cause(err), wayIn(flag, "name an existing file with --config or write one with \"crieur config init\"", err))
		}
		return flag, true, nil
	}
	for _, path := range usual {
		_, err := os.Stat(path)
		switch {
		case err == nil:
			return path, true, nil
		case !errors.Is(err, fs.ErrNotExist):
			return "", false, fmt.Errorf("configuration file %s: %w: %s", path, cause(err), wayIn(path, "name another with --config", err))
		}
	}
	return "", false, nil
}

// cause drops the operation and the path of a file error, which the caller names itself.
func cause(err error) error {
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		return pathErr.Err
	}
	return err
}
