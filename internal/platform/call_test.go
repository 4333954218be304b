package platform_test

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/platform"
	"crieur/internal/platform/platformtest"
)

var good = platformtest.Good{Status: 200, Body: `{"id":"1"}`}

// post sends one POST through a call and returns its failure, nil when all is well.
func post(ctx context.Context, w *platform.Wire, url string) error {
	call := w.Create("key-1", func(platform.Answer) error { return nil })
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url+"/posts?q=1", strings.NewReader("status=hello"))
	if err != nil {
		return err
	}
	resp, err := platform.NewHTTPClient(call).Do(req)
	if err != nil {
		return call.Failure(err)
	}
	return resp.Body.Close()
}

func TestAfterTheConnectionEveryFaultIsAmbiguousAndNothingIsSentTwice(t *testing.T) {
	t.Parallel()
	for _, fault := range platformtest.Faults() {
		switch fault.Name {
		case "HTML with 200", "empty 200", "204":
			continue // bytes are fine; the adapters judge them
		}
		t.Run(fault.Name, func(t *testing.T) {
			t.Parallel()
			server := platformtest.Start(t, fault, good)
			timeout := 20 * time.Second
			if fault.Slow {
				timeout = 200 * time.Millisecond
			}
			err := post(t.Context(), platform.NewWire(platform.WireOptions{Timeout: timeout}), server.URL)
			class := delivery.OK
			if err != nil {
				class = platform.AsError(err).Class
			}
			if class != fault.Class {
				t.Errorf("class %q, want %q: %v", class, fault.Class, err)
			}
			if server.Posts() > 1 {
				t.Errorf("the server got the post %d times", server.Posts())
			}
		})
	}
}

func TestBeforeTheConnectionEveryFaultIsRefused(t *testing.T) {
	t.Parallel()
	gone, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := "http://" + gone.Addr().String()
	if err := gone.Close(); err != nil {
		t.Fatal(err)
	}
	secure := httptest.NewUnstartedServer(http.NotFoundHandler())
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	t.Cleanup(secure.Close)
	plain := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(plain.Close)
	dial := func(f func(ctx context.Context) error) http.RoundTripper {
		transport := platform.NewTransport()
		transport.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) { return nil, f(ctx) }
		return transport
	}
	for name, c := range map[string]struct {
		url       string
		transport http.RoundTripper
	}{
		"connection refused":      {closed, nil},
		"certificate unknown":     {secure.URL, nil},
		"no TLS on the port":      {strings.Replace(plain.URL, "http:", "https:", 1), nil},
		"name unknown":            {"http://example.org", dial(func(context.Context) error { return &net.DNSError{Name: "example.org", IsNotFound: true} })},
		"dialling takes too long": {"http://example.org", dial(func(context.Context) error { <-t.Context().Done(); return t.Context().Err() })},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wire := platform.NewWire(platform.WireOptions{Transport: c.transport, Timeout: time.Second})
			if e := platform.AsError(post(t.Context(), wire, c.url)); e == nil || e.Class != delivery.Refused || e.Status != 0 {
				t.Errorf("got %v, want refused without a status", e)
			}
		})
	}
}

func TestCancelledBeforeSendingIsRefusedAndAfterSendingAmbiguous(t *testing.T) {
	t.Parallel()
	arrived := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // else the server does not notice that we go
		close(arrived)
		<-r.Context().Done()
	}))
	t.Cleanup(server.Close)
	wire := platform.NewWire(platform.WireOptions{})

	before, cancel := context.WithCancel(t.Context())
	cancel()
	err := post(before, wire, server.URL)
	if e := platform.AsError(err); e.Class != delivery.Refused || !errors.Is(err, context.Canceled) {
		t.Errorf("before: %v, want refused because of the cancellation", err)
	}

	during, cancel := context.WithCancel(t.Context())
	go func() { <-arrived; cancel() }()
	err = post(during, wire, server.URL)
	if e := platform.AsError(err); e.Class != delivery.Ambiguous || !errors.Is(err, context.Canceled) {
		t.Errorf("during: %v, want ambiguous because of the cancellation", err)
	}
}

func TestACallSendsOneRequestOnly(t *testing.T) {
	t.Parallel()
	requests := 0
	call := platform.NewWire(platform.WireOptions{Transport: roundTrip(func(*http.Request) (*http.Response, error) {
		requests++
		return answer(429, "", nil), nil
	})}).Call(platform.OpOther)
	for range 3 {
		req := httptest.NewRequest(http.MethodPost, "http://example.org/", strings.NewReader("x"))
		req.RequestURI = ""
		if resp, err := call.RoundTrip(req); err == nil {
			t.Errorf("a 429 was handed to the library: %v", resp)
		}
	}
	if requests != 1 {
		t.Errorf("%d requests were sent, want 1", requests)
	}
}

func TestAReadOnlyRequestIsNeverAmbiguous(t *testing.T) {
	t.Parallel()
	for _, fault := range platformtest.Faults()[:6] {
		server := platformtest.Start(t, fault, good)
		call := platform.NewWire(platform.WireOptions{}).Call(platform.OpOther)
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := platform.NewHTTPClient(call).Do(req)
		if err == nil {
			t.Fatalf("%s: an answer: %v", fault.Name, resp.Body.Close())
		}
		if e := call.Failure(err); e.Class != delivery.Refused {
			t.Errorf("%s: %v, want refused", fault.Name, e)
		}
	}
}
