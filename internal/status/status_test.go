package status

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"crieur/internal/dispatch"
)

func fetch(t *testing.T, opt Options, method, host, path string) *httptest.ResponseRecorder {
	t.Helper()
	h, err := Handler(opt)
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(method, path, nil)
	r.Host = host
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func sampleOptions() Options {
	started := time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC)
	return Options{
		Title:    "Example <News>",
		NotReady: func(time.Time) []string { return nil },
		Status: func(time.Time) (dispatch.Status, error) {
			return dispatch.Status{
				Version: "1.2.3", StartedAt: &started, Ready: true,
				Accounts: []dispatch.AccountStatus{{
					Name: "x-main", Platform: "x", State: dispatch.StateRunning, Queued: 3,
					Next: &dispatch.NextDelivery{Delivery: "01kxt5m2p0g0.x-main", At: started.Add(time.Hour)},
					Last: &dispatch.LastDelivery{Delivery: "01kxt5m2p0f0.x-main", PostURL: "https://x.com/n/status/1", At: started},
				}},
				Counts: map[string]int{"scheduled": 3, "held": 0, "delivered": 1},
			}, nil
		},
	}
}

func TestTheEndpointAnswers(t *testing.T) {
	for _, row := range []struct {
		method, host, path string
		code               int
		want               string
	}{
		{"GET", "127.0.0.1:8023", "/healthz", 200, "alive"},
		{"GET", "[::1]:8023", "/readyz", 200, "ready"},
		{"GET", "localhost:8023", "/api/status", 200, `"name":"x-main"`},
		{"GET", "localhost", "/", 200, "All is well"},
		{"GET", "localhost", "/", 200, "Example &lt;News&gt;"},
		{"HEAD", "localhost", "/", 200, ""},
		{"GET", "localhost", "/nothing", 404, ""},
		{"POST", "localhost", "/api/status", 405, ""},
		{"GET", "rebind.attacker.example", "/api/status", 421, "loopback"},
		{"GET", "127.0.0.1.attacker.example", "/", 421, "loopback"},
	} {
		w := fetch(t, sampleOptions(), row.method, row.host, row.path)
		if w.Code != row.code || !strings.Contains(w.Body.String(), row.want) {
			t.Errorf("%s %s%s: %d %s, want %d with %q", row.method, row.host, row.path, w.Code, w.Body, row.code, row.want)
		}
	}
}

func TestStatusIsTheContractsJSON(t *testing.T) {
	var got map[string]any
	if err := json.Unmarshal(fetch(t, sampleOptions(), "GET", "localhost", "/api/status").Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"version", "started_at", "ready", "accounts", "counts"} {
		if _, ok := got[key]; !ok {
			t.Errorf("key %q is missing", key)
		}
	}
	account := got["accounts"].([]any)[0].(map[string]any)
	for _, key := range []string{"name", "platform", "state", "reason", "queued", "next", "last", "spent_usd", "budget_usd"} {
		if _, ok := account[key]; !ok {
			t.Errorf("accounts[0]: key %q is missing", key)
		}
	}
}

func TestNotReadyTellsWhichAndWhyAndAliveAllTheSame(t *testing.T) {
	opt := sampleOptions()
	opt.NotReady = func(time.Time) []string { return []string{"account x-main: a turn takes 3m0s", "outbox: disk gone"} }
	opt.Status = func(time.Time) (dispatch.Status, error) {
		t.Error("a probe computes the whole status")
		return dispatch.Status{}, nil
	}
	w := fetch(t, opt, "GET", "localhost", "/readyz")
	if want := "not ready\naccount x-main: a turn takes 3m0s\noutbox: disk gone\n"; w.Code != http.StatusServiceUnavailable || w.Body.String() != want {
		t.Errorf("%d %q, want 503 %q", w.Code, w.Body, want)
	}
	if w := fetch(t, opt, "GET", "localhost", "/healthz"); w.Code != http.StatusOK {
		t.Errorf("alive all the same: %d", w.Code)
	}
}

func TestMetricsAreServedToTheSameHostsAlone(t *testing.T) {
	opt := sampleOptions()
	if w := fetch(t, opt, "GET", "localhost", "/metrics"); w.Code != http.StatusNotFound {
		t.Errorf("without metrics: %d", w.Code)
	}
	opt.Metrics = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { say(w, http.StatusOK, "crieur_ready 1") })
	if w := fetch(t, opt, "GET", "localhost", "/metrics"); w.Code != http.StatusOK || w.Body.String() != "crieur_ready 1\n" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := fetch(t, opt, "GET", "attacker.example", "/metrics"); w.Code != http.StatusMisdirectedRequest {
		t.Errorf("a foreign host: %d", w.Code)
	}
}

func TestBrowsersAreKeptStrict(t *testing.T) {
	h := fetch(t, sampleOptions(), "GET", "localhost", "/").Header()
	for key, want := range map[string]string{
		"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", "Referrer-Policy": "no-referrer",
	} {
		if got := h.Get(key); got != want {
			t.Errorf("%s: %q, want %q", key, got, want)
		}
	}
	if csp := h.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") {
		t.Errorf("CSP %q", csp)
	}
}
