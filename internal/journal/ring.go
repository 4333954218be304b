package journal

import (
	"context"
	"log/slog"
	"sync"
	"time"
	"unicode/utf8"
)

// Event is one line of the log, as people are shown it.
type Event struct {
	At       time.Time
	Level    slog.Level
	Name     Name   // empty: a line without a name
	Text     string // the message, and why where the line says so
	Account  string // empty: of no single account
	Delivery string // empty: of no delivery
}

// longestText bounds what is kept of one line, in bytes.
const longestText = 500

// Ring remembers the latest events at info and above. Its methods may be called by
// several goroutines.
type Ring struct {
	mu   sync.Mutex
	kept []Event
	next int // where the next one goes, once kept is full
}

// NewRing makes a Ring of size events.
func NewRing(size int) *Ring { return &Ring{kept: make([]Event, 0, size)} }

// Recent returns what is remembered, oldest first.
func (r *Ring) Recent() []Event {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append(append(make([]Event, 0, len(r.kept)), r.kept[r.next:]...), r.kept[:r.next]...)
}

func (r *Ring) add(e Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.kept) < cap(r.kept) {
		r.kept = append(r.kept, e)
		return
	}
	r.kept[r.next] = e
	r.next = (r.next + 1) % len(r.kept)
}

// Tee returns a handler that passes all on to next and remembers what the ring keeps,
// whatever level next is set to.
func (r *Ring) Tee(next slog.Handler) slog.Handler { return &tee{ring: r, next: next} }

type tee struct {
	ring  *Ring
	next  slog.Handler
	known Event // from With
	why   string
	deep  bool // within a group, whose attributes are not the line's own
}

func (t *tee) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= slog.LevelInfo || t.next.Enabled(ctx, l)
}

func (t *tee) Handle(ctx context.Context, rec slog.Record) error {
	if rec.Level >= slog.LevelInfo {
		e := t.known
		e.At, e.Level, e.Text = rec.Time, rec.Level, rec.Message
		why := t.why
		rec.Attrs(func(a slog.Attr) bool {
			why = e.note(a, t.deep, why)
			return true
		})
		if why != "" {
			e.Text += ": " + why
		}
		e.Text = short(e.Text)
		t.ring.add(e)
	}
	if !t.next.Enabled(ctx, rec.Level) {
		return nil
	}
	return t.next.Handle(ctx, rec)
}

// note takes what an event shows of a line's attributes, and returns why it happened.
func (e *Event) note(a slog.Attr, deep bool, why string) string {
	if deep {
		return why
	}
	switch v := a.Value.Resolve().String(); a.Key {
	case Key:
		e.Name = Name(v)
	case "account":
		e.Account = v
	case "delivery":
		e.Delivery = v
	case "error", "reason":
		return v
	}
	return why
}

func short(s string) string {
	if len(s) <= longestText {
		return s
	}
	s = s[:longestText]
	for len(s) > 0 && !utf8.RuneStart(s[len(s)-1]) {
		s = s[:len(s)-1]
	}
	return s[:max(len(s)-1, 0)] + "…"
}

func (t *tee) WithAttrs(as []slog.Attr) slog.Handler {
	c := *t
	c.next = t.next.WithAttrs(as)
	for _, a := range as {
		c.why = c.known.note(a, t.deep, c.why)
	}
	return &c
}

func (t *tee) WithGroup(name string) slog.Handler {
	c := *t
	c.next, c.deep = t.next.WithGroup(name), t.deep || name != ""
	return &c
}
