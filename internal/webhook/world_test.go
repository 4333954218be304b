package webhook

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

const secret = "0123456789abcdef0123456789abcdef"

// log is a source in memory, as the outbox is one on disk.
type log struct {
	mu      sync.Mutex
	entries []Entry
	cursor  uint64
	broken  error // of Done
	unread  error // of Next
	news    chan struct{}
}

func (l *log) add(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for range n {
		seq := uint64(len(l.entries) + 1)
		l.entries = append(l.entries, Entry{seq, sample(seq)})
	}
	if l.news != nil {
		close(l.news)
		l.news = nil
	}
}

func sample(n uint64) Receipt {
	return Receipt{
		ID: fmt.Sprintf("01kxt5m2p%03d.mastodon", n), Account: "mastodon", Platform: "mastodon", PostID: fmt.Sprint(n),
		Article:  Article{ID: fmt.Sprintf("01kxt5m2p%03d", n), Slug: "essai", URL: "https://news.example.org/essai", Title: "Essai & <suite>", Source: "https://example.org/?a=1&b=2"},
		URL:      "https://social.example/@a/1",
		PostedAt: time.Date(2026, 11, 24, 9, 0, 0, 0, time.FixedZone("CET", 3600)),
		SHA256:   "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
	}
}

func (l *log) source() Source {
	return Source{
		News: func() <-chan struct{} {
			l.mu.Lock()
			defer l.mu.Unlock()
			if l.news == nil {
				l.news = make(chan struct{})
			}
			return l.news
		},
		Next: func() (Entry, bool, error) {
			l.mu.Lock()
			defer l.mu.Unlock()
			if l.unread != nil || l.cursor >= uint64(len(l.entries)) {
				return Entry{}, false, l.unread
			}
			return l.entries[l.cursor], true, nil
		},
		Done: func(seq uint64) error {
			l.mu.Lock()
			defer l.mu.Unlock()
			if l.broken == nil {
				l.cursor = seq
			}
			return l.broken
		},
	}
}

func (l *log) set(broken, unread error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.broken, l.unread = broken, unread
}

// request is one that arrived.
type request struct {
	at               time.Time
	method, url      string
	header           http.Header
	body             string
	delivery, signed string
}

// receiver answers in memory by a script, then with 204; what it never answers takes as
// long as its request may.
type receiver struct {
	mu     sync.Mutex
	got    []request
	script []reply
	slow   time.Duration
}

type reply struct {
	code       int // 0: the connection breaks; -1: never
	retryAfter string
}

func (r *receiver) RoundTrip(req *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	r.got = append(r.got, request{
		at: time.Now(), method: req.Method, url: req.URL.String(), header: req.Header.Clone(), body: string(body),
		delivery: req.Header.Get("X-Crieur-Delivery"), signed: req.Header.Get("X-Crieur-Signature"),
	})
	now := reply{code: http.StatusNoContent}
	if len(r.script) > 0 {
		now, r.script = r.script[0], r.script[1:]
	}
	slow := r.slow
	r.mu.Unlock()
	if now.code == -1 {
		slow = 24 * time.Hour
	}
	select {
	case <-req.Context().Done():
		return nil, req.Context().Err()
	case <-time.After(slow):
	}
	if now.code == 0 {
		return nil, errors.New("connection reset by peer")
	}
	h := http.Header{"Location": {"https://elsewhere.example/"}}
	if now.retryAfter != "" {
		h.Set("Retry-After", now.retryAfter)
	}
	return &http.Response{StatusCode: now.code, Header: h, Body: io.NopCloser(&bytes.Buffer{})}, nil
}

func (r *receiver) requests() []request {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.got
}

func (r *receiver) deliveries() (ids []string) {
	for _, g := range r.requests() {
		ids = append(ids, g.delivery)
	}
	return ids
}

// world is a Pusher between a log and a receiver.
type world struct {
	t      *testing.T
	log    *log
	to     *receiver
	pusher *Pusher
	mu     sync.Mutex
	alerts []string
	out    bytes.Buffer // what was logged
}

// inBubble runs fn in fake time. The jitter is the most that it may be.
func inBubble(t *testing.T, fn func(w *world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := &world{t: t, log: &log{}, to: &receiver{}}
		w.restart()
		fn(w)
	})
}

// restart is what a crash and a start leave: what is in the log's cursor, nothing else.
func (w *world) restart() {
	w.t.Helper()
	p, err := New(Options{
		URL: "https://hooks.example.org/s3cr3t?token=s3cr3t", Secret: []byte(secret), UserAgent: "crieur/test",
		Source: w.log.source(), Transport: w.to, Log: slog.New(slog.NewTextHandler(&w.out, nil)),
		Alert: func(over bool, text string) {
			w.mu.Lock()
			defer w.mu.Unlock()
			if over {
				text = "over: " + text
			}
			w.alerts = append(w.alerts, text)
		},
		Rand: func(n int64) int64 { return n - 1 },
	})
	if err != nil {
		w.t.Fatal(err)
	}
	w.pusher = p
}

// run returns a function that ends the run and tells how long that took.
func (w *world) run() (stop func() time.Duration) {
	ctx, cancel := context.WithCancel(w.t.Context())
	ended := make(chan struct{})
	go func() {
		w.pusher.Run(ctx)
		close(ended)
	}()
	return func() time.Duration {
		from := time.Now()
		cancel()
		<-ended
		return time.Since(from)
	}
}

func (w *world) told() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.alerts
}
