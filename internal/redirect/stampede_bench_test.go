package redirect

import (
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"sync"
	"testing"
)

// sink throws answers away, as cheaply as net/http's own writer would take them.
type sink struct{ h http.Header }

func (s sink) Header() http.Header         { return s.h }
func (s sink) WriteHeader(int)             {}
func (s sink) Write(b []byte) (int, error) { return len(b), nil }

func BenchmarkCachedPage(b *testing.B) {
	h := only(frenchPage())
	for name, path := range map[string]string{"page": "/openai-signe-un-contrat", "unknown": "/none"} {
		b.Run(name, func(b *testing.B) {
			r := httptest.NewRequest("GET", path, nil)
			r.Header.Set("Accept-Encoding", "gzip, deflate, br")
			w := sink{http.Header{}}
			b.ReportAllocs()
			for b.Loop() {
				clear(w.h)
				h.ServeHTTP(w, r)
			}
		})
	}
}

// BenchmarkStampede is a thousand clients at once, each on a connection of its own,
// for a page that has just changed.
func BenchmarkStampede(b *testing.B) {
	w := newWorld(frenchPage())
	addr := serving(b, w.handler(), 4096)
	for b.Loop() {
		w.change(func() {})
		var wg sync.WaitGroup
		for range 1000 {
			wg.Go(func() {
				c := speak(b, addr, request)
				mustAnswer(b, c, 200)
				if err := c.Close(); err != nil {
					b.Error(err)
				}
			})
		}
		wg.Wait()
	}
	b.ReportMetric(1000*float64(b.N)/b.Elapsed().Seconds(), "pages/s")
	b.ReportMetric(float64(w.loads.Load())/float64(b.N), "renderings/op")
}

// BenchmarkOpenConnections is what ten thousand silent connections cost in memory,
// those of the clients in this process included.
func BenchmarkOpenConnections(b *testing.B) {
	addr := serving(b, only(frenchPage()), 4096)
	for b.Loop() {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		conns := make([]net.Conn, 10_000)
		for i := range conns {
			conns[i] = speak(b, addr, "GET /slow")
		}
		mustAnswer(b, speak(b, addr, request), 200)
		runtime.GC()
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.HeapAlloc+after.StackInuse-before.HeapAlloc-before.StackInuse)/1e6, "MB")
		for _, c := range conns {
			_ = c.Close()
		}
	}
}
