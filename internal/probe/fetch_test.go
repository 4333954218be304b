package probe

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestFetchReadsWholeFilesOfThePublicInternet(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/a.png":
			_, _ = io.WriteString(w, "pixels")
		case "/moved":
			http.Redirect(w, r, "/a.png", http.StatusFound)
		case "/round":
			http.Redirect(w, r, "/round", http.StatusFound)
		case "/file":
			http.Redirect(w, r, "file:///etc/passwd", http.StatusFound)
		case "/slow":
			<-r.Context().Done()
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(server.Close)
	o := Options{AllowPrivate: true, Timeout: 5 * time.Second}
	for _, path := range []string{"/a.png", "/moved"} {
		if got, err := Fetch(t.Context(), server.URL+path, 6, o); err != nil || string(got) != "pixels" {
			t.Errorf("%s: %q, %v", path, got, err)
		}
	}
	for path, want := range map[string]string{"/none": "status 404", "/round": "redirects", "/file": "no http(s) address"} {
		if _, err := Fetch(t.Context(), server.URL+path, 6, o); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), server.URL) {
			t.Errorf("%s: %v", path, err)
		}
	}
	if _, err := Fetch(t.Context(), server.URL+"/a.png", 5, o); err == nil || !strings.Contains(err.Error(), "more than") {
		t.Errorf("a file that is too large: %v", err)
	}
	if _, err := Fetch(t.Context(), server.URL+"/slow", 6, Options{AllowPrivate: true, Timeout: 50 * time.Millisecond}); err == nil {
		t.Error("a server that never answers was waited for")
	}
	if _, err := Fetch(t.Context(), server.URL+"/a.png", 6, Options{}); err == nil || !strings.HasPrefix(err.Error(), "it leads to 127.0.0.1, which is not public, and pictures") {
		t.Errorf("a private address was asked: %v", err)
	}
}
