package control

import (
	"errors"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// versioned is a daemon that says which it is.
func versioned(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set(VersionHeader, "1.2.3")
		next.ServeHTTP(w, r)
	})
}

func TestACommandNewerThanTheDaemonIsTold(t *testing.T) {
	old := http.NewServeMux() // has not heard of half of it
	old.HandleFunc("GET /v1/pause", func(http.ResponseWriter, *http.Request) {})
	for name, h := range map[string]http.Handler{"this daemon": Handler(newService(t)), "an old one": old} {
		_, path := serveSocket(t, versioned(h))
		c, err := Dial(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		for _, call := range []func() error{
			func() error { return c.call(t.Context(), http.MethodPost, "/v2/enqueue?x=1", []Request{}, &struct{}{}) },
			func() error { return c.call(t.Context(), http.MethodPut, "/v1/pause", "x", &struct{}{}) },
		} {
			err := call()
			var in *InputError
			if err == nil || errors.As(err, &in) || !strings.Contains(err.Error(), otherVersion) || !strings.Contains(err.Error(), "does not know P") {
				t.Errorf("%s: %v", name, err)
			}
			if name == "an old one" && !strings.Contains(err.Error(), "crieur 1.2.3") {
				t.Errorf("%s does not tell its version: %v", name, err)
			}
		}
	}
}

// A wish that an older daemon does not know must not be dropped in silence.
func TestAWishThatTheDaemonDoesNotKnowIsRefused(t *testing.T) {
	s := newService(t)
	c := overSocket(t, s)
	r := request(t, brief)
	err := c.call(t.Context(), http.MethodPost, "/v1/enqueue", []any{map[string]any{"article": r.Article, "telegram": true}}, &[]Enqueued{})
	if err == nil || !strings.Contains(err.Error(), `does not know "telegram" of the request`) || !strings.Contains(err.Error(), otherVersion) {
		t.Errorf("%v", err)
	}
	if n, err := s.Outbox.Counts(""); err != nil || len(n) != 0 {
		t.Errorf("%v, %v: something was stored", n, err)
	}
}

// What is not of this program at all answers in its own way.
func TestASocketOfSomethingElseIsTold(t *testing.T) {
	_, path := serveSocket(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusTeapot)
		_, _ = io.WriteString(w, "<html>")
	}))
	c, err := Dial(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Pause(t.Context(), ""); err == nil || !strings.Contains(err.Error(), "HTTP 418") {
		t.Errorf("%v", err)
	}
}

// A daemon that is too busy to take one more connection is alive all the same.
func TestABusySocketIsRespected(t *testing.T) {
	path := filepath.Join(t.TempDir(), "control.sock")
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(unix.Bind(fd, &unix.SockaddrUnix{Name: path}), unix.Listen(fd, 0)); err != nil {
		t.Fatal(err)
	}
	open := []int{fd}
	defer func() {
		for _, fd := range open {
			if err := unix.Close(fd); err != nil {
				t.Error(err)
			}
		}
	}()
	for full := false; !full; { // nobody accepts, so the queue fills
		c, err := unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
		if err != nil {
			t.Fatal(err)
		}
		open = append(open, c)
		err = unix.Connect(c, &unix.SockaddrUnix{Name: path})
		if full = errors.Is(err, syscall.EAGAIN); err != nil && !full {
			t.Fatal(err)
		}
	}
	if l, err := Listen(path); err == nil || !strings.Contains(err.Error(), "cannot be told") {
		if l != nil {
			_ = l.Close()
		}
		t.Errorf("%v: a live socket was taken away", err)
	}
}
