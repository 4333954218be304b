package config

import (
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const (
	oauth1 = `consumer_key = "s3cr3t-ck"
consumer_secret = "s3cr3t-cs"
access_token = "s3cr3t-at"
access_token_secret = "s3cr3t-ats"
`
	oauth2 = `client_id = "s3cr3t-ci"
client_secret = "s3cr3t-cls"
access_token = "s3cr3t-at"
refresh_token = "s3cr3t-rt"
expires_at = 2026-09-08T12:00:00Z
`
)

func account(platform, api, path string) Account {
	acc := DefaultAccount(platform)
	acc.Name, acc.Credentials = "acc", path
	if api != "" {
		acc.API = api
	}
	return acc
}

func TestCredentialsOfEachLoginAreRead(t *testing.T) {
	for _, c := range []struct {
		name, platform, api, text string
		want                      Credentials
	}{
		{"X OAuth 1", "x", "v2", oauth1, Credentials{ConsumerKey: "s3cr3t-ck", ConsumerSecret: "s3cr3t-cs", AccessToken: "s3cr3t-at", AccessTokenSecret: "s3cr3t-ats"}},
		{"X v1.1", "x", "v1.1", oauth1, Credentials{ConsumerKey: "s3cr3t-ck", ConsumerSecret: "s3cr3t-cs", AccessToken: "s3cr3t-at", AccessTokenSecret: "s3cr3t-ats"}},
		{"X OAuth 2", "x", "v2", oauth2, Credentials{ClientID: "s3cr3t-ci", ClientSecret: "s3cr3t-cls", AccessToken: "s3cr3t-at", RefreshToken: "s3cr3t-rt",
			ExpiresAt: time.Date(2026, 9, 8, 12, 0, 0, 0, time.UTC)}},
		{"X OAuth 2 token alone", "x", "v2", `access_token = "s3cr3t"`, Credentials{AccessToken: "s3cr3t"}},
		{"Mastodon", "mastodon", "", "\ufeffaccess_token = \"s3cr3t\"\r\n", Credentials{AccessToken: "s3cr3t"}},
		{"Mastodon with its app", "mastodon", "", "access_token = 's'\nclient_id = 'i'\nclient_secret = 'c'", Credentials{AccessToken: "s", ClientID: "i", ClientSecret: "c"}},
	} {
		path := mustWrite(t, filepath.Join(t.TempDir(), "c.toml"), c.text, 0o600)
		got, err := LoadCredentials(account(c.platform, c.api, path), "")
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if diff := cmp.Diff(map[string]any{"": c.want}, map[string]any{"": got}, cmp.Transformer("fields", func(c Credentials) []any {
			return []any{c.pairs(), c.ExpiresAt.UTC()}
		})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

// pairs lists the values for comparison: Credentials itself prints as redacted.
func (c Credentials) pairs() (all []string) {
	for _, f := range c.fields() {
		all = append(all, f.key+"="+f.value)
	}
	return all
}

func TestCredentialsThatCannotLogInAreRefused(t *testing.T) {
	for _, c := range []struct {
		name, platform, api, text string
		want                      []string
	}{
		{"nothing for X", "x", "v2", "", []string{"no way to log in to X", "consumer_key, consumer_secret, access_token and access_token_secret"}},
		{"nothing for Mastodon", "mastodon", "", "# none\n", []string{"Mastodon wants access_token: add access_token"}},
		{"half of OAuth 1", "x", "v2", "consumer_key = \"s3cr3t\"\naccess_token = \"s3cr3t\"\n", []string{"X with OAuth 1.0a wants", "add consumer_secret and access_token_secret"}},
		{"v1.1 with a bearer token", "x", "v1.1", oauth2, []string{"X with API v1.1 (OAuth 1.0a only)", "add consumer_key, consumer_secret and access_token_secret", "has no client_id, client_secret, refresh_token and expires_at"}},
		{"refresh without client", "x", "v2", "access_token = \"s3cr3t\"\nrefresh_token = \"s3cr3t\"\n", []string{"add client_id"}},
		{"refresh token alone", "x", "v2", "client_id = \"s3cr3t\"\nrefresh_token = \"s3cr3t\"\n", []string{"add access_token"}},
		{"both kinds", "x", "v2", oauth1 + "refresh_token = \"s3cr3t\"\n", []string{"X with OAuth 1.0a has no refresh_token"}},
		{"X's file for Mastodon", "mastodon", "", oauth1, []string{"Mastodon has no consumer_key, consumer_secret and access_token_secret", "name the right file"}},
		{"empty value", "x", "v2", strings.Replace(oauth1, `"s3cr3t-cs"`, `""`, 1), []string{"consumer_secret is empty"}},
		{"blank value", "mastodon", "", `access_token = "  "`, []string{"access_token is empty"}},
		{"line end inside", "mastodon", "", `access_token = "s3cr3t\r\nX-Evil: 1"`, []string{"access_token contains white space or a control character"}},
		{"blank at the end", "mastodon", "", `access_token = "s3cr3t "`, []string{"access_token contains white space"}},
		{"unknown key near", "x", "v2", "\nconsumer_sekret = \"s3cr3t\"\n", []string{":2: unknown key", `did you mean "consumer_secret"?`}},
		{"unknown key that is a secret", "x", "v2", "s3cr3t = \"x\"\n", []string{":1: unknown key: want one of consumer_key,"}},
		{"table", "x", "v2", "[s3cr3t]\naccess_token = \"a\"\n", []string{":1: unknown key"}},
		{"no quotes", "x", "v2", "access_token = s3cr3t\n", []string{"c.toml:1:", "value in quotes"}},
		{"bare secret", "x", "v2", "s3cr3t\n", []string{"c.toml:1:", "value in quotes"}},
		{"number", "mastodon", "", "access_token = 12\n", []string{"c.toml:1:16:", "value in quotes"}},
		{"date in quotes", "x", "v2", "access_token = \"a\"\nexpires_at = \"s3cr3t\"\n", []string{"expires_at without quotes"}},
		{"key twice", "mastodon", "", "access_token = \"s3cr3t\"\naccess_token = \"s3cr3t\"\n", []string{"c.toml:2:", "each key once"}},
		{"not text", "mastodon", "", "access_token = \"s3cr3t\xff\"\n", []string{"c.toml:1:"}},
	} {
		path := mustWrite(t, filepath.Join(t.TempDir(), "c.toml"), c.text, 0o600)
		got, err := LoadCredentials(account(c.platform, c.api, path), "")
		if got != (Credentials{}) {
			t.Errorf("%s: credentials came with the error", c.name)
		}
		t.Run(c.name, func(t *testing.T) { wantError(t, err, append(c.want, `account "acc": credentials `+path)...) })
	}
}

func TestCredentialsOpenToOthersAreRefused(t *testing.T) {
	for mode := range syscall.S_IRWXU | syscall.S_IRWXG | syscall.S_IRWXO + 1 {
		if mode&0o400 == 0 || mode&0o177 == 0o177 {
			continue // root reads them all the same, others cannot
		}
		path := mustWrite(t, filepath.Join(t.TempDir(), "c.toml"), `access_token = "s3cr3t"`, 0)
		if err := syscall.Chmod(path, uint32(mode)); err != nil {
			t.Fatal(err)
		}
		_, err := LoadCredentials(account("mastodon", "", path), "")
		if mode&0o077 == 0 && err != nil {
			t.Errorf("mode %#o: %v", mode, err)
		}
		if mode&0o077 != 0 {
			wantError(t, err, path, "chmod 600 "+path)
		}
	}
}

func TestCredentialsMustBeASmallRegularFile(t *testing.T) {
	dir := t.TempDir()
	_, err := LoadCredentials(account("mastodon", "", filepath.Join(dir, "none.toml")), "")
	wantError(t, err, `account "acc"`, "none.toml", "no such file")
	_, err = LoadCredentials(account("mastodon", "", dir), "")
	wantError(t, err, dir, "not a regular file")
	pipe := filepath.Join(dir, "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = LoadCredentials(account("mastodon", "", pipe), "")
	wantError(t, err, pipe, "not a regular file")
	_, err = LoadCredentials(account("mastodon", "", mustWrite(t, filepath.Join(dir, "big"), strings.Repeat("#\n", maxCredentials), 0o600)), "")
	wantError(t, err, "big", "larger than 65536 bytes")
}

func TestSystemdsCredentialsComeFirstAndMayHaveAnyMode(t *testing.T) {
	dir, systemd := t.TempDir(), t.TempDir()
	path := mustWrite(t, filepath.Join(dir, "fedi.toml"), `access_token = "from-etc"`, 0o600)
	acc := account("mastodon", "", path)

	creds, err := LoadCredentials(acc, systemd)
	if err != nil || creds.AccessToken != "from-etc" {
		t.Errorf("without a file in the folder: %v", err)
	}
	mustWrite(t, filepath.Join(systemd, "fedi.toml"), `access_token = "from-systemd"`, 0o440)
	creds, err = LoadCredentials(acc, systemd)
	if err != nil || creds.AccessToken != "from-systemd" {
		t.Errorf("with a file in the folder: %v", err)
	}
	mustWrite(t, filepath.Join(systemd, "fedi.toml"), "", 0o440)
	_, err = LoadCredentials(acc, systemd)
	wantError(t, err, filepath.Join(systemd, "fedi.toml"), "add access_token")
}
