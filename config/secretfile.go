package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// credentialsID is the name under which systemd's flat $CREDENTIALS_DIRECTORY holds the file.
func credentialsID(path string) string { return filepath.Base(path) }

// readSecret reads a file of at most so many bytes that is closed to group and others;
// what names it in errors. dir is the value of $CREDENTIALS_DIRECTORY, where a file of the
// same base name comes first, whatever its mode. from is the file that was taken.
func readSecret(what, path, dir string, most int) (from string, data []byte, err error) {
	if dir != "" {
		inDir := filepath.Join(dir, credentialsID(path))
		if _, err := os.Stat(inDir); !errors.Is(err, fs.ErrNotExist) {
			data, err := readSecretFile(what, inDir, true, most)
			return inDir, data, err
		}
	}
	data, err = readSecretFile(what, path, false, most)
	return path, data, err
}

// readSecretFile judges the opened file, not its name, so that it cannot change in between.
func readSecretFile(what, path string, private bool, most int) (data []byte, err error) {
	// Without O_NONBLOCK opening a pipe would wait for a writer for ever.
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, fmt.Errorf("%s %s cannot be opened: %w: %s", what, path, cause(err), wayToSecret(path, err))
	}
	defer func() {
		if cerr := f.Close(); err == nil && cerr != nil {
			err = fmt.Errorf("%s %s: close: %w", what, path, cause(cerr))
		}
	}()
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", what, path, cause(err))
	}
	switch mode := info.Mode(); {
	case !mode.IsRegular():
		return nil, fmt.Errorf("%s %s is not a regular file (%s): name a file", what, path, mode)
	case !private && mode.Perm()&0o077 != 0:
		return nil, fmt.Errorf("%s %s has mode %#o, which lets other users at it: chmod 600 %s", what, path, mode.Perm(), path)
	}
	data, err = io.ReadAll(io.LimitReader(f, int64(most)+1))
	if err != nil {
		return nil, fmt.Errorf("%s %s cannot be read: %w", what, path, cause(err))
	}
	if len(data) > most {
		return nil, fmt.Errorf("%s %s is larger than %d bytes: name the file with the secret", what, path, most)
	}
	return data, nil
}

// ReadSecret reads a file of at most so many bytes that is closed to group and others;
// what names it in errors, which match fs.ErrNotExist where there is none.
func ReadSecret(what, path string, most int) ([]byte, error) {
	return readSecretFile(what, path, false, most)
}
