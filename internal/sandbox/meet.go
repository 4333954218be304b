package sandbox

import (
	"fmt"
	"net"
	"net/http"
	"time"
)

const garbage = "<!DOCTYPE html><html><head><title>Just a moment…</title></head><body>\x00\xff{\"data\":</body></html>"

// meet lets a request meet a fault and returns the status that was answered, 0 for none.
func (s *Server) meet(w http.ResponseWriter, c *call, f Fault, h handler) int {
	answer := func(a reply) int {
		a.send(w)
		return a.status
	}
	switch f.Kind {
	case Answer, Documented:
		return answer(f.reply())
	case AnswerAfter:
		s.deal(c, h)
		return answer(f.reply())
	case RateLimited:
		return answer(s.rateLimited(time.Now(), f.For))
	case ResetBefore:
		return hangUp(w, true)
	case ResetAfter:
		s.deal(c, h)
		return hangUp(w, true)
	case TimeoutBefore:
		s.silence(c.Request, f.For)
		return hangUp(w, false)
	case TimeoutAfter:
		s.deal(c, h)
		s.silence(c.Request, f.For)
		return hangUp(w, false)
	case GarbageBefore:
		return answer(spoilt(http.StatusOK))
	case Garbage:
		return answer(spoilt(s.deal(c, h).status))
	case Cut:
		return cut(w, s.deal(c, h))
	case Slow:
		return s.drip(w, s.deal(c, h), f.For)
	case Drop:
		c.drop = true
	case RefuseConnection: // never reaches a request
	}
	return answer(s.deal(c, h))
}

func (f Fault) reply() reply {
	h := http.Header{}
	for name, value := range f.Header {
		h.Set(name, value)
	}
	if h.Get("Content-Type") == "" {
		h.Set("Content-Type", contentType(f.Body))
	}
	return reply{status: f.Status, header: h, body: []byte(f.Body)}
}

func contentType(body string) string {
	if len(body) > 0 && (body[0] == '{' || body[0] == '[') {
		return "application/json; charset=utf-8"
	}
	return "text/html; charset=utf-8"
}

func spoilt(status int) reply {
	return reply{status: status, header: header("Content-Type", "text/html; charset=utf-8"), body: []byte(garbage)}
}

// hangUp ends the connection without an answer: with a reset, or politely.
func hangUp(w http.ResponseWriter, reset bool) int {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return 0 // the client was faster
	}
	if tcp, ok := conn.(*net.TCPConn); ok && reset {
		_ = tcp.SetLinger(0) // fails only on a connection that is gone already
	}
	_ = conn.Close()
	return 0
}

// silence lasts until the client gives up or the server ends, at most for limit.
func (s *Server) silence(r *http.Request, limit time.Duration) {
	t := time.NewTimer(limit)
	defer t.Stop()
	select {
	case <-t.C:
	case <-r.Context().Done():
	}
}

// cut promises the whole answer, sends half of it and ends the connection.
func cut(w http.ResponseWriter, a reply) int {
	a.writeHeader(w)
	_, _ = w.Write(a.body[:len(a.body)/2])
	_ = http.NewResponseController(w).Flush()
	hangUp(w, false)
	return a.status
}

// drip sends the answer in twenty drops over the whole time.
func (s *Server) drip(w http.ResponseWriter, a reply, whole time.Duration) int {
	const drops = 20
	rc := http.NewResponseController(w)
	a.writeHeader(w)
	for i := range drops {
		if rc.Flush() != nil {
			break
		}
		select {
		case <-time.After(whole / drops):
		case <-s.ctx.Done():
			return a.status
		}
		if _, err := w.Write(a.body[len(a.body)*i/drops : len(a.body)*(i+1)/drops]); err != nil {
			break
		}
	}
	return a.status
}

// rateLimited is the 429 of this platform with a reset after wait.
func (s *Server) rateLimited(now time.Time, wait time.Duration) reply {
	e := s.errors[tooManyRequests]
	a := Fault{Status: e.Status, Body: e.Body}.reply()
	writeRate(s.platform, a.header, rate{limit: 1, reset: now.Add(wait)})
	return a
}

// rate is what rate-limit headers tell.
type rate struct {
	limit, remaining int
	reset            time.Time
}

// writeRate speaks X's dialect (unix seconds) or Mastodon's (ISO 8601 with microseconds).
func writeRate(platform string, h http.Header, r rate) {
	prefix, reset := "x-rate-limit-", fmt.Sprint(r.reset.Unix())
	if platform == "mastodon" {
		prefix, reset = "X-RateLimit-", r.reset.UTC().Format("2006-01-02T15:04:05.000000Z")
	}
	h.Set(prefix+"limit", fmt.Sprint(r.limit))
	h.Set(prefix+"remaining", fmt.Sprint(r.remaining))
	h.Set(prefix+"reset", reset)
}
