package config

import (
	"bytes"
	"errors"
	"fmt"

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
	path, data, err := readSecret("credentials", acc.Credentials, dir, maxCredentials)
	if err != nil {
		return Credentials{}, err
	}
	return decodeCredentials(path, data, acc)
}

// decodeCredentials says where a mistake is and never what the reader stumbled over:
// that may be the secret.
func decodeCredentials(path string, data []byte, acc Account) (Credentials, error) {
	creds, present, err := parseCredentials(path, data)
	if err != nil {
		return Credentials{}, err
	}
	if err := creds.check(acc, present); err != nil {
		return Credentials{}, prefix("credentials "+path, err)
	}
	return creds, nil
}

// parseCredentials does not ask whether one can log in with them. present holds the
// keys of the file.
func parseCredentials(path string, data []byte) (creds Credentials, present map[string]any, err error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	dec := toml.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&creds); err != nil {
		return Credentials{}, nil, explainCredentials(path, err)
	}
	present = map[string]any{}
	if err := toml.Unmarshal(data, &present); err != nil {
		return Credentials{}, nil, explainCredentials(path, err)
	}
	return creds, present, nil
}

func explainCredentials(path string, err error) error {
	known := describe(Credentials{})
	var unknown *toml.StrictMissingError
	if errors.As(err, &unknown) {
		var all problems
		for i := range unknown.Errors {
			line, _ := unknown.Errors[i].Position()
			key := unknown.Errors[i].Key()
			if near := Nearest(key[len(key)-1], known.keys[""]); near != "" {
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
