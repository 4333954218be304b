package redirect

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// serving serves h with at most most connections until the test ends.
func serving(tb testing.TB, h http.Handler, most int) (addr string) {
	tb.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	s := Server(h)
	done := make(chan error, 1)
	limited := limit(s, l, most)
	go func() { done <- s.Serve(limited) }()
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Error(err)
		}
		if err := <-done; !errors.Is(err, http.ErrServerClosed) {
			tb.Error(err)
		}
		for deadline := time.Now().Add(30 * time.Second); !limited.empty(); time.Sleep(time.Millisecond) {
			if time.Now().After(deadline) {
				tb.Fatal("connections are still counted after the end")
			}
		}
	})
	return l.Addr().String()
}

func (l *limiter) empty() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.open == 0 && l.silent.after == &l.silent && l.silent.before == &l.silent
}

// speak opens a connection and sends what it is told, which need not be a request.
func speak(tb testing.TB, addr, words string) net.Conn {
	tb.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = c.Close() })
	if _, err := io.WriteString(c, words); err != nil {
		tb.Fatal(err)
	}
	return c
}

func mustAnswer(tb testing.TB, c net.Conn, want int) {
	tb.Helper()
	if err := c.SetReadDeadline(time.Now().Add(30 * time.Second)); err != nil {
		tb.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		tb.Fatal(err)
	}
	_, err = io.Copy(io.Discard, resp.Body)
	if err = errors.Join(err, resp.Body.Close()); err != nil || resp.StatusCode != want {
		tb.Fatalf("status %d, %v", resp.StatusCode, err)
	}
}

const request = "GET /openai-signe-un-contrat HTTP/1.1\r\nHost: crieur.example.org\r\n\r\n"

// Ten thousand silent ones, some in the middle of a header: the reader is answered,
// and no more than the limit stays open.
func TestTenThousandSilentConnectionsKeepNobodyOut(t *testing.T) {
	const most, silent = 256, 10_000
	addr := serving(t, only(frenchPage()), most)
	conns := make([]net.Conn, silent)
	for i := range conns {
		conns[i] = speak(t, addr, []string{"", "GET /slow HTTP/1.1\r\nX-Drip: "}[i%2])
		if i%1000 == 0 {
			mustAnswer(t, speak(t, addr, request), 200)
		}
	}
	mustAnswer(t, speak(t, addr, request), 200)
	closed := 0
	for _, c := range conns[:silent-2*most] { // the longest silent went first
		if err := c.SetReadDeadline(time.Now().Add(30 * time.Second)); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Read(make([]byte, 1)); err != nil && !errors.Is(err, errTimeout(err)) {
			closed++
		}
	}
	if closed != silent-2*most {
		t.Errorf("%d of the %d longest silent were closed", closed, silent-2*most)
	}
}

// errTimeout is err itself when it is a timeout: then the connection was still open.
func errTimeout(err error) error {
	var n net.Error
	if errors.As(err, &n) && n.Timeout() {
		return err
	}
	return io.ErrNoProgress
}

func TestWhoIsBeingAnsweredIsNotCutOff(t *testing.T) {
	inside, finish := make(chan struct{}), make(chan struct{})
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/wait" {
			inside <- struct{}{}
			<-finish
		}
		w.WriteHeader(http.StatusNoContent)
	})
	addr := serving(t, h, 2)
	first := speak(t, addr, "GET /wait HTTP/1.1\r\nHost: a\r\n\r\n")
	<-inside
	second := speak(t, addr, "GET /wait HTTP/1.1\r\nHost: a\r\n\r\n")
	<-inside
	third := speak(t, addr, "GET / HTTP/1.1\r\nHost: a\r\n\r\n") // waits in the system's queue
	close(finish)
	for _, c := range []net.Conn{first, second, third} {
		mustAnswer(t, c, http.StatusNoContent)
	}
}

func TestHugeHeadersAreRefused(t *testing.T) {
	addr := serving(t, only(frenchPage()), 10)
	c := speak(t, addr, "GET / HTTP/1.1\r\nHost: a\r\nX-Huge: "+strings.Repeat("a", 13<<10)+"\r\n\r\n")
	status, err := bufio.NewReader(c).ReadString('\n') // what follows may be cut off: much of the header was not read
	if err != nil || !strings.HasPrefix(status, "HTTP/1.1 431 ") {
		t.Errorf("%q, %v", status, err)
	}
}

func TestABodyIsNotWaitedFor(t *testing.T) {
	addr := serving(t, only(frenchPage()), 10)
	c := speak(t, addr, "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nand now we wait")
	mustAnswer(t, c, http.StatusMethodNotAllowed)
	if _, err := c.Read(make([]byte, 1)); errors.Is(err, errTimeout(err)) {
		t.Error("the connection is still open")
	}
}
