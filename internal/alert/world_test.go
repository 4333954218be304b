package alert

import (
	"bytes"
	"context"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"crieur/config"
)

// post is what a service got, and when, counted from the beginning of the test.
type post struct {
	After time.Duration
	Title string
	Text  string
}

// services stands in for the network: what each address got, and how each answers.
type services struct {
	start  time.Time
	answer func(url string) error // nil: takes all; may block

	mu    sync.Mutex
	posts map[string][]post
}

func (s *services) open(url string) (SendFunc, error) {
	return func(title, text string) error {
		s.mu.Lock()
		s.posts[url] = append(s.posts[url], post{time.Since(s.start), title, text})
		s.mu.Unlock()
		if s.answer == nil {
			return nil
		}
		return s.answer(url)
	}, nil
}

func (s *services) got(url string) []post {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.posts[url])
}

const ntfy, mail = "ntfy://u:s3cr3t@ntfy.example/t", "smtp://u:s3cr3t@mail.example/?to=a@b"

// mustNotify starts a notifier with services in place of the network; stop ends Run and waits.
func mustNotify(t *testing.T, answer func(url string) error, urls ...string) (n *Notifier, s *services, log *logBuffer, stop func()) {
	t.Helper()
	s = &services{start: time.Now(), answer: answer, posts: map[string][]post{}}
	log = new(logBuffer)
	n, err := New(Options{Places: to(urls...), Site: "news.example", Log: slog.New(slog.NewTextHandler(log, nil)), Transport: s.open})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		n.Run(ctx)
	}()
	return n, s, log, func() {
		cancel()
		<-done
	}
}

func to(urls ...string) (places []config.Alert) {
	for _, u := range urls {
		places = append(places, config.Alert{URL: u})
	}
	return places
}

// logBuffer is a log that several goroutines write.
type logBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *logBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *logBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}
