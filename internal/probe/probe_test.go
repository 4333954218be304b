package probe

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"crieur/internal/outside"
)

func serve(t *testing.T, h http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s
}

var private = Options{Site: "https://example.org", AllowPrivate: true, Timeout: 10 * time.Second}

func TestOnlyAClearAnswerDecides(t *testing.T) {
	for _, c := range []struct {
		status      int
		gone, known bool
	}{
		{200, false, true}, {204, false, true}, {404, true, true}, {410, true, true},
		{304, false, false}, {400, false, false}, {401, false, false}, {403, false, false}, {405, false, false},
		{429, false, false}, {451, false, false}, {500, false, false}, {502, false, false}, {503, false, false}, {504, false, false},
	} {
		s := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(c.status) })
		gone, err := Gone(t.Context(), s.URL, private)
		if gone != c.gone || (err == nil) != c.known {
			t.Errorf("%d: gone %v, error %v", c.status, gone, err)
		}
		if err != nil && !strings.Contains(err.Error(), fmt.Sprint(c.status)) {
			t.Errorf("the error does not name %d: %v", c.status, err)
		}
	}
}

func TestTheProbeSaysWhoItIs(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet || r.UserAgent() != "crieur (+https://example.org)" || r.Header.Get("Referer") != "" || r.Header.Get("Cookie") != "" {
			w.WriteHeader(http.StatusTeapot)
			return
		}
		if r.URL.Path == "/" {
			http.SetCookie(w, &http.Cookie{Name: "c", Value: "1"})
			http.Redirect(w, r, "/there", http.StatusFound)
		}
	})
	if gone, err := Gone(t.Context(), s.URL, private); gone || err != nil {
		t.Errorf("gone %v, error %v", gone, err)
	}
}

func TestFiveRedirectsAreFollowedAndNoMore(t *testing.T) {
	var hops, asked atomic.Int32
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if n := asked.Add(1); n <= hops.Load() {
			http.Redirect(w, r, fmt.Sprintf("/%d", n), http.StatusFound)
			return
		}
		w.WriteHeader(http.StatusGone)
	})
	hops.Store(5)
	if gone, err := Gone(t.Context(), s.URL, private); !gone || err != nil {
		t.Errorf("gone after five redirects: %v, %v", gone, err)
	}
	asked.Store(0)
	hops.Store(1000)
	if gone, err := Gone(t.Context(), s.URL, private); gone || err == nil || asked.Load() != 6 {
		t.Errorf("a loop: gone %v, error %v after %d requests", gone, err, asked.Load())
	}
}

func TestOtherSchemesAreRefused(t *testing.T) {
	for _, address := range []string{"file:///etc/passwd", "ftp://example.org/", "gopher://127.0.0.1/", "javascript:alert(1)", "//example.org/", "", "http://", "http://[::1"} {
		if gone, err := Gone(t.Context(), address, private); gone || err == nil {
			t.Errorf("%q: gone %v, error %v", address, gone, err)
		}
	}
	for _, where := range []string{"file:///etc/passwd", "ftp://example.org/", "http://"} {
		s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", where)
			w.WriteHeader(http.StatusFound)
		})
		if gone, err := Gone(t.Context(), s.URL, private); gone || err == nil {
			t.Errorf("redirect to %q: gone %v, error %v", where, gone, err)
		}
	}
}

func TestPrivateAddressesAreRefusedInEverySpelling(t *testing.T) {
	var asked atomic.Int32
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) { asked.Add(1); w.WriteHeader(http.StatusNotFound) })
	_, port, _ := strings.Cut(strings.TrimPrefix(s.URL, "http://"), ":")
	public := Options{
		Timeout:  10 * time.Second,
		Resolver: zone{addresses: map[string]string{"inner.example": "127.0.0.1", "meta.example": "169.254.169.254"}}.resolver(t),
	}
	for _, host := range []string{"127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "inner.example", "meta.example", "10.0.0.1", "169.254.169.254", "[fd00:ec2::254]"} {
		gone, err := Gone(t.Context(), "http://"+host+":"+port, public)
		if gone || err == nil || !strings.Contains(err.Error(), "not public") {
			t.Errorf("%s: gone %v, error %v", host, gone, err)
		}
	}
	if asked.Load() != 0 {
		t.Errorf("the server was asked %d times", asked.Load())
	}
}

func TestARedirectIntoAPrivateAddressIsRefused(t *testing.T) {
	var asked atomic.Int32
	inner := serve(t, func(w http.ResponseWriter, _ *http.Request) { asked.Add(1); w.WriteHeader(http.StatusNotFound) })
	outer := serve(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, inner.URL, http.StatusFound) })
	// For this test one loopback port stands for the public internet.
	front := netip.MustParseAddrPort(strings.TrimPrefix(outer.URL, "http://"))
	allow := func(at netip.AddrPort) error {
		if at == front {
			return nil
		}
		return outside.Public(at)
	}
	gone, err := gone(t.Context(), outer.URL, private, allow)
	if gone || err == nil || !strings.Contains(err.Error(), "not public") || asked.Load() != 0 {
		t.Errorf("gone %v, error %v, inner asked %d times", gone, err, asked.Load())
	}
}

func TestANameThatDoesNotExistIsGoneAndAFailingOneIsNot(t *testing.T) {
	o := Options{Timeout: 10 * time.Second, Resolver: zone{
		addresses: map[string]string{"noaddress.example": ""},
		failing:   map[string]bool{"failing.example": true},
	}.resolver(t)}
	if gone, err := Gone(t.Context(), "https://lapsed.example/a", o); !gone || err != nil {
		t.Errorf("NXDOMAIN: gone %v, error %v", gone, err)
	}
	for _, host := range []string{"noaddress.example", "failing.example"} {
		if gone, err := Gone(t.Context(), "https://"+host+"/a", o); gone || err == nil {
			t.Errorf("%s: gone %v, error %v", host, gone, err)
		}
	}
}

func TestTroubleOnTheWayIsNeverGone(t *testing.T) {
	down := serve(t, nil)
	down.Close()
	secure := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(secure.Close)
	silent := serve(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	huge := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X", strings.Repeat("x", 1<<20))
		w.WriteHeader(http.StatusNotFound)
	})
	o := private
	for name, address := range map[string]string{"refused": down.URL, "unknown authority": secure.URL, "huge header": huge.URL} {
		if gone, err := Gone(t.Context(), address, o); gone || err == nil {
			t.Errorf("%s: gone %v, error %v", name, gone, err)
		}
	}
	o.Timeout = 50 * time.Millisecond
	gone, err := Gone(t.Context(), silent.URL, o)
	var timedOut *url.Error
	if gone || !errors.As(err, &timedOut) || !timedOut.Timeout() {
		t.Errorf("silent: gone %v, error %v", gone, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if gone, err := Gone(ctx, silent.URL, private); gone || !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: gone %v, error %v", gone, err)
	}
}

func TestAnEndlessBodyIsNotRead(t *testing.T) {
	ended := make(chan struct{})
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		defer close(ended)
		for {
			if _, err := w.Write(make([]byte, 64<<10)); err != nil {
				return
			}
		}
	})
	if gone, err := Gone(t.Context(), s.URL, private); gone || err != nil {
		t.Errorf("gone %v, error %v", gone, err)
	}
	<-ended
}
