package daemon

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"crieur/internal/journal"
	"crieur/internal/outbox"
	"crieur/internal/redirect"
	"crieur/internal/status"
	"crieur/internal/visits"
)

// flushEvery bounds what a crash loses of the visits.
const flushEvery = 30 * time.Second

// readers counts who reads the pages, in memory, and stores the numbers now and then.
type readers struct {
	d        *Daemon
	counter  *visits.Counter
	classify *visits.Classifier
	wake     chan struct{} // one slot: there is something to store
}

func newReaders(d *Daemon) *readers {
	r := &readers{d: d, counter: visits.NewCounter(), wake: make(chan struct{}, 1)}
	r.classify = visits.NewClassifier(r.ours)
	return r
}

// ours tells whether a host is the server of one of our accounts on Mastodon.
func (r *readers) ours(host string) bool {
	for _, a := range r.d.current.Load().cfg.Accounts {
		if u, err := url.Parse(a.Server); err == nil && a.Server != "" && strings.EqualFold(u.Hostname(), host) {
			return true
		}
	}
	return false
}

// counted looks at each answer of the pages' handler. What is kept of a request is its
// slug, its day and its origin.
func (r *readers) counted(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		now := r.d.current.Load()
		slug := strings.TrimPrefix(q.URL.Path, "/")
		// "?stay" is the page once more, for who does not want to be forwarded.
		again := q.URL.RawQuery != "" && q.URL.Query().Has("stay")
		a := &noted{ResponseWriter: w}
		next.ServeHTTP(a, q)
		r.d.metrics.Request(a.status)
		if !now.cfg.Pages.Count || q.Method != http.MethodGet || again || !redirect.ValidSlug(slug) {
			return
		}
		o := r.classify.Classify(visits.Of(q, true, a.status))
		r.d.metrics.Visit(o)
		r.counter.Add(slug, visits.DayOf(time.Now(), now.service.Zone), o)
		r.wakeUp()
	})
}

// noted remembers the status of an answer.
type noted struct {
	http.ResponseWriter
	status int
}

func (a *noted) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
	a.ResponseWriter.WriteHeader(status)
}

func (a *noted) Write(b []byte) (int, error) {
	if a.status == 0 {
		a.status = http.StatusOK
	}
	return a.ResponseWriter.Write(b)
}

// ReadFrom lets the server use buffers of its own.
func (a *noted) ReadFrom(from io.Reader) (int64, error) {
	if a.status == 0 {
		a.status = http.StatusOK
	}
	return io.Copy(a.ResponseWriter, from)
}

// Unwrap serves http.ResponseController.
func (a *noted) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// chart is what the status page draws; nil where nothing is counted.
func (r *readers) chart(now time.Time) ([]outbox.DayVisits, error) {
	g := r.d.current.Load()
	if !g.cfg.Pages.Count {
		return nil, nil
	}
	return g.service.VisitsOf(now, status.ChartDays)
}

// run stores what was counted, until ctx ends; the last flush is close's. Nobody reads,
// nobody wakes.
func (r *readers) run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-r.wake:
		}
		early := r.counter.Early()
		select {
		case <-ctx.Done():
			return
		case <-time.After(flushEvery):
		case <-early:
		}
		if err := r.flush(); err != nil {
			r.d.opt.Log.Error("visits not stored yet", journal.Key, journal.VisitsUnsaved, "error", err)
			r.wakeUp()
			select { // no more before a while: a disk that is full stays so
			case <-ctx.Done():
				return
			case <-time.After(flushEvery):
			}
		}
	}
}

func (r *readers) wakeUp() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// flush stores what was counted; on an error it is kept and counted on.
func (r *readers) flush() error {
	counts, lost := r.counter.Take()
	if lost > 0 {
		r.d.opt.Log.Warn("visits not counted: too many different pages at once", journal.Key, journal.VisitsLost, "visits", lost)
	}
	if len(counts) == 0 {
		return nil
	}
	zone := time.UTC
	if now := r.d.current.Load(); now != nil {
		zone = now.service.Zone
	}
	if err := r.d.outbox.AddVisits(counts, visits.DayOf(time.Now(), zone)); err != nil {
		r.counter.Return(counts)
		return fmt.Errorf("visits: %w", err)
	}
	return nil
}
