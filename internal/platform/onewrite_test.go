package platform_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"crieur/internal/platform"
)

// countingConn counts the writes of a connection.
type countingConn struct {
	net.Conn
	mu     *sync.Mutex
	writes *[]int
}

func (c countingConn) Write(b []byte) (int, error) {
	c.mu.Lock()
	*c.writes = append(*c.writes, len(b))
	c.mu.Unlock()
	return c.Conn.Write(b)
}

// A process that dies between header and body leaves a cut post, and snac publishes it.
func TestHeaderAndBodyLeaveInOneWrite(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("{}")) }))
	defer srv.Close()
	for _, size := range []int{20, 700, 5_000, 100_000} {
		var mu sync.Mutex
		var writes []int
		rt := platform.NewTransport()
		dial := rt.DialContext
		rt.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
			c, err := dial(ctx, network, addr)
			return countingConn{c, &mu, &writes}, err
		}
		call := platform.NewWire(platform.WireOptions{Transport: rt}).Create("key", func(platform.Answer) error { return nil })
		body := struct{ *strings.Reader }{strings.NewReader(strings.Repeat("x", size))} // a kind that net/http does not know
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, srv.URL+"/posts", body)
		if err != nil {
			t.Fatal(err)
		}
		req.ContentLength = int64(size)
		resp, err := platform.NewHTTPClient(call).Do(req)
		if err != nil {
			t.Fatal(err)
		}
		if err := resp.Body.Close(); err != nil {
			t.Error(err)
		}
		mu.Lock()
		if len(writes) != 1 || writes[0] <= size {
			t.Errorf("a body of %d bytes left in writes of %v bytes", size, writes)
		}
		mu.Unlock()
	}
}
