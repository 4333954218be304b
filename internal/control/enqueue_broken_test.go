package control

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/dispatch"
	"crieur/internal/outbox"
)

func articles(t *testing.T, n int) (rs []Request) {
	for i := range n {
		rs = append(rs, request(t, fmt.Sprintf("Le numéro %d est là 🚢 #Port\n\nSource: https://example.org/%d\n\nLe texte du numéro %d.\n", i, i, i)))
	}
	return rs
}

func mustHave(t *testing.T, s *Service, want int) {
	t.Helper()
	c, err := s.Outbox.Counts("")
	if err != nil || c[delivery.Scheduled] != want {
		t.Errorf("%d deliveries, want %d: %v", c[delivery.Scheduled], want, err)
	}
}

// TestAnEnqueueThatIsBrokenOffStopsComposing instead of going through all of a large batch.
func TestAnEnqueueThatIsBrokenOffStopsComposing(t *testing.T) {
	ob, err := outbox.Open(filepath.Join(t.TempDir(), "outbox.db"), outbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = ob.Close() }()
	gone := errors.New("the asker is gone")
	ctx, cancel := context.WithCancelCause(t.Context())
	composed := map[string]bool{}
	engine, err := dispatch.New(dispatch.Options{
		Outbox: ob, PageURL: func(slug string) string { return "https://news.example.org/" + slug },
		Accounts: []dispatch.Account{{
			Name: "a", Platform: "mastodon", Link: true, Default: delivery.Limits{MaxCharacters: 500}, Cost: func(string) float64 { return 0 },
			Measure: func(text, _ string, _ delivery.Limits) int {
				if title, _, ok := strings.Cut(text, "est"); ok {
					composed[title] = true
				}
				if len(composed) == 3 {
					cancel(gone)
				}
				return len([]rune(text))
			},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	s := &Service{Outbox: ob, Engine: engine}
	if _, err := s.Enqueue(ctx, articles(t, 10)); !errors.Is(err, gone) || !strings.Contains(err.Error(), "nothing was stored") {
		t.Errorf("it says %v", err)
	}
	if len(composed) != 3 {
		t.Errorf("%d articles were composed", len(composed))
	}
	mustHave(t, s, 0)
}

// late is an API whose Enqueue begins when the client has gone, and has been noticed to.
type late struct {
	API
	leave func()
	told  chan error
}

func (l late) Enqueue(ctx context.Context, rs []Request) ([]Enqueued, error) {
	l.leave()
	select {
	case <-ctx.Done():
	case <-time.After(10 * time.Second):
		l.told <- errors.New("the daemon does not notice that its client is gone")
		return nil, nil
	}
	out, err := l.API.Enqueue(ctx, rs)
	l.told <- err
	return out, err
}

// TestTheDaemonStoresNothingForAClientThatIsGone, and the client says that it cannot know.
func TestTheDaemonStoresNothingForAClientThatIsGone(t *testing.T) {
	s := newService(t)
	interrupted := errors.New("interrupt signal received")
	ctx, cancel := context.WithCancelCause(t.Context())
	l := late{s, func() { cancel(interrupted) }, make(chan error, 1)}
	_, err := overSocket(t, l).Enqueue(ctx, articles(t, 100))
	if !errors.Is(err, interrupted) || !strings.Contains(err.Error(), `broken off: the articles may still have been stored: "crieur list" tells`) {
		t.Errorf("the client says %v", err)
	}
	if err := <-l.told; !errors.Is(err, context.Canceled) {
		t.Errorf("the daemon says %v", err)
	}
	mustHave(t, s, 0)
}

// TestAnAnswerThatIsLostIsNoPromise: a daemon that dies may have stored before.
func TestAnAnswerThatIsLostIsNoPromise(t *testing.T) {
	for name, cut := range map[string]http.HandlerFunc{
		"before the answer": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"within the answer": func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`[{"id":"1`)) },
	} {
		_, path := serveSocket(t, cut)
		c, err := Dial(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err = c.Enqueue(t.Context(), articles(t, 1)); err == nil || !strings.Contains(err.Error(), "may still have been stored") {
			t.Errorf("%s: %v", name, err)
		}
	}
	// What the daemon itself refuses was not stored, for certain.
	s := newService(t)
	r := articles(t, 1)
	r[0].Accounts = []string{"nobody"}
	if _, err := overSocket(t, s).Enqueue(t.Context(), r); err == nil || strings.Contains(err.Error(), "may still") {
		t.Errorf("refused: %v", err)
	}
}
