package redirect

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/google/go-cmp/cmp"
)

// decoded is the body as a reader sees it.
func decoded(t *testing.T, rec *httptest.ResponseRecorder) string {
	t.Helper()
	r := io.Reader(rec.Body)
	switch coding := rec.Header().Get("Content-Encoding"); coding {
	case "":
	case "br":
		r = brotli.NewReader(r)
	case "gzip":
		z, err := gzip.NewReader(r)
		if err != nil {
			t.Fatal(err)
		}
		r = z
	default:
		t.Fatalf("coding %q", coding)
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestTheCodingIsTheOneThatTheReaderPrefers(t *testing.T) {
	h, want := only(frenchPage()), mustRender(t, frenchPage())
	for _, c := range []struct {
		accept []string
		coding string
	}{
		{nil, ""}, {[]string{""}, ""}, {[]string{"identity"}, ""}, {[]string{"deflate, zstd"}, ""},
		{[]string{"gzip"}, "gzip"}, {[]string{"x-gzip"}, "gzip"}, {[]string{"GZIP"}, "gzip"}, {[]string{"br"}, "br"},
		{[]string{"gzip, deflate, br, zstd"}, "br"}, {[]string{"gzip", "br"}, "br"}, {[]string{"*"}, "br"},
		{[]string{"br;q=0.9, gzip"}, "gzip"}, {[]string{"br;q=0.001"}, "br"}, {[]string{"gzip;q=0.5,br;q=0.501"}, "br"},
		{[]string{"br;q=0, *"}, "gzip"}, {[]string{"br;q=0, gzip;q=0.000, *;q=0.1"}, ""}, {[]string{"*;q=0, gzip"}, "gzip"},
		{[]string{"identity;q=0.5, br;q=0.4"}, ""}, {[]string{"identity, *;q=0"}, ""}, {[]string{"gzip;q=1.000 , br ; q=0.9"}, "gzip"},
		{[]string{"br;q=2, gzip;q=0.1"}, "gzip"}, {[]string{"br;q=x, gzip"}, "gzip"}, {[]string{"br;q=1.001, gzip"}, "gzip"},
		{[]string{"br;q=0.1234, gzip"}, "gzip"}, {[]string{"br;level=5, gzip"}, "gzip"}, {[]string{"br;q=+1, gzip"}, "gzip"}, {[]string{";;,,=,"}, ""},
		{[]string{"br;Q=0.5"}, "br"}, {[]string{"br;q="}, ""}, {[]string{"br;q=1."}, "br"},
	} {
		req := httptest.NewRequest("GET", "/openai-signe-un-contrat", nil)
		req.Header["Accept-Encoding"] = c.accept
		if c.accept == nil {
			req.Header.Del("Accept-Encoding")
		}
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, req)
		if rec.Code != 200 || rec.Header().Get("Content-Encoding") != c.coding || decoded(t, rec) != want {
			t.Errorf("%q: status %d, coding %q, want %q", c.accept, rec.Code, rec.Header().Get("Content-Encoding"), c.coding)
		}
		if rec.Header().Get("Vary") != "Accept-Encoding" {
			t.Errorf("%q: Vary %q", c.accept, rec.Header().Get("Vary"))
		}
	}
}

func TestWhoAcceptsNoCodingOfOursIsTold(t *testing.T) {
	for _, accept := range []string{"identity;q=0", "*;q=0", "identity;q=0, deflate", "*;q=0, deflate"} {
		rec := ask(only(frenchPage()), "GET", "/openai-signe-un-contrat", "Accept-Encoding", accept)
		if rec.Code != http.StatusNotAcceptable || rec.Header().Get("Vary") != "Accept-Encoding" || rec.Header().Get("Content-Encoding") != "" {
			t.Errorf("%q: status %d, headers %v", accept, rec.Code, rec.Header())
		}
		if rec := ask(only(frenchPage()), "GET", "/none", "Accept-Encoding", accept); rec.Code != http.StatusNotFound {
			t.Errorf("%q: an unknown page: status %d", accept, rec.Code)
		}
	}
}

func TestWhatCompressionMakesLongerIsSentAsItIs(t *testing.T) {
	rec := ask(only(frenchPage()), "GET", "/robots.txt", "Accept-Encoding", "gzip, br, identity")
	if rec.Header().Get("Content-Encoding") != "" {
		t.Errorf("coding %q", rec.Header().Get("Content-Encoding"))
	}
}

func TestEachCodingHasItsOwnStrongTag(t *testing.T) {
	h, seen := only(frenchPage()), map[string]string{}
	for _, coding := range []string{"identity", "gzip", "br"} {
		rec := ask(h, "GET", "/openai-signe-un-contrat", "Accept-Encoding", coding)
		tag := rec.Header().Get("ETag")
		if other, ok := seen[tag]; ok || strings.HasPrefix(tag, "W/") || !strings.HasPrefix(tag, `"`) {
			t.Errorf("%s: tag %s, as %s", coding, tag, other)
		}
		seen[tag] = coding
		same := ask(h, "GET", "/openai-signe-un-contrat", "Accept-Encoding", coding, "If-None-Match", tag)
		if same.Code != http.StatusNotModified || same.Body.Len() != 0 {
			t.Errorf("%s: status %d", coding, same.Code)
		}
		for _, name := range []string{"ETag", "Vary", "Cache-Control", "Content-Security-Policy"} {
			if diff := cmp.Diff(rec.Header()[http.CanonicalHeaderKey(name)], same.Header()[http.CanonicalHeaderKey(name)]); diff != "" {
				t.Errorf("%s: 304 has another %s (-200 +304):\n%s", coding, name, diff)
			}
		}
		for _, name := range []string{"Content-Length", "Content-Encoding", "Content-Type"} {
			if got := same.Header().Get(name); got != "" {
				t.Errorf("%s: 304 tells %s %q of a body that it has not", coding, name, got)
			}
		}
	}
	for tag, coding := range seen {
		other := map[string]string{"identity": "gzip", "gzip": "br", "br": "identity"}[coding]
		if rec := ask(h, "GET", "/openai-signe-un-contrat", "Accept-Encoding", other, "If-None-Match", tag); rec.Code != 200 {
			t.Errorf("the tag of %s in %s: status %d", coding, other, rec.Code)
		}
	}
}

func TestPiecesAreOfThePlainPageOnly(t *testing.T) {
	h, whole := only(frenchPage()), mustRender(t, frenchPage())
	rec := ask(h, "GET", "/openai-signe-un-contrat", "Range", "bytes=10-19")
	if rec.Code != http.StatusPartialContent || rec.Body.String() != whole[10:20] {
		t.Errorf("plain: status %d, %q", rec.Code, rec.Body)
	}
	rec = ask(h, "GET", "/openai-signe-un-contrat", "Range", "bytes=99999999-")
	if rec.Code != http.StatusRequestedRangeNotSatisfiable || rec.Header().Get("Content-Security-Policy") == "" {
		t.Errorf("past the end: status %d", rec.Code)
	}
	for _, coding := range []string{"gzip", "br"} {
		rec := ask(h, "GET", "/openai-signe-un-contrat", "Range", "bytes=10-19", "Accept-Encoding", coding)
		if rec.Code != 200 || decoded(t, rec) != whole {
			t.Errorf("%s: status %d, headers %v", coding, rec.Code, rec.Header())
		}
	}
}
