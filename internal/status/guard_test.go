package status

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// paths are what the endpoint serves, and one that it does not.
var paths = []string{"/", "/?stay", "/events", "/style.css", "/live.js", "/icon.svg", "/api/status", "/api/plan", "/healthz", "/readyz", "/metrics", "/nothing"}

func askWith(t *testing.T, opt Options, method, path string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	h, err := Handler(opt)
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(method, path, nil)
	r.Host = "localhost:8023"
	for i := 0; i < len(header); i += 2 {
		if header[i] == "Host" {
			r.Host = header[i+1]
			continue
		}
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestNoPageOfAnotherSiteGetsAnything(t *testing.T) {
	for _, row := range []struct {
		what   string
		method string
		header []string
		code   int
	}{
		{"a name that leads here", "GET", []string{"Host", "rebind.attacker.example"}, http.StatusMisdirectedRequest},
		{"a name that begins like loopback", "GET", []string{"Host", "127.0.0.1.attacker.example:8023"}, http.StatusMisdirectedRequest},
		{"another site's fetch", "GET", []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "cors", "Sec-Fetch-Dest", "empty"}, http.StatusForbidden},
		{"another site's image", "GET", []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "no-cors", "Sec-Fetch-Dest", "image"}, http.StatusForbidden},
		{"another site's script", "GET", []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "no-cors", "Sec-Fetch-Dest", "script"}, http.StatusForbidden},
		{"another site's frame", "GET", []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "iframe"}, http.StatusForbidden},
		{"another site, no more said", "GET", []string{"Sec-Fetch-Site", "cross-site"}, http.StatusForbidden},
		{"another port of this machine", "GET", []string{"Sec-Fetch-Site", "same-site", "Sec-Fetch-Mode", "cors"}, http.StatusForbidden},
		{"a value of tomorrow", "GET", []string{"Sec-Fetch-Site", "neighbour"}, http.StatusForbidden},
		{"an older browser's fetch", "GET", []string{"Origin", "https://attacker.example"}, http.StatusForbidden},
		{"another port's fetch", "GET", []string{"Origin", "http://localhost:3000"}, http.StatusForbidden},
		{"a sandboxed page's fetch", "GET", []string{"Origin", "null"}, http.StatusForbidden},
		{"a form", "POST", []string{"Origin", "https://attacker.example"}, http.StatusMethodNotAllowed},
		{"a preflight", "OPTIONS", []string{"Origin", "https://attacker.example", "Access-Control-Request-Method", "GET"}, http.StatusMethodNotAllowed},
		{"its own delete", "DELETE", []string{"Sec-Fetch-Site", "same-origin"}, http.StatusMethodNotAllowed},
	} {
		for _, path := range paths {
			w := askWith(t, sampleOptions(), row.method, path, row.header...)
			if w.Code != row.code || strings.Contains(w.Body.String(), "x-main") {
				t.Errorf("%s: %s %s: %d %s, want %d", row.what, row.method, path, w.Code, w.Body, row.code)
			}
			if allowed := w.Header().Get("Access-Control-Allow-Origin"); allowed != "" {
				t.Errorf("%s: %s allows %q to read it", row.what, path, allowed)
			}
		}
	}
}

func TestALinkMayLeadToThePageAlone(t *testing.T) {
	link := []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document"}
	for _, path := range paths {
		want := http.StatusForbidden
		if strings.HasPrefix(path, "/?") || path == "/" {
			want = http.StatusOK
		}
		if w := askWith(t, sampleOptions(), "GET", path, link...); w.Code != want {
			t.Errorf("a link to %s: %d, want %d", path, w.Code, want)
		}
	}
}

func TestWhatIsNoOtherSiteIsAnswered(t *testing.T) {
	for what, header := range map[string][]string{
		"a script of the shell":     nil,
		"an address that was typed": {"Sec-Fetch-Site", "none", "Sec-Fetch-Mode", "navigate"},
		"the page's own script":     {"Sec-Fetch-Site", "same-origin", "Sec-Fetch-Mode", "cors"},
		"its own origin":            {"Origin", "http://localhost:8023"},
	} {
		if w := askWith(t, sampleOptions(), "GET", "/api/status", header...); w.Code != http.StatusOK {
			t.Errorf("%s: %d %s", what, w.Code, w.Body)
		}
	}
	opt := sampleOptions()
	opt.AnyHost = true
	if w := askWith(t, opt, "GET", "/", "Host", "crieur.example.org"); w.Code != http.StatusOK {
		t.Errorf("behind a proxy: %d", w.Code)
	}
	if w := askWith(t, opt, "GET", "/", "Host", "crieur.example.org", "Sec-Fetch-Site", "cross-site"); w.Code != http.StatusForbidden {
		t.Errorf("behind a proxy, another site: %d", w.Code)
	}
}
