package main

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"crieur/internal/sandbox"
)

// secretWorld is a daemon at debug level among services that fail, each of which it
// reaches with a secret.
type secretWorld struct {
	t    *testing.T
	dir  string
	box  *sandbox.Sandbox
	addr addresses
	log  string
	cmd  *exec.Cmd
}

func newSecretWorld(t *testing.T) *secretWorld {
	t.Helper()
	box, err := sandbox.Start(sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeBox(t, box) })
	refuses := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusInternalServerError)
		_, _ = fmt.Fprintf(w, "cannot take %s", r.URL) // a service that tells everybody what it was asked
	}))
	t.Cleanup(refuses.Close)
	w := &secretWorld{t: t, dir: t.TempDir(), box: box}
	if w.addr, err = writeWorld(w.dir, box); err != nil {
		t.Fatal(err)
	}
	w.log = filepath.Join(w.dir, "log")
	w.write("crieur.toml", strings.Replace(w.read("crieur.toml"), "[delivery]\n", "[delivery]\nretry_min = \"1s\"\nretry_max = \"1s\"\n", 1))
	host := strings.TrimPrefix(refuses.URL, "http://")
	w.append("crieur.toml", fmt.Sprintf(`
[[webhook]]
url = "http://%s/s3cr3t?token=s3cr3t-hook"
secret = "webhook.key"
[[webhook]]
url = "http://127.0.0.1:1/s3cr3t?token=s3cr3t-hook"
secret = "webhook.key"
[[alert]]
url = "generic://%s/s3cr3t?disabletls=yes&token=s3cr3t-alert"
[[alert]]
url = "ntfy://:s3cr3t-password@127.0.0.1:1/s3cr3t-topic?scheme=http"
[[alert]]
command = ["/bin/false", "--token", "s3cr3t-argument"]
[heartbeat]
url = "http://127.0.0.1:1/s3cr3t-beat"
`, host, host))
	w.write("webhook.key", "s3cr3t-0123456789abcdef0123456789abcdef\n")
	return w
}

