package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// benchConnections are open at once where memory is measured.
const benchConnections = 10_000

// benchMemory tells what the daemon, a process of its own that was at rest before, takes
// while so many connections are open. They stay open, and the page is served.
func benchMemory(t *testing.T, w webWorld) {
	say := func(format string, args ...any) { _, _ = fmt.Fprintf(t.Output(), format+"\n", args...) }
	request := "GET /" + w.live + " HTTP/1.1\r\nHost: news.example.org\r\nUser-Agent: " + benchAgent + "\r\n"
	say("resident memory of the daemon, with max_connections = %d (4096 unless configured):", benchConnections)
	rest := residentMB(t, w.pid)
	say("  at rest: %.1f MB", rest)
	for _, kind := range []struct {
		name, sends string
		answered    bool
	}{
		{"slow, in the middle of a header", request, false},
		{"idle, after an answer", request + "\r\n", true},
	} {
		begun := time.Now()
		conns := make([]net.Conn, benchConnections)
		for i := range conns {
			conns[i] = openConnection(t, w.pages, kind.sends)
			if kind.answered {
				readAnswer(t, conns[i])
			}
		}
		after, open := residentMB(t, w.pid), countSilent(conns)
		// Who sends no whole header within 5 s is closed, as a machine at work may be too slow to prevent.
		if took := time.Since(begun); open != len(conns) && (kind.answered || took < 5*time.Second) {
			t.Errorf("%s: %d of %d were still open after %s", kind.name, open, len(conns), took)
		}
		say("  with %d connections, %s (%d still open when counted): %.1f MB, %.1f KB each", len(conns), kind.name, open, after, (after-rest)*1024/float64(len(conns)))
		// One more takes the place of who was silent longest.
		readAnswer(t, openConnection(t, w.pages, request+"\r\n"))
		for _, c := range conns {
			_ = c.Close() // the server may have been first
		}
	}
}

func openConnection(t *testing.T, addr, words string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	if _, err := io.WriteString(c, words); err != nil {
		t.Fatal(err)
	}
	return c
}

func readAnswer(t *testing.T, c net.Conn) {
	t.Helper()
	if err := c.SetReadDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, resp.Body); err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("HTTP %d, %v", resp.StatusCode, err)
	}
}

// countSilent counts the connections that the server neither closed nor sent anything
// more.
func countSilent(conns []net.Conn) int {
	var wg sync.WaitGroup
	var n atomic.Int64
	until := time.Now().Add(200 * time.Millisecond)
	for _, c := range conns {
		wg.Go(func() {
			if c.SetReadDeadline(until) != nil {
				return
			}
			_, err := c.Read(make([]byte, 1))
			if timeout := net.Error(nil); errors.As(err, &timeout) && timeout.Timeout() {
				n.Add(1)
			}
		})
	}
	wg.Wait()
	return int(n.Load())
}
