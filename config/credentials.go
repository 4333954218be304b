package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/pelletier/go-toml/v2"
)

// maxCredentials bounds a credentials file, in bytes.
const maxCredentials = 64 << 10

// LoadCredentials reads the secrets of one account, and refuses what its platform
// and API could not log in with. dir is the value of $CREDENTIALS_DIRECTORY, where a
// file of the same base name comes first; "" when there is none. acc comes from Load,
// which made its path absolute. No error contains a value of the file.
//
// A file outside dir must be closed to group and others. Files in dir are exempt:
// systemd owns that folder and keeps it to the service (systemd.exec(5), Credentials).
func LoadCredentials(acc Account, dir string) (Credentials, error) {
	creds, err := loadCredentials(acc, dir)
	if err != nil {
		return Credentials{}, prefix(fmt.Sprintf("account %q", acc.Name), err)
	}
	return creds, nil
}

func loadCredentials(acc Account, dir string) (Credentials, error) {
	if acc.Credentials == "" {
		return Credentials{}, errors.New("credentials is missing: name the file with the secrets of this account")
	}
	path, private := acc.Credentials, false
	if dir != "" {
		inDir := filepath.Join(dir, credentialsID(acc.Credentials))
		if _, err := os.Stat(inDir); !errors.Is(err, fs.ErrNotExist) {
			path, private = inDir, true
		}
	}
	data, err := readSecret(path, private)
	if err != nil {
		return Credentials{}, err
	}
	return decodeCredentials(path, data, acc)
}

// readSecret judges the opened file, not its name, so that it cannot change in between.
func readSecret(path string, private bool) (data []byte, err error) {
	// Without O_NONBLOCK opening a pipe would wait for a writer for ever.
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, fmt.Errorf("credentials %s cannot be opened: %w: create the file, readable by the service user alone", path, cause(err))
	}
	defer func() {
		if cerr := f.Close(); err == nil && cerr != nil {
			err = fmt.Errorf("credentials %s: close: %w", path, cause(cerr))
		}
	}()
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("credentials %s: %w", path, cause(err))
	}
	switch mode := info.Mode(); {
	case !mode.IsRegular():
		return nil, fmt.Errorf("credentials %s is not a regular file (%s): name a file", path, mode)
	case !private && mode.Perm()&0o077 != 0:
		return nil, fmt.Errorf("credentials %s has mode %#o, which lets other users at it: chmod 600 %s", path, mode.Perm(), path)
	}
	data, err = io.ReadAll(io.LimitReader(f, maxCredentials+1))
	if err != nil {
		return nil, fmt.Errorf("credentials %s cannot be read: %w", path, cause(err))
	}
	if len(data) > maxCredentials {
		return nil, fmt.Errorf("credentials %s is larger than %d bytes: name the TOML file with the secrets", path, maxCredentials)
	}
	return data, nil
}

// decodeCredentials says where a mistake is and never what the reader stumbled over:
// that may be the secret.
func decodeCredentials(path string, data []byte, acc Account) (Credentials, error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	var creds Credentials
	dec := toml.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&creds); err != nil {
		return Credentials{}, explainCredentials(path, err)
	}
	present := map[string]any{}
	if err := toml.Unmarshal(data, &present); err != nil {
		return Credentials{}, explainCredentials(path, err)
	}
	if err := creds.check(acc, present); err != nil {
		return Credentials{}, prefix("credentials "+path, err)
	}
	return creds, nil
}

func explainCredentials(path string, err error) error {
	known := describe(Credentials{})
	var unknown *toml.StrictMissingError
	if errors.As(err, &unknown) {
		var all problems
		for i := range unknown.Errors {
			line, _ := unknown.Errors[i].Position()
			key := unknown.Errors[i].Key()
			if near := nearest(key[len(key)-1], known.keys[""]); near != "" {
				all.addf("credentials %s:%d: unknown key: did you mean %q?", path, line, near)
			} else {
				all.addf("credentials %s:%d: unknown key: want one of %s", path, line, list(known.keys[""]))
			}
		}
		return all.err()
	}
	var syntax *toml.DecodeError
	if errors.As(err, &syntax) {
		line, column := syntax.Position()
		return fmt.Errorf("credentials %s:%d:%d: not valid: each line is a key = \"value in quotes\" (expires_at without quotes), each key once", path, line, column)
	}
	return fmt.Errorf("credentials %s: cannot be decoded: each line is a key = \"value in quotes\"", path)
}
