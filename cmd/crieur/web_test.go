package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"crieur/internal/article"
	"crieur/internal/sandbox"
)

// TestWebServersAnswerAsCrieurDoes holds the examples in deploy/ against real servers:
// before crieur, and with the files that it writes.
func TestWebServersAnswerAsCrieurDoes(t *testing.T) {
	nginx, caddy := webServer(t, "nginx"), webServer(t, "caddy")
	w := newWebWorld(t)
	addr := map[string]string{"crieur": w.pages}
	for _, name := range []string{"nginx before", "nginx files", "caddy before", "caddy files"} {
		var err error
		if addr[name], err = freeAddr(); err != nil {
			t.Fatal(err)
		}
	}
	w.startNginx(t, nginx, "events {}", addr["nginx before"], addr["nginx files"])
	w.startCaddy(t, caddy, "crieur-proxy", addr["caddy before"])
	w.startCaddy(t, caddy, "crieur-files", addr["caddy files"])

	for name, a := range addr {
		waitFor(t, "an answer of "+name, func() bool {
			resp, err := http.Get("http://" + a + "/robots.txt")
			return err == nil && resp.Body.Close() == nil && resp.StatusCode == http.StatusOK
		})
	}
	for _, path := range []string{
		"/" + w.live, "/" + w.live + "?stay", "/" + w.live + ".json", "/" + w.live + ".png", "/" + w.live + ".jpg", "/feed.xml", "/feed.xml?ABC234", "/robots.txt",
		"/" + w.gone, "/" + w.gone + ".json", "/" + w.gone + ".png", "/no-such-page", "/no-such-page.json",
		"/", "/" + w.live + "/", "/" + w.live + ".html", "/" + w.live + ".stay.html", "/_404.html", "/gone/" + w.gone + ".html", "/gone", "/Up", "/outbox.db",
	} {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			for _, coding := range []string{"", "gzip"} {
				want := askWeb(t, method, w.pages, path, coding, nil)
				for name, a := range addr {
					got := askWeb(t, method, a, path, coding, nil)
					if diff := got.differs(want); diff != "" {
						t.Errorf("%s: %s %s (%s): %s", name, method, path, coding, diff)
					}
					if got.status == http.StatusOK && method == http.MethodGet {
						w.conditional(t, name, a, path, coding, got)
					}
				}
			}
		}
	}
	for name, a := range addr {
		if got := askWeb(t, http.MethodPost, a, "/"+w.live, "", nil); got.status != http.StatusMethodNotAllowed {
			t.Errorf("%s: POST is HTTP %d", name, got.status)
		}
	}
	w.noAddressIsKept(t)
}

// webServer finds a server, which must be there where CRIEUR_NEED_WEB is set.
func webServer(t *testing.T, name string) string {
	t.Helper()
	for _, path := range []string{name, "/usr/sbin/" + name} {
		if found, err := exec.LookPath(path); err == nil {
			return found
		}
	}
	if os.Getenv("CRIEUR_NEED_WEB") != "" {
		t.Fatalf("no %s here, and CRIEUR_NEED_WEB is set: apt-get install --no-install-recommends %s", name, name)
	}
	t.Skipf("no %s here: apt-get install --no-install-recommends %s", name, name)
	return ""
}

type webWorld struct {
	dir, www, pages string
	live, gone      string // slugs
	pid             int    // of the daemon
}

// newWebWorld is a daemon that has posted two articles, of which one was withdrawn, and
// writes files.
func newWebWorld(t *testing.T) webWorld {
	t.Helper()
	crieur, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	bin := filepath.Join(t.TempDir(), "crieur") // testscript.Main runs a command by its name
	if err := os.Symlink(crieur, bin); err != nil {
		t.Fatal(err)
	}
	return newWebWorldOf(t, bin, "")
}

