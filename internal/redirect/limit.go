package redirect

import (
	"container/list"
	"net"
	"net/http"
	"sync"
)

// limiter is a listener that lets no more than max connections be open.
//
// To wait for a free place, as netutil.LimitListener does, would leave all places to
// whoever opens connections and says nothing. A reader sends its request at once, so
// the connection that has been silent longest is the one to miss least.
type limiter struct {
	net.Listener
	max int

	mu     sync.Mutex
	free   sync.Cond
	closed bool
	open   int
	silent list.List                  // of net.Conn without a request, the longest silent first
	places map[net.Conn]*list.Element // of the silent ones
}

// limit gives the server, which must not be serving yet, a limit.
func limit(s *http.Server, l net.Listener, most int) *limiter {
	lim := &limiter{Listener: l, max: most, places: map[net.Conn]*list.Element{}}
	lim.free.L = &lim.mu
	s.ConnState = lim.state
	return lim
}

// Accept waits for a connection and for its place.
func (l *limiter) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	if !l.enter() {
		_ = c.Close() // nobody will read from it; its reader sees it closed
		return nil, net.ErrClosed
	}
	return &place{Conn: c, leave: sync.OnceFunc(l.leave)}, nil
}

// enter takes a place; ok is false when the listener was closed meanwhile.
func (l *limiter) enter() (ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.open >= l.max && !l.closed {
		if first := l.silent.Front(); first != nil {
			c := first.Value.(net.Conn)
			l.forget(c)
			l.mu.Unlock()
			_ = c.Close() // frees its place whatever it answers
			l.mu.Lock()
			continue
		}
		l.free.Wait()
	}
	if l.closed {
		return false
	}
	l.open++
	return true
}

func (l *limiter) leave() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open--
	l.free.Signal()
}

// Close ends a waiting Accept too.
func (l *limiter) Close() error {
	l.mu.Lock()
	l.closed = true
	l.free.Broadcast()
	l.mu.Unlock()
	return l.Listener.Close()
}

// state follows a connection through its requests. net/http calls one active once the
// whole header has come, so that a header that drips in is silence.
func (l *limiter) state(c net.Conn, s http.ConnState) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.forget(c)
	if s == http.StateNew || s == http.StateIdle {
		l.places[c] = l.silent.PushBack(c)
		l.free.Signal()
	}
}

func (l *limiter) forget(c net.Conn) {
	if el, ok := l.places[c]; ok {
		l.silent.Remove(el)
		delete(l.places, c)
	}
}

// place is a connection that gives its place back once.
type place struct {
	net.Conn
	leave func()
}

func (p *place) Close() error {
	err := p.Conn.Close()
	p.leave()
	return err
}
