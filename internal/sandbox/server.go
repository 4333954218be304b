package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// Posts are a few kilobytes at most; whatever is longer is refused unread.
const maxBody = 256 << 10

// Server is one platform's server: its address, its posts, its requests and its script.
type Server struct {
	URL string // http://host:port, without a slash at the end

	platform string // "x" or "mastodon"
	remember int
	mux      *http.ServeMux
	http     *http.Server
	errors   map[string]ErrorBody
	account  any // what GET /_sandbox/credentials shows
	peers    map[string]*Server
	cancel   context.CancelFunc
	ctx      context.Context // ends with the server
	wg       sync.WaitGroup  // every goroutine and request of ours

	// mu guards all that follows and whatever the platform's handlers keep: they
	// run one at a time, as platforms order the posts of one account.
	mu        sync.Mutex
	listener  net.Listener
	refusals  int // counts refusals begun, so that an old timer does not end a new one
	refusing  bool
	faultErr  error // why the server could not open again
	script    []Fault
	posts     []*Post
	requests  []*Request
	media     []*Media
	arrived   int // requests ever
	forgotten int // requests dropped from requests
}

// call is one request, read whole, with the moment at which it is dealt with.
type call struct {
	*http.Request
	body  []byte
	form  url.Values // of a form-encoded body
	now   time.Time
	entry *Request
	drop  bool // answer as if stored, store nothing
}

// reply is an answer before it meets a fault.
type reply struct {
	status int
	header http.Header
	body   []byte
}

type handler func(*call) reply

func newServer(platform, addr string, remember int) (*Server, error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("%s sandbox: %w", platform, err)
	}
	s := &Server{
		URL: "http://" + l.Addr().String(), platform: platform, remember: remember,
		mux: http.NewServeMux(), listener: l,
	}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.http = &http.Server{
		Handler:           s.mux,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		IdleTimeout:       time.Minute,
		ConnState:         s.count,
		MaxHeaderBytes:    64 << 10,
		BaseContext:       func(net.Listener) context.Context { return s.ctx },
		ErrorLog:          log.New(io.Discard, "", 0), // broken connections are our trade
	}
	s.administer()
	return s, nil
}

func (s *Server) start() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.serve(s.listener)
}

// serve accepts until the listener is closed: by a refusal or at the end.
func (s *Server) serve(l net.Listener) {
	s.wg.Go(func() {
		if err := s.http.Serve(l); !errors.Is(err, net.ErrClosed) && !errors.Is(err, http.ErrServerClosed) {
			s.mu.Lock()
			s.faultErr = err
			s.mu.Unlock()
		}
	})
}

// count keeps wg up to date with the connections. A connection is new inside Serve,
// which is itself counted, so that nothing is added once wg is at zero.
func (s *Server) count(_ net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		s.wg.Add(1)
	case http.StateClosed, http.StateHijacked:
		s.wg.Done()
	case http.StateActive, http.StateIdle:
	}
}

func (s *Server) close() error {
	s.cancel()
	err := s.http.Close()
	s.mu.Lock()
	closed := s.listener.Close() // never served, if Start failed half way
	s.mu.Unlock()
	s.wg.Wait()
	if errors.Is(closed, net.ErrClosed) {
		closed = nil
	}
	return errors.Join(err, closed)
}

// handle routes a pattern to h as operation op: recorded, and subject to the script.
func (s *Server) handle(op Op, pattern string, h handler) { s.handleUpTo(maxBody, op, pattern, h) }

// handleUpTo is handle for bodies of at most so many bytes.
func (s *Server) handleUpTo(most int64, op Op, pattern string, h handler) {
	s.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		s.wg.Add(1)
		defer s.wg.Done()
		c, err := readCall(w, r, most)
		if err != nil {
			http.Error(w, err.Error(), http.StatusRequestEntityTooLarge)
			return
		}
		// The deadline for reading would otherwise end a long silence.
		_ = http.NewResponseController(w).SetReadDeadline(time.Time{})
		fault := s.arrive(op, c)
		status := s.meet(w, c, fault, h)
		s.mu.Lock()
		c.entry.Status = status
		s.mu.Unlock()
	})
}

func readCall(w http.ResponseWriter, r *http.Request, most int64) (*call, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, most))
	if err != nil {
		return nil, err
	}
	c := &call{Request: r, body: body}
	if mediaType(r) == "application/x-www-form-urlencoded" {
		if c.form, err = url.ParseQuery(string(body)); err != nil {
			c.form = url.Values{}
		}
	}
	return c, nil
}

func mediaType(r *http.Request) string {
	kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	return strings.ToLower(strings.TrimSpace(kind))
}

// deal runs the platform's handler, alone.
func (s *Server) deal(c *call, h handler) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.now = time.Now()
	return h(c)
}

func (a reply) send(w http.ResponseWriter) {
	a.writeHeader(w)
	_, _ = w.Write(a.body) // a client that left is no error of the server
}

func (a reply) writeHeader(w http.ResponseWriter) {
	for name, values := range a.header {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Length", fmt.Sprint(len(a.body)))
	w.WriteHeader(a.status)
}

func jsonReply(status int, v any) reply {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return reply{status: http.StatusInternalServerError, body: []byte(err.Error())}
	}
	return reply{status: status, header: header("Content-Type", "application/json; charset=utf-8"), body: []byte(b.String())}
}

func header(pairs ...string) http.Header {
	h := http.Header{}
	for i := 0; i+1 < len(pairs); i += 2 {
		h.Set(pairs[i], pairs[i+1])
	}
	return h
}