// newWebWorldOf is newWebWorld of a binary, with more lines under [pages].
func newWebWorldOf(t *testing.T, bin, pages string) webWorld {
	t.Helper()
	box, err := sandbox.Start(sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = box.Close() })
	w := webWorld{dir: t.TempDir(), live: "openai-signe-un-contrat-de-200m-avec-la-defense-us", gone: "le-port-de-brest-rouvre-lundi"}
	w.www = filepath.Join(w.dir, "www")
	at, err := writeWorld(w.dir, box)
	if err != nil {
		t.Fatal(err)
	}
	w.pages = at.pages
	conf := filepath.Join(w.dir, "crieur.toml")
	text, err := os.ReadFile(conf)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(text, []byte("[pages]\n")) {
		t.Fatalf("no [pages] in\n%s", text)
	}
	text = bytes.Replace(text, []byte("[pages]\n"), []byte("[pages]\nexport_dir = \"www\"\n"+pages), 1)
	brest := "Le port de Brest rouvre lundi 🚢 Les ferries reprennent. #Brest\n\nSource: https://example.org/port\n\nLe corps.\n"
	for name, b := range map[string][]byte{conf: text, filepath.Join(w.dir, "sample.txt"): article.Sample(), filepath.Join(w.dir, "brest.txt"): []byte(brest)} {
		if err := os.WriteFile(name, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	w.pid = serveWeb(t, w.dir, bin, "--config", conf, "run")
	published := func(name string) bool {
		_, err := os.Stat(filepath.Join(w.www, name))
		return err == nil
	}
	command := func(args ...string) error {
		out, err := exec.Command(bin, append([]string{"--config", conf}, args...)...).CombinedOutput()
		if err != nil {
			return fmt.Errorf("%w: %s", err, out)
		}
		return nil
	}
	waitFor(t, "the daemon", func() bool { return published("robots.txt") })
	if err := command("enqueue", filepath.Join(w.dir, "brest.txt")); err != nil {
		t.Fatal(err)
	}
	waitFor(t, "the page to withdraw", func() bool {
		return published(w.gone+".html") && strings.Contains(w.file(t, w.gone+".json"), `"mastodon"`)
	})
	if err := command("withdraw", "--yes", "1"); err != nil {
		t.Fatal(err)
	}
	if err := command("enqueue", filepath.Join(w.dir, "sample.txt")); err != nil {
		t.Fatal(err)
	}
	waitFor(t, "two receipts in the file", func() bool {
		return published(w.live+".json") && strings.Count(w.file(t, w.live+".json"), `"post_id"`) == 2 && published("gone/"+w.gone+".html")
	})
	// The folder is as the pages are, but for the moment between two files of a page.
	waitFor(t, "page and feed as they are served", func() bool {
		return w.file(t, w.live+".html") == askWeb(t, http.MethodGet, w.pages, "/"+w.live, "", nil).body &&
			w.file(t, "feed.xml") == askWeb(t, http.MethodGet, w.pages, "/feed.xml", "", nil).body
	})
	return w
}

func (w webWorld) file(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(w.www, name))
	if err != nil {
		return ""
	}
	return string(b)
}

func waitFor(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !ok(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s never came", what)
		}
	}
}

// serveWeb runs a server until the test ends.
func serveWeb(t *testing.T, dir, name string, args ...string) (pid int) {
	t.Helper()
	var out bytes.Buffer
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &out, &out
	cmd.Env = append(os.Environ(), "HOME="+dir, "XDG_DATA_HOME="+dir, "XDG_CONFIG_HOME="+dir)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM) // it may have ended by itself, which is told below
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("%s:\n%s", filepath.Base(name), out.String())
		}
	})
	return cmd.Process.Pid
}

func (w webWorld) example(t *testing.T, name string, replace ...string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "..", "deploy", name))
	if err != nil {
		t.Fatal(err)
	}
	text := string(b)
	for i := 0; i < len(replace); i += 2 {
		if !strings.Contains(text, replace[i]) {
			t.Fatalf("deploy/%s has no %q", name, replace[i])
		}
		text = strings.Replace(text, replace[i], replace[i+1], 1)
	}
	return text
}

// nginxExample listens on two addresses of the machine itself, without TLS.
func (w webWorld) nginxExample(t *testing.T, before, files string) string {
	t.Helper()
	const tls, tls6 = "    listen 443 ssl http2;\n", "    listen [::]:443 ssl http2;\n"
	text := w.example(t, "nginx.conf", "127.0.0.1:8024", w.pages,
		tls+tls6, "    listen "+before+";\n", tls+tls6, "    listen "+files+";\n", "/var/www/crieur", w.www)
	if regexp.MustCompile(`\b443\b`).MatchString(text) { // a port of the test may contain these digits
		t.Fatalf("deploy/nginx.conf listens elsewhere too:\n%s", text)
	}
	return text
}

// TestBothServersOfTheNginxExampleListenOnIPv4AndIPv6: readers and bots come over both.
func TestBothServersOfTheNginxExampleListenOnIPv4AndIPv6(t *testing.T) {
	text := webWorld{pages: "pages", www: "www"}.nginxExample(t, "one", "two")
	for _, server := range []string{"\nserver {\n    listen one;\n", "\nserver {\n    listen two;\n"} {
		if strings.Count(text, server) != 1 {
			t.Errorf("no %q:\n%s", server, text)
		}
	}
	if strings.Count(text, "\n    listen ") != 2 || strings.Count(text, "\nserver {") != 2 {
		t.Errorf("more servers than two, or more addresses:\n%s", text)
	}
}

