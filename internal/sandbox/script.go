package sandbox

import (
	"fmt"
	"net"
	"slices"
	"time"
)

// Script lets the next requests of each fault's operation meet these faults, in
// order, after those already scripted; then all is normal again. A fault that makes
// no sense is an error and scripts nothing.
func (s *Server) Script(faults ...Fault) error {
	checked := make([]Fault, len(faults))
	for i, f := range faults {
		var err error
		if checked[i], err = s.checked(f); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.script = append(s.script, checked...)
	s.advance()
	return nil
}

// Clear drops what is left of the script and opens the server again.
func (s *Server) Clear() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.script = nil
	return s.open()
}

// Reopen ends a refusal; the rest of the script stays. No error if none is under way.
func (s *Server) Reopen() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.reopen()
}

func (s *Server) reopen() error {
	if !s.refusing {
		return nil
	}
	if len(s.script) > 0 && s.script[0].Kind == RefuseConnection {
		s.script = s.script[1:]
	}
	err := s.open()
	s.advance()
	return err
}

// Pending returns the faults that nothing has met yet.
func (s *Server) Pending() []Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.script)
}

// take returns the first fault for op, used up by one; the zero Fault if there is none.
func (s *Server) take(op Op) Fault {
	i := slices.IndexFunc(s.script, func(f Fault) bool {
		return f.Kind != RefuseConnection && (f.On == op || f.On == OpAny)
	})
	if i < 0 {
		return Fault{}
	}
	f := s.script[i]
	if f.Times > 0 {
		if s.script[i].Times--; s.script[i].Times == 0 {
			s.script = slices.Delete(slices.Clone(s.script), i, i+1)
		}
	}
	s.advance()
	return f
}

// advance begins a refusal that has come first in the script: no request could begin it.
func (s *Server) advance() {
	if s.refusing || len(s.script) == 0 || s.script[0].Kind != RefuseConnection || s.ctx.Err() != nil {
		return
	}
	s.refusing = true
	s.refusals++
	s.faultErr = s.listener.Close()
	s.http.SetKeepAlivesEnabled(false) // also closes the idle connections: they would still be answered
	if wait, refusal := s.script[0].For, s.refusals; wait > 0 {
		s.wg.Go(func() { s.reopenAfter(wait, refusal) })
	}
}

func (s *Server) reopenAfter(wait time.Duration, refusal int) {
	t := time.NewTimer(wait)
	defer t.Stop()
	select {
	case <-t.C:
	case <-s.ctx.Done():
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.refusals != refusal {
		return // somebody was faster, and another refusal is under way
	}
	if err := s.reopen(); err != nil {
		s.faultErr = err
	}
}

// open listens again where the server listened before.
func (s *Server) open() error {
	if !s.refusing || s.closed() {
		return nil
	}
	l, err := listenAgain(s.listener.Addr().String())
	if err != nil {
		return err
	}
	s.refusing, s.listener = false, l
	s.http.SetKeepAlivesEnabled(true)
	s.serve(l)
	return nil
}

// listenAgain tries for a second: another process may have had the port for a moment.
func listenAgain(addr string) (net.Listener, error) {
	for tries := 1; ; tries++ {
		l, err := net.Listen("tcp", addr)
		if err == nil {
			return l, nil
		}
		if tries == 40 {
			return nil, fmt.Errorf("the sandbox cannot listen again on %s: %w", addr, err)
		}
		time.Sleep(25 * time.Millisecond)
	}
}

// closed tells whether the server has ended for good.
func (s *Server) closed() bool { return s.ctx.Err() != nil }
