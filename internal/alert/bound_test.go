package alert

import (
	"net/http"
	"net/http/httptest"
	"os"
	"sync/atomic"
	"testing"
	"time"
)

func TestMain(m *testing.M) {
	if t, ok := http.DefaultTransport.(*http.Transport); ok {
		BoundAnswers(t) // as main does
	}
	os.Exit(m.Run())
}

// A service whose answer never ends costs a megabyte, not the machine's memory.
func TestAnAnswerWithoutEndIsCutOff(t *testing.T) {
	var sent atomic.Int64
	gone := make(chan struct{})
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		defer close(gone)
		chunk := make([]byte, 64<<10)
		for {
			n, err := w.Write(chunk)
			sent.Add(int64(n))
			if err != nil {
				return
			}
		}
	}))
	defer srv.Close()
	n, err := New(Options{Places: to("generic+" + srv.URL)})
	if err != nil {
		t.Fatal(err)
	}
	// Its status says that it took the message: whether the rest counts is the library's to say.
	_ = n.Test(t.Context())
	select {
	case <-gone:
	case <-time.After(time.Minute):
		t.Fatal("the connection is still open")
	}
	if got := sent.Load(); got > 64<<20 { // what the kernel's buffers hold comes on top
		t.Errorf("%d bytes were taken", got)
	}
}
