package main

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"
)

// callbackWithin bounds the wait for a browser where nobody can paste anything.
const callbackWithin = 5 * time.Minute

// callback waits at a redirect address for the browser, if the address is one of this
// machine and free. A browser on another machine ends up at that one's; then its address
// is pasted.
type callback struct {
	http *http.Server // nil: it does not wait
	came chan string  // the address the browser came to
}

// listenFor takes the one answer whose state is owned.
func listenFor(redirect string, owns func(state string) bool) *callback {
	c := &callback{came: make(chan string, 1)}
	u, err := url.Parse(redirect)
	if err != nil || u.Scheme != "http" || u.Port() == "" {
		return c
	}
	if ip := net.ParseIP(u.Hostname()); u.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return c
	}
	l, err := net.Listen("tcp", u.Host)
	if err != nil {
		return c // somebody else is there: pasting works all the same
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /", func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		if r.URL.EscapedPath() != cmp.Or(u.EscapedPath(), "/") || !owns(q.Get("state")) || !q.Has("code") && !q.Has("error") {
			http.NotFound(w, r)
			return
		}
		select {
		case c.came <- r.URL.String():
		default: // one is enough
		}
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = io.WriteString(w, "crieur has its answer: go back to the terminal, this tab can be closed.\n") // a browser that left misses nothing
	})
	c.http = &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 10 * time.Second, MaxHeaderBytes: 16 << 10}
	go func() { _ = c.http.Serve(l) }() // ends with close; without it there is still pasting
	return c
}

func (c *callback) advice() string {
	if c.http != nil {
		return "If it runs on this machine, that is all. If it shows an error instead, paste the address that it stands at,\nwithin 30 seconds: so long the code in it lives.\n"
	}
	return "Paste the address that it stands at then, whatever it shows, within 30 seconds: so long the code in it lives.\n"
}

// orPasted returns what the browser brought, or what a person pasted, whichever is first.
func (c *callback) orPasted(ctx context.Context, q *asker) (string, error) {
	type answer struct {
		text string
		err  error
	}
	pasted := make(chan answer, 1)
	go func() { // ends with standard input, or the process
		text, err := q.line("Address: ")
		pasted <- answer{text, err}
	}()
	var tooLong <-chan time.Time
	for {
		select {
		case text := <-c.came:
			return text, q.show("\n")
		case a := <-pasted:
			if !errors.Is(a.err, errNoAnswer) || c.http == nil {
				return a.text, a.err
			}
			tooLong = time.After(callbackWithin) // nobody can paste, the browser may come
		case <-tooLong:
			return "", errors.New("no browser came within " + callbackWithin.String())
		case <-ctx.Done():
			return "", context.Cause(ctx)
		}
	}
}

func (c *callback) close() {
	if c.http == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if c.http.Shutdown(ctx) != nil { // lets the browser have its answer
		_ = c.http.Close()
	}
}