func (w *secretWorld) write(name, text string) {
	w.t.Helper()
	if err := os.WriteFile(filepath.Join(w.dir, name), []byte(text), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

func (w *secretWorld) read(name string) string {
	w.t.Helper()
	b, err := os.ReadFile(filepath.Join(w.dir, name))
	if err != nil {
		w.t.Fatal(err)
	}
	return string(b)
}

func (w *secretWorld) append(name, text string) { w.write(name, w.read(name)+text) }

// crieur runs a command and returns all that it said, whether it failed or not.
func (w *secretWorld) crieur(args ...string) string {
	w.t.Helper()
	cmd := exec.Command("crieur", args...)
	cmd.Dir = w.dir
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil {
		w.t.Fatal(err)
	}
	return string(out)
}

func (w *secretWorld) run() {
	w.t.Helper()
	log, err := os.Create(w.log)
	if err != nil {
		w.t.Fatal(err)
	}
	w.cmd = exec.Command("crieur", "run", "--debug")
	w.cmd.Dir, w.cmd.Stderr, w.cmd.Stdout = w.dir, log, log
	if err := w.cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() {
		if w.cmd.ProcessState == nil {
			_ = w.cmd.Process.Kill()
			_ = w.cmd.Wait()
		}
	})
	w.logs("event=daemon.ready", 1)
}

// logs waits until a line was logged n times.
func (w *secretWorld) logs(what string, n int) {
	w.t.Helper()
	waitFor(w.t, fmt.Sprintf("%s, %d times", what, n), func() bool { return strings.Count(w.read("log"), what) >= n })
}

func (w *secretWorld) reload() {
	w.t.Helper()
	if err := w.cmd.Process.Signal(syscall.SIGHUP); err != nil {
		w.t.Fatal(err)
	}
}

func (w *secretWorld) enqueue(n int) string {
	w.t.Helper()
	name := fmt.Sprintf("article-%d.txt", n)
	w.write(name, fmt.Sprintf("Brève numéro %d : tout va bien. #Essai\n\nSource: https://example.org/%d\n\nLe corps numéro %d.\n", n, n, n))
	return w.crieur("enqueue", name)
}

// TestNoSecretLeavesTheDaemon takes a daemon at debug level through what goes wrong with
// logins, reloads, alerts and webhooks, and reads all that comes out of it.
func TestNoSecretLeavesTheDaemon(t *testing.T) {
	w := newSecretWorld(t)
	said := map[string]string{"check": w.crieur("check"), "config": w.crieur("config", "show")}
	w.run()

	// Everything works, but for webhooks and alerts.
	w.enqueue(1)
	w.logs("event=delivery.delivered", 2)
	w.logs("event=webhook.failed", 2)

	// The platforms refuse and misbehave.
	for _, f := range []sandbox.Fault{{Kind: sandbox.Documented, Name: "unavailable"}, {Kind: sandbox.Garbage}, {Kind: sandbox.Documented, Name: "unauthorized"}} {
		if err := w.box.X.Script(f); err != nil {
			t.Fatal(err)
		}
	}
	said["enqueue"] = w.enqueue(2)
	w.logs("event=delivery.failed", 1)

	// A login that is wrong, one that is no TOML, one that others can read, and none.
	login := w.read("mastodon.toml")
	if x := w.read("x-main.toml"); strings.Count(login+x, sandbox.Marker) < 4 {
		t.Fatal("the logins' secrets cannot be told from other text")
	}
	w.write("mastodon.toml", "access_token = \"mt-s3cr3t-wrong\"\n")
	w.reload()
	w.logs("event=config.reloaded", 1)
	w.logs("event=login.unverified", 1)
	w.enqueue(3)
	w.logs("event=account.stopped", 2)
	w.logs("event=alert.delayed", 1)
	refused := 0
	for _, bad := range []string{"access_token = s3cr3t-without-quotes\n", "acces_token = \"s3cr3t-typo\"\n", "access_token = \"s3cr3t\nunterminated\n", "access_token = 12 # s3cr3t\n", ""} {
		w.write("mastodon.toml", bad)
		w.reload()
		refused++
		w.logs("event=config.refused", refused)
		said["check "+bad] = w.crieur("check")
	}
	w.write("mastodon.toml", login)
	if err := os.Chmod(filepath.Join(w.dir, "mastodon.toml"), 0o644); err != nil {
		t.Fatal(err)
	}
	said["check mode"] = w.crieur("check")
	if err := os.Chmod(filepath.Join(w.dir, "mastodon.toml"), 0o600); err != nil {
		t.Fatal(err)
	}
	whole := w.read("crieur.toml")
	for _, bad := range []string{"[[alert]]\nurl = \"telegram://s3cr3t\"\n", "[[webhook]]\nurl = \"ftp://s3cr3t@example.org/s3cr3t\"\nsecret = \"nowhere\"\n"} {
		w.write("crieur.toml", whole+bad)
		w.reload()
		refused++
		w.logs("event=config.refused", refused)
		said["check "+bad] = w.crieur("check")
	}
	w.write("crieur.toml", whole)
	w.reload()
	w.logs("event=config.reloaded", 2)
	said["resume"] = w.crieur("resume")
	w.logs("event=delivery.delivered", 5)

	w.crieur("enqueue", "--again", "--at", time.Now().Add(24*time.Hour).Format(time.RFC3339), "article-1.txt")
	for _, args := range [][]string{
		{"status"}, {"status", "--json"}, {"list"}, {"list", "--json"}, {"plan", "--json"}, {"check", "--json"}, {"alert", "test"}, {"config", "show"},
		{"pause", "nobody"}, {"backup", "copy.db"}, {"export", "pages"},
	} {
		said[strings.Join(args, " ")] = w.crieur(args...)
	}
	var list []struct{ Article string }
	for line := range strings.Lines(said["list --json"]) {
		_, id, _ := strings.Cut(line, `"article":"`)
		list = append(list, struct{ Article string }{id[:12]})
	}
	for _, l := range list {
		said["show "+l.Article] = w.crieur("show", l.Article) + w.crieur("show", "--json", l.Article)
	}
	for _, path := range []string{"/", "/api/status", "/api/plan", "/metrics", "/readyz", "/healthz"} {
		_, body, err := get("http://" + w.addr.status + path)
		if err != nil {
			t.Fatal(err)
		}
		said["GET "+path] = string(body)
	}
	for _, name := range []string{"cmdline", "environ"} {
		b, err := os.ReadFile(fmt.Sprintf("/proc/%d/%s", w.cmd.Process.Pid, name))
		if err != nil {
			t.Fatal(err)
		}
		said["/proc "+name] = string(b)
	}
	if err := w.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := w.cmd.Wait(); err != nil {
		t.Errorf("the daemon: %v", err)
	}
	said["log"], said["outbox"], said["backup"] = w.read("log"), w.read("outbox.db"), w.read("copy.db")
	pages, err := filepath.Glob(filepath.Join(w.dir, "pages", "*"))
	if err != nil || len(pages) == 0 {
		t.Fatalf("pages %v, %v", pages, err)
	}
	for _, p := range pages {
		if fi, err := os.Stat(p); err == nil && fi.Mode().IsRegular() {
			said["page "+filepath.Base(p)] = w.read(filepath.Join("pages", filepath.Base(p)))
		}
	}
	for what, text := range said {
		if text == "" {
			t.Errorf("%s said nothing: it tests nothing", what)
		}
		for line := range bytes.Lines([]byte(text)) {
			if bytes.Contains(line, []byte(sandbox.Marker)) {
				t.Errorf("%s tells a secret: %.500q", what, line)
			}
		}
	}
	// What must have been at risk at all.
	for _, event := range []string{"delivery.delivered", "delivery.failed", "webhook.failed", "alert.delayed", "account.stopped", "config.refused", "config.reloaded",
		"login.verified", "login.unverified", "heartbeat.missed", "control", "control.read", "attempt.started"} {
		if !strings.Contains(said["log"], "event="+event+" ") && !strings.Contains(said["log"], "event="+event+"\n") {
			t.Errorf("no %s in the log", event)
		}
	}
}
