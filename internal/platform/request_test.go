package platform_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"crieur/internal/delivery"
	"crieur/internal/platform"
	"crieur/internal/platform/platformtest"
)

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func answer(status int, body string, header http.Header) *http.Response {
	if header == nil {
		header = http.Header{}
	}
	return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader(body))}
}

func TestTheRequestCarriesWhatTheCallSaysAndNothingElse(t *testing.T) {
	t.Parallel()
	for _, key := range []string{"", "k-1"} {
		var got http.Header
		wire := platform.NewWire(platform.WireOptions{UserAgent: "crieur/1", Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			got = r.Header
			if r.GetBody != nil {
				t.Error("GetBody is set: net/http could send again")
			}
			return answer(200, "{}", nil), nil
		})})
		req := httptest.NewRequest(http.MethodPost, "http://example.org/", strings.NewReader("x"))
		req.RequestURI = ""
		req.GetBody = func() (io.ReadCloser, error) { return http.NoBody, nil }
		req.Header = http.Header{"Idempotency-Key": {"library"}, "X-Idempotency-Key": {"library"}, "User-Agent": {"library"}}
		if _, err := wire.Create(key, func(platform.Answer) error { return nil }).RoundTrip(req); err != nil { //nolint:bodyclose // in memory
			t.Fatal(err)
		}
		want := http.Header{"User-Agent": {"crieur/1"}, "Accept-Encoding": {"identity"}}
		if key != "" {
			want.Set("Idempotency-Key", key)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("key %q (-want +got):\n%s", key, diff)
		}
	}
}

// The control shows that the danger is real: without a Call, net/http sends the
// second POST twice.
func TestAStaleConnectionNeverGetsAPostTwice(t *testing.T) {
	t.Parallel()
	pooled := func() *http.Transport {
		transport := platform.NewTransport()
		transport.DisableKeepAlives = false
		return transport
	}
	t.Run("control", func(t *testing.T) {
		server, client := platformtest.Start(t, platformtest.Stale(), good), &http.Client{Transport: pooled()}
		t.Cleanup(client.CloseIdleConnections)
		for range 2 {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL, strings.NewReader("x"))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Idempotency-Key", "k")
			if resp, err := client.Do(req); err == nil {
				_, _ = io.Copy(io.Discard, resp.Body)
				_ = resp.Body.Close()
			}
		}
		if server.Posts() != 3 {
			t.Errorf("net/http sent %d, want 3: this test no longer proves anything", server.Posts())
		}
	})
	for name, transport := range map[string]*http.Transport{"ours": platform.NewTransport(), "pooled": pooled()} {
		t.Run(name, func(t *testing.T) {
			server := platformtest.Start(t, platformtest.Stale(), good)
			t.Cleanup(transport.CloseIdleConnections)
			wire := platform.NewWire(platform.WireOptions{Transport: transport})
			first, second := post(t.Context(), wire, server.URL), post(t.Context(), wire, server.URL)
			if first != nil || server.Posts() != 2 {
				t.Errorf("%d posts arrived, first %v, second %v; want 2", server.Posts(), first, second)
			}
			if e := platform.AsError(second); (name == "ours") != (e == nil) || e != nil && e.Class != delivery.Ambiguous {
				t.Errorf("second post: %v", second)
			}
		})
	}
}

func TestAnInMemoryTransportThatReadTheBodyMayHavePosted(t *testing.T) {
	t.Parallel()
	for _, reads := range []bool{false, true} {
		wire := platform.NewWire(platform.WireOptions{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			if reads {
				_, _ = io.ReadAll(r.Body)
			}
			return nil, errors.New("broken")
		})})
		want := delivery.Refused
		if reads {
			want = delivery.Ambiguous
		}
		if e := platform.AsError(post(t.Context(), wire, "http://example.org")); e.Class != want {
			t.Errorf("body read %v: %v, want %s", reads, e, want)
		}
	}
}

func TestErrorsNameTheRequestAndShowNoSecret(t *testing.T) {
	t.Parallel()
	const secret = "hush+hush/1234"
	for name, rt := range map[string]roundTrip{
		"transport": func(*http.Request) (*http.Response, error) { return nil, errors.New("bad token " + secret) },
		"escaped": func(*http.Request) (*http.Response, error) {
			return nil, errors.New("t=hush%2Bhush%2F1234\r\nfake log line")
		},
		"long": func(*http.Request) (*http.Response, error) {
			return nil, errors.New(strings.Repeat("long ", 1000) + secret)
		},
	} {
		wire := platform.NewWire(platform.WireOptions{Transport: rt, Secrets: []string{secret, ""}})
		err := post(t.Context(), wire, "http://example.org")
		for e := err; e != nil; e = errors.Unwrap(e) {
			if strings.Contains(e.Error(), secret) || strings.Contains(e.Error(), "hush%2B") {
				t.Errorf("%s: an error gives the secret away", name)
			}
		}
		if text := err.Error(); !strings.Contains(text, "POST http://example.org/posts") || strings.ContainsAny(text, "\r\n") || len(text) > 600 {
			t.Errorf("%s: %q", name, text)
		}
	}
}
