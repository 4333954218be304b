package main

import (
	"bytes"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// "crieur auth" against a server that is no sandbox of ours: what it stores can post.
func TestALoginToARealServerStoresWhatCanPost(t *testing.T) {
	s := startSnac(t)
	dir := t.TempDir()
	writeSnacWorld(t, dir, s)
	path := filepath.Join(dir, "mastodon.toml")
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	agree := func(address string) (string, error) {
		u, err := url.Parse(address)
		if err != nil {
			return "", err
		}
		q := u.Query()
		s.do(t, "GET", u.RequestURI(), nil, nil) // the page where a person logs in and agrees
		code := s.post(t, "/oauth/x-snac-login", url.Values{
			"login": {snacUser}, "passwd": {s.password}, "redir": {q.Get("redirect_uri")}, "cid": {q.Get("client_id")}, "state": {q.Get("state")},
		})
		return string(bytes.TrimSpace(code)), nil
	}
	var out lockedBuffer
	if code, err := (owner{dir, nil, true, agree}).run(&out, &out, nil, []string{"crieur", "auth", "mastodon", "mastodon"}); err != nil || code != 0 {
		t.Fatalf("%v, exit status %d\n%s", err, code, &out)
	}
	if !strings.Contains(out.String(), "mastodon posts as @"+snacUser) {
		t.Errorf("%s", &out)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	_, token, _ := strings.Cut(string(text), "access_token        = \"")
	token, _, _ = strings.Cut(token, "\"")
	s.token = token
	s.post(t, "/api/v1/statuses", url.Values{"status": {"posted with the login that crieur got"}})
}
