package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

const (
	snacUser     = "newsbot"
	snacRedirect = "urn:ietf:wg:oauth:2.0:oob"
)

// snac is a real fediverse server (comam.es/what-is-snac) with one user, on loopback.
type snac struct {
	dir, url, token string
	password        string // of newsbot
	cmd             *exec.Cmd
	log             *limitedBuffer
	ended           chan struct{}
}

// startSnac makes a server with the user newsbot and a token for it, and ends it with the test.
func startSnac(t *testing.T) *snac {
	t.Helper()
	if _, err := exec.LookPath("snac"); err != nil {
		if os.Getenv("CRIEUR_NEED_SNAC") == "1" {
			t.Fatalf("CRIEUR_NEED_SNAC=1, but snac cannot be started: %v", err)
		}
		t.Skip("snac is not installed: .ci/snac installs it from bookworm-backports")
	}
	addr, err := freeAddr()
	if err != nil {
		t.Fatal(err)
	}
	s := &snac{dir: filepath.Join(t.TempDir(), "snac"), url: "http://" + addr, log: new(limitedBuffer), ended: make(chan struct{})}
	host, port, _ := strings.Cut(addr, ":")
	runSnac(t, strings.Join([]string{host, port, addr, "", "", ""}, "\n"), "init", s.dir)
	setJSON(t, filepath.Join(s.dir, "server.json"), "protocol", "http")
	// It hands its own posts to itself: with few threads all of them wait 6 s for an answer.
	setJSON(t, filepath.Join(s.dir, "server.json"), "num_threads", 24)
	password := regexp.MustCompile(`(?m)^User password is (\S+)$`).FindStringSubmatch(runSnac(t, "", "adduser", s.dir, snacUser))
	if password == nil {
		t.Fatal("snac adduser prints no password")
	}
	s.cmd = exec.Command("snac", "httpd", s.dir)
	s.cmd.Stdout, s.cmd.Stderr = s.log, s.log
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { defer close(s.ended); _ = s.cmd.Wait() }()
	t.Cleanup(func() { s.stop(t) })
	s.awaitReady(t)
	s.password = password[1]
	s.login(t, s.password)
	return s
}

func runSnac(t *testing.T, stdin string, args ...string) string {
	t.Helper()
	cmd := exec.Command("snac", args...)
	cmd.Stdin = strings.NewReader(stdin)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("snac %s: %v\n%s", args[0], err, out)
	}
	return string(out)
}

// setJSON changes one key of a JSON file.
func setJSON(t *testing.T, path, key string, value any) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	object := map[string]any{}
	if err := json.Unmarshal(text, &object); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	object[key] = value
	if text, err = json.MarshalIndent(object, "", "    "); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

func (s *snac) awaitReady(t *testing.T) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		if code, _, err := get(s.url + "/api/v1/instance"); err == nil && code == http.StatusOK {
			return
		}
		select {
		case <-s.ended:
			t.Fatalf("snac ended at once:\n%s", s.log)
		default:
		}
		if time.Now().After(deadline) {
			t.Fatal("snac does not answer")
		}
	}
}

// stop ends the server as an operator does.
func (s *snac) stop(t *testing.T) {
	for _, sig := range []syscall.Signal{syscall.SIGCONT, syscall.SIGTERM} {
		if err := s.cmd.Process.Signal(sig); err != nil && !errors.Is(err, os.ErrProcessDone) {
			t.Error(err)
		}
	}
	select {
	case <-s.ended:
	case <-time.After(30 * time.Second): // it finishes what its threads wait for first
		t.Error("snac does not end on SIGTERM")
		_ = s.cmd.Process.Kill()
		<-s.ended
	}
}

// login gets a token without a browser: snac has a page of its own for that.
func (s *snac) login(t *testing.T, password string) {
	t.Helper()
	var app struct {
		ID     string `json:"client_id"`
		Secret string `json:"client_secret"`
	}
	s.decode(t, s.post(t, "/api/v1/apps", url.Values{
		"client_name": {"crieur"}, "redirect_uris": {snacRedirect}, "scopes": {"read write"},
	}), &app)
	code := s.post(t, "/oauth/x-snac-login", url.Values{
		"login": {snacUser}, "passwd": {password}, "redir": {snacRedirect}, "cid": {app.ID}, "state": {""},
	})
	var token struct {
		Access string `json:"access_token"`
	}
	s.decode(t, s.post(t, "/oauth/token", url.Values{
		"grant_type": {"authorization_code"}, "client_id": {app.ID}, "client_secret": {app.Secret},
		"redirect_uri": {snacRedirect}, "code": {strings.TrimSpace(string(code))},
	}), &token)
	if s.token = token.Access; s.token == "" {
		t.Fatal("snac gave no token")
	}
}

func (s *snac) post(t *testing.T, path string, form url.Values) []byte {
	t.Helper()
	return s.do(t, http.MethodPost, path, strings.NewReader(form.Encode()), nil)
}

// do returns the body of a 200, each over a connection of its own: snac resets kept-alive ones.
func (s *snac) do(t *testing.T, method, path string, body io.Reader, header map[string]string) []byte {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, s.url+path, body)
	if err != nil {
		t.Fatal(err)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if s.token != "" {
		req.Header.Set("Authorization", "Bearer "+s.token)
	}
	for k, v := range header {
		req.Header.Set(k, v)
	}
	client := &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(io.LimitReader(resp.Body, 8<<20))
	if err = errors.Join(err, resp.Body.Close()); err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s %s: HTTP %d, %v\n%s", method, path, resp.StatusCode, err, text)
	}
	return text
}

func (s *snac) decode(t *testing.T, text []byte, into any) {
	t.Helper()
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatalf("answer of snac: %v\n%s", err, text)
	}
}

// writeSnacWorld writes crieur.toml with this server as the only account, and its login.
func writeSnacWorld(t *testing.T, dir string, s *snac) {
	t.Helper()
	files := map[string]string{
		"mastodon.toml": fmt.Sprintf("access_token = %q\n", s.token),
		"crieur.toml": fmt.Sprintf(`[site]
base_url = %q
language = "fr"

[outbox]
path = "outbox.db"

[control]
socket = "control.sock"

[status]
listen = "127.0.0.1:0"

[pages]
listen = "127.0.0.1:0"

[delivery]
settle = "2s"
breaker_per_hour = 1000

[[account]]
name = "mastodon"
platform = "mastodon"
server = %q
credentials = "mastodon.toml"
min_spacing = "0s"
max_per_day = 0
`, snacSite, s.url),
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
