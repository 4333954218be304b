package control

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"crieur/internal/journal"
)

// lines is a log that a test reads.
type lines struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(b)
}

func (l *lines) last(t *testing.T) (line map[string]any) {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	all := strings.Split(strings.TrimSpace(l.buf.String()), "\n")
	if err := json.Unmarshal([]byte(all[len(all)-1]), &line); err != nil {
		t.Fatalf("%v in %q", err, all)
	}
	return line
}

func newLines() (*lines, *slog.Logger) {
	l := new(lines)
	return l, slog.New(slog.NewJSONHandler(l, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// reads are the verbs that change nothing, here and on the disk.
var reads = []string{"Check", "List", "Plan", "Preview", "Show", "Status"}

// A client of a socket that nobody serves is an API of which every call fails.
func deafAPI() API {
	return newClient("nowhere", func(context.Context) (net.Conn, error) { return nil, errors.New("nobody is there") })
}

func TestEveryVerbIsLoggedOnce(t *testing.T) {
	api := reflect.TypeFor[API]()
	for i := range api.NumMethod() {
		name := api.Method(i).Name
		t.Run(name, func(t *testing.T) {
			out, log := newLines()
			call := reflect.ValueOf(Witnessed(deafAPI(), log)).MethodByName(name)
			in := []reflect.Value{reflect.ValueOf(context.WithValue(t.Context(), peerKey{}, Peer{1, 2, 3}))}
			for n := 1; n < call.Type().NumIn(); n++ {
				in = append(in, reflect.Zero(call.Type().In(n)))
			}
			call.Call(in)
			if n := strings.Count(out.buf.String(), "\n"); n != 1 {
				t.Fatalf("%d lines: add it to witness.go:\n%s", n, &out.buf)
			}
			want := map[string]any{"event": string(journal.Control), "level": "INFO", "verb": strings.ToLower(name), "uid": 1.0, "gid": 2.0, "pid": 3.0}
			if slices.Contains(reads, name) {
				want["event"], want["level"] = string(journal.ControlRead), "DEBUG"
			}
			got := out.last(t)
			for key, v := range want {
				if got[key] != v {
					t.Errorf("%s is %v, want %v in %v", key, got[key], v, got)
				}
			}
			if !strings.Contains(got["error"].(string), "nobody is there") {
				t.Errorf("error %v", got["error"])
			}
		})
	}
}

func TestWhatAnOperatorChangesIsLoggedWithWhoTheKernelSaysItWas(t *testing.T) {
	s := newService(t)
	out, log := newLines()
	path := filepath.Join(t.TempDir(), "control.sock")
	l, err := Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	srv := &http.Server{Handler: Handler(Witnessed(s, log)), ConnContext: WithPeer}
	ended := make(chan error, 1)
	go func() { ended <- srv.Serve(l) }()
	defer func() {
		if err := errors.Join(srv.Close(), <-ended); !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
	}()
	c, err := Dial(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	e, err := c.Enqueue(t.Context(), []Request{request(t, brief)})
	if err != nil {
		t.Fatal(err)
	}
	is := func(want map[string]any) {
		t.Helper()
		want["uid"], want["gid"], want["pid"] = float64(os.Getuid()), float64(os.Getgid()), float64(os.Getpid())
		got := out.last(t)
		for key, v := range want {
			if got[key] != v {
				t.Errorf("%s is %v, want %v in %v", key, got[key], v, got)
			}
		}
	}
	is(map[string]any{"verb": "enqueue", "articles": 1.0, "article": e[0].ID})
	id := e[0].Deliveries[0].ID
	if _, err := c.Cancel(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	is(map[string]any{"verb": "cancel", "delivery": id, "error": nil})
	if _, err := c.Cancel(t.Context(), id); err == nil {
		t.Fatal("cancelled twice")
	}
	is(map[string]any{"verb": "cancel", "delivery": id, "error": "delivery " + id + " is cancelled: only a scheduled one can be cancelled"})
	if err := c.Pause(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	is(map[string]any{"verb": "pause", "account": "all"})
	if err := c.Pause(t.Context(), strings.Repeat("é", longestSubject)); err == nil {
		t.Fatal("an account that nobody configured")
	}
	if got := out.last(t); len(got["account"].(string)) > longestSubject+3 || len(got["error"].(string)) > longestSubject+3 {
		t.Errorf("a line as long as the operator wishes: %v", got)
	}
}
