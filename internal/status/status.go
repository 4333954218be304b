// Package status is the local, read-only HTTP endpoint: a page for people, JSON
// for scripts, and the two probes.
package status

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"crieur/internal/dispatch"
	"crieur/internal/outbox"
)

//go:embed page.html
var pageHTML string

// Options are what the endpoint shows.
type Options struct {
	Status func(now time.Time) (dispatch.Status, error)
	Plan   func(from, until time.Time) ([]dispatch.PlanEntry, error)
	Ready  func(now time.Time) bool
	Visits func(now time.Time) ([]outbox.DayVisits, error) // of the chart's days; nil, or none: no chart
	Title  string
	// AnyHost answers requests for any host name. Without it only loopback names
	// are answered, so that no web page in an operator's browser can rebind to it.
	AnyHost bool
}

// Handler serves GET and HEAD of /, /api/status, /healthz and /readyz. "/?stay" is the
// page that does not refresh itself.
func Handler(opt Options) (http.Handler, error) {
	page, err := template.New("status").Funcs(template.FuncMap{"when": when, "word": word, "money": Money}).Parse(pageHTML)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		s, err := opt.Status(time.Now())
		var visits *chart
		if err == nil {
			visits, err = opt.visitsChart(time.Now())
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		// A reader that is gone is nobody's trouble.
		_ = page.Execute(w, struct {
			dispatch.Status
			Title string
			Now   time.Time
			Chart *chart
			Stay  bool // does not refresh itself
		}{s, opt.Title, time.Now(), visits, r.URL.Query().Has("stay")})
	})
	mux.HandleFunc("GET /api/status", func(w http.ResponseWriter, _ *http.Request) {
		s, err := opt.Status(time.Now())
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(s)
	})
	mux.HandleFunc("GET /api/plan", func(w http.ResponseWriter, r *http.Request) { plan(opt, w, r) })
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { say(w, http.StatusOK, "alive") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		if !opt.Ready(time.Now()) {
			say(w, http.StatusServiceUnavailable, "not ready: a worker does not turn")
			return
		}
		if _, err := opt.Status(time.Now()); err != nil {
			say(w, http.StatusServiceUnavailable, "not ready: outbox: "+err.Error())
			return
		}
		say(w, http.StatusOK, "ready")
	})
	return guard(mux, opt.AnyHost), nil
}

const (
	planDays = 7
	mostDays = 366
)

// plan writes one entry a line, as "crieur plan --json" does; ?days=N, a week unless told.
func plan(opt Options, w http.ResponseWriter, r *http.Request) {
	days := planDays
	if q := r.URL.Query().Get("days"); q != "" {
		n, err := strconv.Atoi(q)
		if err != nil || n < 1 || n > mostDays {
			http.Error(w, fmt.Sprintf("days %q: want 1 to %d", q, mostDays), http.StatusBadRequest)
			return
		}
		days = n
	}
	now := time.Now()
	entries, err := opt.Plan(now, now.AddDate(0, 0, days))
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/x-ndjson")
	enc := json.NewEncoder(w)
	for _, e := range entries {
		if enc.Encode(e) != nil {
			return // a reader that is gone is nobody's trouble
		}
	}
}

func say(w http.ResponseWriter, code int, line string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(code)
	_, _ = w.Write([]byte(line + "\n"))
}

// guard refuses foreign hosts and keeps browsers strict.
func guard(next http.Handler, anyHost bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !anyHost && !loopback(r.Host) {
			http.Error(w, "this endpoint answers only for loopback names", http.StatusMisdirectedRequest)
			return
		}
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		next.ServeHTTP(w, r)
	})
}

func loopback(host string) bool {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = strings.Trim(host, "[]")
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func when(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05") + " UTC" }

// word says at a glance whether all is well, and if not why.
func word(s dispatch.Status) string {
	var trouble []string
	if !s.Ready {
		trouble = append(trouble, "not ready")
	}
	for _, a := range s.Accounts {
		if a.State != dispatch.StateRunning {
			trouble = append(trouble, a.Name+" is "+a.State)
		}
	}
	for _, h := range s.Webhooks {
		if h.Error != "" {
			trouble = append(trouble, "webhook "+h.Host+" takes no receipts")
		}
	}
	if s.Counts["held"] > 0 {
		trouble = append(trouble, "deliveries are held for a person")
	}
	if len(trouble) == 0 {
		return "All is well"
	}
	return strings.Join(trouble, ", ")
}
