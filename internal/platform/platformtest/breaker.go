package platformtest

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
)

// Whole stands for all bytes of a request or an answer.
const Whole = 1 << 30

// Break says after how many bytes an exchange ends.
type Break struct {
	Request int  // bytes of the request that are read; 0: ends before anything was read
	Answer  int  // bytes of the answer that are written, once the request was read whole
	Reset   bool // ends with a reset instead of an end
}

// Breaker is a server that breaks exchanges where it is told to. Exchanges that it
// is not told to break end well, and the connection is kept.
type Breaker struct {
	URL    string
	answer string
	plan   atomic.Pointer[Break]
	count  struct{ dialled, begun, whole, size atomic.Int64 }
	mu     sync.Mutex
	idle   map[net.Conn]bool // kept connections
}

// Exchange is what arrived since Arm.
type Exchange struct {
	Dialled int // connections
	Begun   int // requests of which at least a byte was read
	Whole   int // requests that were read whole
}

// StartBreaker serves on loopback until the test ends.
func StartBreaker(t testing.TB, good Good) *Breaker {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b := &Breaker{
		URL: "http://" + listener.Addr().String(), idle: map[net.Conn]bool{},
		answer: fmt.Sprintf("HTTP/1.1 %d %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
			good.Status, http.StatusText(good.Status), len(good.Body), good.Body),
	}
	b.Arm(nil)
	var open sync.WaitGroup
	open.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return // the test ended
			}
			open.Go(func() { b.serve(&peer{Conn: conn}) })
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		b.Hang()
		open.Wait()
	})
	return b
}

// Arm sets how the next exchanges end, nil for well, and begins a new count.
func (b *Breaker) Arm(plan *Break) {
	if plan == nil {
		plan = &Break{Request: Whole, Answer: Whole}
	}
	b.plan.Store(plan)
	for _, n := range []*atomic.Int64{&b.count.dialled, &b.count.begun, &b.count.whole} {
		n.Store(0)
	}
}

// Hang ends the kept connections, whatever the client does with them at the time.
func (b *Breaker) Hang() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for conn := range b.idle {
		_ = conn.Close()
	}
}

// Arrived returns the count.
func (b *Breaker) Arrived() Exchange {
	return Exchange{int(b.count.dialled.Load()), int(b.count.begun.Load()), int(b.count.whole.Load())}
}

// RequestSize is that of the last request read whole, in bytes.
func (b *Breaker) RequestSize() int { return int(b.count.size.Load()) }

// AnswerSize is that of a whole answer, in bytes.
func (b *Breaker) AnswerSize() int { return len(b.answer) }

func (b *Breaker) serve(p *peer) {
	b.count.dialled.Add(1)
	if plan := b.plan.Load(); plan.Request == 0 {
		p.end(plan)
		return
	}
	for b.exchange(p) {
	}
}

// exchange deals with one request; false: the connection has ended.
func (b *Breaker) exchange(p *peer) bool {
	b.keep(p, true)
	first := make([]byte, 1)
	_, err := io.ReadFull(p, first)
	b.keep(p, false)
	plan := b.plan.Load()
	if err != nil {
		p.end(plan)
		return false
	}
	b.count.begun.Add(1)
	in := &io.LimitedReader{R: io.MultiReader(bytes.NewReader(first), p), N: int64(plan.Request)}
	req, err := http.ReadRequest(bufio.NewReader(in))
	if err == nil {
		_, err = io.Copy(io.Discard, req.Body)
	}
	if err != nil {
		p.end(plan)
		return false
	}
	b.count.whole.Add(1)
	b.count.size.Store(int64(plan.Request) - in.N)
	if plan.Answer < len(b.answer) || plan.Reset {
		p.say(b.answer[:min(plan.Answer, len(b.answer))])
		p.end(plan)
		return false
	}
	return p.say(b.answer)
}

func (b *Breaker) keep(p *peer, idle bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if idle {
		b.idle[p.Conn] = true
		return
	}
	delete(b.idle, p.Conn)
}

func (p *peer) end(plan *Break) {
	if plan.Reset {
		p.reset()
		return
	}
	_ = p.Close()
}
