package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// KnownCredentials reads what the file of an account holds so far, complete or not: a
// login under way may need no more than the keys of an app. A file that is not there
// holds nothing; one that others can read, or that cannot be understood, is an error.
func KnownCredentials(acc Account) (Credentials, error) {
	if acc.Credentials == "" {
		return Credentials{}, fmt.Errorf("account %q: credentials is missing in the configuration: name the file that is to hold the login, e.g. credentials = %q", acc.Name, acc.Name+".toml")
	}
	if _, err := os.Stat(acc.Credentials); errors.Is(err, fs.ErrNotExist) {
		return Credentials{}, nil
	}
	data, err := readSecretFile("credentials", acc.Credentials, false, maxCredentials)
	if err != nil {
		return Credentials{}, prefix(fmt.Sprintf("account %q", acc.Name), err)
	}
	creds, _, err := parseCredentials(acc.Credentials, data)
	if err != nil {
		return Credentials{}, prefix(fmt.Sprintf("account %q", acc.Name), err)
	}
	return creds, nil
}

// HandedOver names the file in dir, systemd's $CREDENTIALS_DIRECTORY, that comes before
// the account's own; "" when there is none.
func HandedOver(acc Account, dir string) string {
	if dir == "" || acc.Credentials == "" {
		return ""
	}
	inDir := filepath.Join(dir, credentialsID(acc.Credentials))
	if _, err := os.Stat(inDir); err != nil {
		return ""
	}
	return inDir
}

// StoreCredentials replaces the credentials file of an account. It refuses what
// LoadCredentials would not take, so that a login that works is never replaced by one
// that cannot, and an empty value never takes a stored one's place. home
// is as for WriteSecret: the outbox's folder.
func StoreCredentials(acc Account, creds Credentials, home string) error {
	text := creds.encode()
	if _, err := decodeCredentials(acc.Credentials, []byte(text), acc); err != nil {
		return fmt.Errorf("account %q: not stored: %w", acc.Name, err)
	}
	if err := WriteSecret("credentials", acc.Credentials, home, []byte(text)); err != nil {
		return fmt.Errorf("account %q: %w", acc.Name, err)
	}
	return nil
}

// encode writes the values that are there. The TOML encoder would show "[redacted]".
func (c Credentials) encode() string {
	var b strings.Builder
	for _, f := range c.fields() {
		if f.value != "" {
			fmt.Fprintf(&b, "%-19s = %s\n", f.key, quote(f.value))
		}
	}
	if !c.ExpiresAt.IsZero() {
		fmt.Fprintf(&b, "%-19s = %s\n", "expires_at", c.ExpiresAt.UTC().Format(time.RFC3339))
	}
	return b.String()
}

// quote writes a TOML basic string; Go's escapes of control characters are not TOML's.
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < ' ' || r == 0x7f:
			fmt.Fprintf(&b, "\\u%04X", r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
