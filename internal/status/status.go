// Package status is the local, read-only HTTP endpoint: a page for people, JSON
// for scripts, and the two probes.
package status

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"crieur/internal/dispatch"
	"crieur/internal/outbox"
)

// Options are what the endpoint shows.
type Options struct {
	Status func(now time.Time) (dispatch.Status, error)
	Plan   func(from, until time.Time) ([]dispatch.PlanEntry, error)
	// NotReady tells why crieur is not ready, a line for each reason; nil: it is.
	NotReady func(now time.Time) []string
	// Metrics answers /metrics; nil: there are none.
	Metrics http.Handler
	Visits  func(now time.Time) ([]outbox.DayVisits, error) // of the chart's days; nil, or none: no chart
	Title   string

	// For the page alone.
	Outbox *outbox.Outbox                                            // texts and reasons of deliveries; nil: it tells none
	Week   func(from, until time.Time) ([]dispatch.PlanEntry, error) // as Plan, perhaps less of it; nil: no calendar
	Zone   func() *time.Location                                     // of the times; nil: UTC
	Events func() []Event                                            // the latest, in any order; nil: the page tells the latest posts
	Ending <-chan struct{}                                           // closed when the server is to end: so do the streams; nil: never

	// AnyHost answers requests for any host name. Without it only loopback names
	// are answered, so that no web page in an operator's browser can rebind to it.
	AnyHost bool
}

// Handler serves GET and HEAD of / and what belongs to that page, /api/status, /api/plan,
// /metrics, /healthz and /readyz. "/?stay" is the page that does not change by itself.
func Handler(opt Options) (http.Handler, error) {
	mux := http.NewServeMux()
	if _, err := opt.page(mux); err != nil {
		return nil, err
	}
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
		if why := opt.NotReady(time.Now()); len(why) > 0 {
			say(w, http.StatusServiceUnavailable, "not ready\n"+strings.Join(why, "\n"))
			return
		}
		say(w, http.StatusOK, "ready")
	})
	if opt.Metrics != nil {
		mux.Handle("GET /metrics", opt.Metrics)
	}
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