// startNginx runs the example without its certificates; main is what stands before it,
// outside of http.
func (w webWorld) startNginx(t *testing.T, nginx, main, before, files string) (pid int) {
	t.Helper()
	text := w.nginxExample(t, before, files)
	var kept []string
	for line := range strings.Lines(text) {
		if !strings.Contains(line, "ssl_certificate") {
			kept = append(kept, strings.ReplaceAll(line, "/var/log/nginx/", w.dir+"/"))
		}
	}
	conf, user := filepath.Join(w.dir, "nginx.conf"), ""
	if os.Geteuid() == 0 {
		user = "user root;\n" // the test's folder is its own
	}
	whole := fmt.Sprintf("daemon off;\n%spid %[2]s/nginx.pid;\nerror_log stderr;\n%s\nhttp {\n", user, w.dir, main)
	for _, kind := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
		whole += fmt.Sprintf("%s_temp_path %s/%s;\n", kind, w.dir, kind)
	}
	if err := os.WriteFile(conf, []byte(whole+strings.Join(kept, "")+"}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return serveWeb(t, w.dir, nginx, "-e", "stderr", "-c", conf)
}

func (w webWorld) startCaddy(t *testing.T, caddy, way, addr string) {
	t.Helper()
	text := w.example(t, "Caddyfile", "127.0.0.1:8024", w.pages, "/var/www/crieur", w.www, "news.example.org {", "http://"+addr+" {", "import crieur-proxy", "import "+way)
	conf := filepath.Join(w.dir, way+".Caddyfile")
	if err := os.WriteFile(conf, []byte("{\n\tadmin off\n}\n"+text), 0o600); err != nil {
		t.Fatal(err)
	}
	serveWeb(t, w.dir, caddy, "run", "--adapter", "caddyfile", "--config", conf)
}

// noAddressIsKept looks for readers' addresses in what the servers wrote down.
func (w webWorld) noAddressIsKept(t *testing.T) {
	t.Helper()
	logs, err := filepath.Glob(filepath.Join(w.dir, "*.log"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range logs {
		if b, err := os.ReadFile(name); err != nil || bytes.Contains(b, []byte("127.0.0.1")) {
			t.Errorf("%s: %v: %s", name, err, b)
		}
	}
}

// webAnswer is what matters of an answer.
type webAnswer struct {
	status         int
	body           string
	header         http.Header
	etag, modified string
}

var comparedHeaders = []string{
	"Content-Type", "Content-Encoding", "Cache-Control", "Vary", "Content-Security-Policy", "X-Content-Type-Options",
	"X-Frame-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy", "Set-Cookie", "Location",
}

func askWeb(t *testing.T, method, addr, path, coding string, more http.Header) webAnswer {
	t.Helper()
	req, err := http.NewRequest(method, "http://"+addr+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for key, v := range more {
		req.Header[key] = v
	}
	if coding != "" {
		req.Header.Set("Accept-Encoding", coding)
	}
	tr := &http.Transport{DisableCompression: true, DisableKeepAlives: true}
	resp, err := tr.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.Body.Close() != nil {
		t.Fatal(err)
	}
	return webAnswer{resp.StatusCode, string(body), resp.Header, resp.Header.Get("Etag"), resp.Header.Get("Last-Modified")}
}

func (got webAnswer) differs(want webAnswer) string {
	var out []string
	if got.status != want.status {
		out = append(out, fmt.Sprintf("HTTP %d, want %d", got.status, want.status))
	}
	if got.body != want.body {
		out = append(out, fmt.Sprintf("%d bytes, want other %d", len(got.body), len(want.body)))
	}
	for _, key := range comparedHeaders {
		if g, w := got.header.Get(key), want.header.Get(key); g != w {
			out = append(out, fmt.Sprintf("%s %q, want %q", key, g, w))
		}
	}
	return strings.Join(out, "; ")
}

// conditional asks for what the reader has already.
func (w webWorld) conditional(t *testing.T, name, addr, path, coding string, had webAnswer) {
	t.Helper()
	if had.etag == "" {
		t.Errorf("%s: %s has no ETag", name, path)
		return
	}
	conditions := []http.Header{{"If-None-Match": {had.etag}}}
	if had.modified != "" {
		conditions = append(conditions, http.Header{"If-Modified-Since": {had.modified}})
	}
	for _, c := range conditions {
		got := askWeb(t, http.MethodGet, addr, path, coding, c)
		if got.status != http.StatusNotModified || got.body != "" || got.header.Get("Cache-Control") != had.header.Get("Cache-Control") {
			t.Errorf("%s: %s with %v: HTTP %d, %d bytes, Cache-Control %q", name, path, c, got.status, len(got.body), got.header.Get("Cache-Control"))
		}
	}
	if got := askWeb(t, http.MethodGet, addr, path, coding, http.Header{"If-None-Match": {`"another"`}}); got.status != http.StatusOK || got.body != had.body {
		t.Errorf("%s: %s changed: HTTP %d", name, path, got.status)
	}
}
