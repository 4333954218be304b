package main

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"crieur/internal/article"
	"crieur/internal/outbox"
	"crieur/internal/sandbox"
)

func TestMain(m *testing.M) {
	testscript.Main(overheard{m}, map[string]func(){"crieur": overheardMain})
}

// TestScripts runs the stories in testdata/script: each starts with a sandbox, a
// configuration for it, its logins and the sample article.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		Setup:               setUpStory,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"eventually": eventually,
			"verify":     verify,
			"posted":     posted,
			"photo":      photo,
			"pictured":   pictured,
			"http":       httpGet,
			"bring":      bring,
			"browse":     browse,
			"platform":   onPlatform,
			"plant":      plant,
		},
	})
}

func setUpStory(env *testscript.Env) error {
	box, err := sandbox.Start(sandbox.Options{})
	if err != nil {
		return err
	}
	env.Defer(func() { _ = box.Close() })
	env.Values["box"] = box
	w, err := writeWorld(env.WorkDir, box)
	if err != nil {
		return err
	}
	env.Setenv("STATUS", "http://"+w.status)
	env.Setenv("PAGES", "http://"+w.pages)
	env.Setenv("X_API", box.X.URL)
	env.Setenv("MASTODON", box.Mastodon.URL)
	hook := newHook()
	env.Defer(hook.Close)
	env.Setenv("HOOK", hook.Listener.Addr().String())
	env.Setenv("HOME", env.WorkDir)
	env.Setenv(outputDir, os.Getenv(outputDir))
	env.Setenv("GORACE", os.Getenv("GORACE"))
	callback, err := freeAddr()
	if err != nil {
		return err
	}
	env.Setenv("CALLBACK", callback)
	app := box.X.Credentials()
	env.Setenv("CLIENT_ID", app.ClientID)
	env.Setenv("CLIENT_SECRET", app.ClientSecret)
	return os.WriteFile(filepath.Join(env.WorkDir, "sample.txt"), article.Sample(), 0o600)
}

// newHook is a web hook for alerts and receipts: a GET shows what was posted to it.
func newHook() *httptest.Server {
	var mu sync.Mutex
	var got []string
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		if r.Method == http.MethodGet {
			_, _ = io.WriteString(w, strings.Join(got, "\n")) // a reader that left misses nothing
			return
		}
		body, err := io.ReadAll(r.Body)
		if err != nil || r.URL.Path == "/refuses" {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		for _, key := range []string{"X-Crieur-Delivery", "X-Crieur-Timestamp", "X-Crieur-Signature"} {
			if v := r.Header.Get(key); v != "" {
				got = append(got, key+": "+v)
			}
		}
		got = append(got, string(body))
	}))
}

// addresses are where a world's daemon listens.
type addresses struct{ status, pages string }

// writeWorld writes crieur.toml and the two logins of a sandbox into dir.
func writeWorld(dir string, box *sandbox.Sandbox) (w addresses, err error) {
	return writeSettlingWorld(dir, box, "100ms")
}

// writeSettlingWorld is writeWorld with another settling time before a look.
func writeSettlingWorld(dir string, box *sandbox.Sandbox, settle string) (w addresses, err error) {
	if w.status, err = freeAddr(); err != nil {
		return w, err
	}
	for w.pages == "" || w.pages == w.status { // the same port may be free twice
		if w.pages, err = freeAddr(); err != nil {
			return w, err
		}
	}
	return w, writeConfig(dir, box, site{
		baseURL: "https://news.example.org", title: "Example News", x: "x-main", status: w.status, pages: w.pages, settle: settle,
	})
}

func freeAddr() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// eventually runs a command again and again until its output matches: eventually REGEXP crieur ARG...
func eventually(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: eventually REGEXP COMMAND ARG...")
	}
	re, err := regexp.Compile(args[0])
	ts.Check(err)
	var out []byte
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		cmd := exec.Command(args[1], args[2:]...)
		cmd.Dir = ts.Getenv("WORK")
		cmd.Env = append(os.Environ(), "PATH="+ts.Getenv("PATH"), "HOME="+ts.Getenv("HOME"))
		if out, err = cmd.CombinedOutput(); err == nil && re.Match(out) {
			return
		}
	}
	ts.Fatalf("%s never matched %q; the last output (%v):\n%s", strings.Join(args[1:], " "), args[0], err, out)
}

// verify checks the invariants of the outbox, which no daemon may hold.
func verify(ts *testscript.TestScript, neg bool, _ []string) {
	if neg {
		ts.Fatalf("verify cannot be negated")
	}
	ob, err := outbox.Open(ts.MkAbs("outbox.db"), outbox.Options{})
	ts.Check(err)
	defer func() { ts.Check(ob.Close()) }()
	ts.Check(ob.Verify())
}

// posted checks how many posts a platform has: posted x|mastodon N
func posted(ts *testscript.TestScript, neg bool, args []string) {
	box, ok := ts.Value("box").(*sandbox.Sandbox)
	if neg || !ok || len(args) != 2 {
		ts.Fatalf("usage: posted x|mastodon N")
	}
	posts := box.X.Posts()
	if args[0] == "mastodon" {
		posts = box.Mastodon.Posts()
	}
	if got := fmt.Sprint(len(posts)); got != args[1] {
		ts.Fatalf("%s has %s posts, want %s: %+v", args[0], got, args[1], posts)
	}
}

// httpGet prints status line and body: http URL
func httpGet(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: http URL")
	}
	code, body, err := get(args[0])
	ts.Check(err)
	_, err = fmt.Fprintf(ts.Stdout(), "HTTP %d\n%s\n", code, bytes.TrimSpace(body))
	ts.Check(err)
}
