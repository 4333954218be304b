package journal

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	"github.com/lmittmann/tint"
)

// Formats of a log.
const (
	FormatAuto = "auto" // for people on a terminal, else key=value
	FormatText = "text" // key=value
	FormatJSON = "json" // one object a line
)

// Output tells how lines are written.
type Output struct {
	Format   string // one of the formats; empty: auto
	Level    slog.Leveler
	Journal  bool // the writer leads to systemd's journal, which keeps time and priority itself
	Terminal bool // a person reads along
	Color    bool // and sees colours
}

// NewHandler writes lines to w, one Write each.
func NewHandler(w io.Writer, out Output) slog.Handler {
	opt := &slog.HandlerOptions{Level: out.Level}
	var p *priorities
	if out.Journal {
		p = &priorities{to: w}
		w = p
		opt.ReplaceAttr = withoutTimeAndLevel
	}
	var h slog.Handler
	switch {
	case out.Format == FormatJSON:
		opt.ReplaceAttr = nil // a program reads it, and wants it whole
		h = slog.NewJSONHandler(w, opt)
	case out.Terminal && out.Format != FormatText:
		h = tint.NewTextHandler(w, &tint.Options{Level: out.Level, TimeFormat: time.TimeOnly, NoColor: !out.Color})
	default:
		h = slog.NewTextHandler(w, opt)
	}
	if p != nil {
		return &prioritised{lines: p, next: h}
	}
	return h
}

func withoutTimeAndLevel(groups []string, a slog.Attr) slog.Attr {
	if len(groups) == 0 && (a.Key == slog.TimeKey || a.Key == slog.LevelKey) {
		return slog.Attr{}
	}
	return a
}

// prioritised begins each line with its priority, which systemd takes off again:
// sd-daemon(3), SyslogLevelPrefix= in systemd.exec(5).
type prioritised struct {
	lines *priorities
	next  slog.Handler
}

// priorities is the writer below a prioritised handler.
type priorities struct {
	mu       sync.Mutex // held over one line
	to       io.Writer
	priority int
}

func (h *prioritised) Enabled(ctx context.Context, l slog.Level) bool { return h.next.Enabled(ctx, l) }

func (h *prioritised) Handle(ctx context.Context, r slog.Record) error {
	h.lines.mu.Lock()
	defer h.lines.mu.Unlock()
	h.lines.priority = Priority(r.Level)
	return h.next.Handle(ctx, r)
}

func (h *prioritised) WithAttrs(as []slog.Attr) slog.Handler {
	return &prioritised{h.lines, h.next.WithAttrs(as)}
}

func (h *prioritised) WithGroup(name string) slog.Handler {
	return &prioritised{h.lines, h.next.WithGroup(name)}
}

func (p *priorities) Write(line []byte) (int, error) {
	var b bytes.Buffer
	fmt.Fprintf(&b, "<%d>", p.priority)
	b.Write(line)
	if _, err := p.to.Write(b.Bytes()); err != nil {
		return 0, err
	}
	return len(line), nil
}

// Priority is the syslog priority of a level: 3 (err), 4 (warning), 6 (info) or 7 (debug).
func Priority(l slog.Level) int {
	switch {
	case l >= slog.LevelError:
		return 3
	case l >= slog.LevelWarn:
		return 4
	case l >= slog.LevelInfo:
		return 6
	}
	return 7
}
