package platformtest

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"strings"
	"time"

	"crieur/internal/delivery"
)

// Fault is one way of failing.
type Fault struct {
	Name  string
	Class delivery.Class // what it means for a POST that creates something; OK: it is no failure
	Slow  bool           // ends only by the client's time-out
	serve func(*Server, *peer)
}

// Faults lists every way of failing after a connection was made.
func Faults() []Fault {
	ambiguous := func(name string, serve func(*Server, *peer)) Fault {
		return Fault{Name: name, Class: delivery.Ambiguous, serve: serve}
	}
	slow := func(name string, serve func(*Server, *peer)) Fault {
		return Fault{Name: name, Class: delivery.Ambiguous, Slow: true, serve: serve}
	}
	raw := func(name, text string) Fault {
		return ambiguous(name, func(s *Server, p *peer) {
			if s.receive(p) {
				p.say(text)
			}
		})
	}
	return []Fault{
		ambiguous("closes on accept", func(*Server, *peer) {}),
		ambiguous("resets at the first byte", func(_ *Server, p *peer) {
			_, _ = p.in.Peek(1)
			p.reset()
		}),
		ambiguous("resets halfway through the request", func(_ *Server, p *peer) {
			_, _ = p.in.Discard(20)
			p.reset()
		}),
		ambiguous("closes after the request", func(s *Server, p *peer) { s.receive(p) }),
		ambiguous("resets after the request", func(s *Server, p *peer) { s.receive(p); p.reset() }),
		raw("half a status line", "HTTP/1.1 20"),
		raw("half the headers", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\nX-Half"),
		ambiguous("half the body", func(s *Server, p *peer) {
			if s.receive(p) {
				p.say(s.head("Content-Length: 100000") + s.good.Body)
			}
		}),
		raw("speaks no HTTP", "SSH-2.0-OpenSSH_9.9\r\n"),
		raw("switches protocols", "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n"),
		raw("unasked encoding", "HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 4\r\n\r\nabcd"),
		raw("false gzip", "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd"),
		raw("HTML with 200", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 15\r\n\r\n<html>ok</html>"),
		raw("empty 200", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
		raw("204", "HTTP/1.1 204 No Content\r\n\r\n"),
		raw("see other", "HTTP/1.1 303 See Other\r\nLocation: /done\r\nContent-Length: 0\r\n\r\n"),
		ambiguous("huge headers", func(s *Server, p *peer) {
			if s.receive(p) {
				p.say(s.head("X-Huge: "+strings.Repeat("h", 1<<20), "Content-Length: 2") + "{}")
			}
		}),
		ambiguous("endless headers", func(s *Server, p *peer) {
			for s.receive(p) && p.say(strings.TrimSuffix(s.head(), "\r\n")) {
				for p.say("X-More: and more\r\n") {
				}
			}
		}),
		ambiguous("endless body", func(s *Server, p *peer) {
			if s.receive(p) && p.say(s.head()+`{"id":"1","data":{"id":"1","text":"`) {
				for p.say(strings.Repeat("x", 4096)) {
				}
			}
		}),
		ambiguous("gzip bomb", func(s *Server, p *peer) {
			if s.receive(p) {
				p.say(s.head("Content-Encoding: gzip") + zipped(`{"id":"1","data":{"id":"1","text":"`+strings.Repeat("x", 4<<20)+`"}}`))
			}
		}),
		slow("never answers", func(s *Server, p *peer) { s.receive(p); <-s.stop }),
		slow("drips headers", func(s *Server, p *peer) {
			if s.receive(p) {
				s.drip(p, strings.TrimSuffix(s.head(), "\r\n")+"X-Slow: "+strings.Repeat("s", 1<<20))
			}
		}),
		slow("drips the body", func(s *Server, p *peer) {
			if s.receive(p) && p.say(s.head()) {
				s.drip(p, strings.Repeat(" ", 1<<20))
			}
		}),
		{Name: "gzip though not asked for", Class: delivery.OK, serve: func(s *Server, p *peer) {
			if s.receive(p) {
				p.say(s.head("Content-Encoding: gzip") + zipped(s.good.Body))
			}
		}},
		{Name: "good, in chunks", Class: delivery.OK, serve: func(s *Server, p *peer) {
			if s.receive(p) {
				p.say(s.head("Transfer-Encoding: chunked") + fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(s.good.Body), s.good.Body))
			}
		}},
	}
}

// Stale answers the first request of each connection well and keeps the connection;
// the second one it reads whole and then ends the connection without an answer.
func Stale() Fault {
	return Fault{Name: "stale connection", serve: func(s *Server, p *peer) {
		if s.receive(p) && p.say(s.head(fmt.Sprintf("Content-Length: %d", len(s.good.Body)))+s.good.Body) {
			s.receive(p)
		}
	}}
}

// head is the start of a good answer.
func (s *Server) head(lines ...string) string {
	head := fmt.Sprintf("HTTP/1.1 %d %s\r\nContent-Type: application/json\r\n", s.good.Status, http.StatusText(s.good.Status))
	for _, line := range lines {
		head += line + "\r\n"
	}
	return head + "\r\n"
}

// drip writes a byte now and then until the client or the test gives up.
func (s *Server) drip(p *peer, text string) {
	const pause = 10 * time.Millisecond
	for _, b := range []byte(text) {
		if !p.say(string(b)) {
			return
		}
		select {
		case <-time.After(pause):
		case <-s.stop:
			return
		}
	}
}

func zipped(text string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write([]byte(text))
	if err != nil || w.Close() != nil {
		panic("gzip to memory cannot fail")
	}
	return b.String()
}
