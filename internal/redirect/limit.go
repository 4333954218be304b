package redirect

import (
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
	silent place // the ring of those without a request begins and ends here, the longest silent first
}

// limit gives the server, which must not be serving yet, a limit.
func limit(s *http.Server, l net.Listener, most int) *limiter {
	lim := &limiter{Listener: l, max: most}
	lim.free.L = &lim.mu
	lim.silent.before, lim.silent.after = &lim.silent, &lim.silent
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
	return &place{Conn: c, in: l}, nil
}

// enter takes a place; ok is false when the listener was closed meanwhile.
func (l *limiter) enter() (ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.open >= l.max && !l.closed {
		if first := l.silent.after; first != &l.silent {
			first.unlink()
			l.mu.Unlock()
			_ = first.Close() // frees its place whatever it answers
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
// whole header has come, so that a header that drips in is silence. It is called twice a
// request: it makes nothing new.
func (l *limiter) state(c net.Conn, s http.ConnState) {
	p, ok := c.(*place)
	if !ok {
		return // of another listener
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	p.unlink()
	if s == http.StateNew || s == http.StateIdle {
		last := l.silent.before
		p.before, p.after = last, &l.silent
		last.after, l.silent.before = p, p
		l.free.Signal()
	}
}

// place is a connection that gives its place back once.
type place struct {
	net.Conn
	in   *limiter
	left sync.Once

	before, after *place // its neighbours in the ring of the silent ones; nil: it is in none
}

// unlink takes a connection out of the ring, if it is there.
func (p *place) unlink() {
	if p.after == nil {
		return
	}
	p.before.after, p.after.before = p.after, p.before
	p.before, p.after = nil, nil
}

func (p *place) Close() error {
	err := p.Conn.Close()
	p.left.Do(p.in.leave)
	return err
}
