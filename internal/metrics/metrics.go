// Package metrics is crieur for Prometheus: counters of what this process did, and gauges
// read from the outbox when somebody asks. No label holds a title, a slug, an address or
// anything else that grows: accounts and their platforms come from the configuration, the
// rest are closed sets. A scrape takes at most 5 s, whatever state the outbox is in.
package metrics

import (
	"bytes"
	"fmt"
	"net/http"
	"runtime"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/common/expfmt"

	"crieur/internal/delivery"
	"crieur/internal/dispatch"
	"crieur/internal/visits"
)

// Reading is what is read at a scrape.
type Reading struct {
	Status   dispatch.Status
	Turns    []dispatch.Turn
	Receipts uint64 // ever stored
	Size     int64  // of the outbox, in bytes
	Free     uint64 // on its file system, in bytes
}

// Options are what Metrics is made of.
type Options struct {
	Version string
	// Ready tells whether crieur is ready. It may ask the disk, so it is bounded as Read is.
	Ready func(now time.Time) bool
	// Read reads the rest. It is called by one goroutine at a time; where it fails, or
	// takes too long, the scrape goes without what it tells.
	Read func(now time.Time) (Reading, error)
}

// Metrics counts and answers. Its methods may be called by several goroutines.
type Metrics struct {
	registry *prometheus.Registry
	attempts *prometheus.CounterVec
	looks    *prometheus.CounterVec
	breaker  *prometheus.CounterVec
	alerts   *prometheus.CounterVec
	requests *prometheus.CounterVec
	visits   *prometheus.CounterVec
}

// New makes a Metrics with a registry of its own.
func New(opt Options) *Metrics {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help + " Since the process started."}, labels)
	}
	m := &Metrics{
		registry: prometheus.NewPedanticRegistry(),
		attempts: counter("crieur_attempts_total", "Attempts to post that ended, by effect class; ok is posted.", "account", "platform", "class"),
		looks:    counter("crieur_looks_total", "Searches for the post of an attempt without an answer, by what they found.", "account", "platform", "result"),
		breaker:  counter("crieur_breaker_trips_total", "Times that the breaker stopped an account for the rest of an hour.", "account", "platform"),
		alerts:   counter("crieur_alerts_total", "Alerts by what became of them on a service: sent, or lost.", "outcome"),
		requests: counter("crieur_page_requests_total", "Requests to the public pages, by class of the answer's status.", "code"),
		visits:   counter("crieur_page_visits_total", "Readers of the pages by origin; crawler and preview are machines.", "origin"),
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "crieur_build_info", Help: "Always 1; the labels tell what runs.",
		ConstLabels: prometheus.Labels{"version": opt.Version, "goversion": runtime.Version()},
	})
	build.Set(1)
	m.registry.MustRegister(m.attempts, m.looks, m.breaker, m.alerts, m.requests, m.visits, build,
		newReader(opt), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	for _, outcome := range []bool{true, false} {
		m.alerts.WithLabelValues(outcomeOf(outcome))
	}
	for _, o := range visits.Origins() {
		m.visits.WithLabelValues(o.String())
	}
	for class := range codes {
		m.requests.WithLabelValues(codes[class])
	}
	return m
}

// Accounts lets the counters of each account begin at 0, so that its first failure
// counts as a change.
func (m *Metrics) Accounts(accounts []dispatch.Account) {
	for _, a := range accounts {
		for _, c := range delivery.Classes() {
			m.attempts.WithLabelValues(a.Name, a.Platform, string(c))
		}
		for _, r := range dispatch.LookResults() {
			m.looks.WithLabelValues(a.Name, a.Platform, r)
		}
		m.breaker.WithLabelValues(a.Name, a.Platform)
	}
}

// Count is for dispatch.Options.
func (m *Metrics) Count(c dispatch.Counted) {
	switch c.What {
	case dispatch.CountedAttempt:
		m.attempts.WithLabelValues(c.Account, c.Platform, c.Result).Inc()
	case dispatch.CountedLook:
		m.looks.WithLabelValues(c.Account, c.Platform, c.Result).Inc()
	case dispatch.CountedBreaker:
		m.breaker.WithLabelValues(c.Account, c.Platform).Inc()
	}
}

// Alerts counts n alerts that one service took, or did not.
func (m *Metrics) Alerts(n int, sent bool) { m.alerts.WithLabelValues(outcomeOf(sent)).Add(float64(n)) }

func outcomeOf(sent bool) string {
	if sent {
		return "sent"
	}
	return "lost"
}

// codes are the classes of a status, by its first digit.
var codes = [...]string{"other", "1xx", "2xx", "3xx", "4xx", "5xx"}

// Request counts an answer of the pages.
func (m *Metrics) Request(status int) {
	class := status / 100
	if class < 1 || class >= len(codes) {
		class = 0
	}
	m.requests.WithLabelValues(codes[class]).Inc()
}

// Visit counts a reader; one that counts as nothing is left out.
func (m *Metrics) Visit(o visits.Origin) {
	if o.Valid() {
		m.visits.WithLabelValues(o.String()).Inc()
	}
}

// ServeHTTP answers in Prometheus' text format.
func (m *Metrics) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	families, err := m.registry.Gather()
	var b bytes.Buffer
	for _, f := range families {
		if err == nil {
			_, err = expfmt.MetricFamilyToText(&b, f)
		}
	}
	if err != nil {
		http.Error(w, fmt.Sprintf("metrics: %v", err), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", string(expfmt.NewFormat(expfmt.TypeTextPlain)))
	_, _ = w.Write(b.Bytes()) // who is gone is nobody's trouble
}
