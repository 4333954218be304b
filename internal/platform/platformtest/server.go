// Package platformtest has servers on loopback that fail in every way a network can,
// for the tests of the transport and of each adapter. It knows no adapter.
package platformtest

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
)

// Good is the answer by which a platform says that it has posted.
type Good struct {
	Status int
	Body   string
}

// Server is a raw TCP server that serves one fault.
type Server struct {
	URL   string
	posts atomic.Int64
	good  Good
	stop  chan struct{}
}

// Posts tells how many POST requests arrived whole, body included.
func (s *Server) Posts() int { return int(s.posts.Load()) }

// Start serves f on loopback until the test ends.
func Start(t testing.TB, f Fault, good Good) *Server {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{URL: "http://" + listener.Addr().String(), good: good, stop: make(chan struct{})}
	var open sync.WaitGroup
	open.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return // the test ended
			}
			open.Go(func() {
				defer func() { _ = conn.Close() }()
				f.serve(s, &peer{Conn: conn, in: bufio.NewReader(conn)})
			})
		}
	})
	t.Cleanup(func() {
		close(s.stop)
		_ = listener.Close()
		open.Wait()
	})
	return s
}

// peer is one connection of a client.
type peer struct {
	net.Conn
	in *bufio.Reader
}

// receive reads one whole request; false: the client went away.
func (s *Server) receive(p *peer) bool {
	req, err := http.ReadRequest(p.in)
	if err != nil {
		return false
	}
	if _, err := io.Copy(io.Discard, req.Body); err != nil {
		return false
	}
	if req.Method == http.MethodPost {
		s.posts.Add(1)
	}
	return true
}

// reset closes so that the client sees a reset, not an end.
func (p *peer) reset() {
	if tcp, ok := p.Conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = p.Close()
}

// say writes raw bytes; false: the client went away.
func (p *peer) say(text string) bool {
	_, err := io.WriteString(p, text)
	return err == nil
}
