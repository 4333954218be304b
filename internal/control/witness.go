package control

import (
	"cmp"
	"context"
	"log/slog"
	"net"
	"strings"

	"crieur/internal/dispatch"
	"crieur/internal/journal"
)

// Peer is the process at the other end of the socket.
type Peer struct{ UID, GID, PID int }

type peerKey struct{}

// WithPeer is for http.Server.ConnContext: it lets Witnessed tell who asks.
func WithPeer(ctx context.Context, c net.Conn) context.Context {
	if p, ok := peerOf(c); ok {
		return context.WithValue(ctx, peerKey{}, p)
	}
	return ctx
}

// Witnessed logs who asks for what: what changes something at info, the rest at debug.
func Witnessed(api API, log *slog.Logger) API { return &witnessed{api: api, log: log} }

type witnessed struct {
	api API
	log *slog.Logger
}

// by are the attributes of a line: what was asked for, by whom, and why it failed.
func by(ctx context.Context, err error, subject []any) []any {
	if p, ok := ctx.Value(peerKey{}).(Peer); ok {
		subject = append(subject, "uid", p.UID, "gid", p.GID, "pid", p.PID)
	}
	if err != nil {
		subject = append(subject, "error", err.Error())
	}
	for i, v := range subject {
		if s, ok := v.(string); ok && len(s) > longestSubject {
			subject[i] = strings.ToValidUTF8(s[:longestSubject], "") + "…"
		}
	}
	return subject
}

// longestSubject bounds what is logged of what an operator sent, in bytes.
const longestSubject = 1000

func (w *witnessed) changed(ctx context.Context, verb string, err error, subject ...any) {
	w.log.With(by(ctx, err, subject)...).Info("an operator: "+verb, journal.Key, journal.Control, "verb", verb)
}

func (w *witnessed) read(ctx context.Context, verb string, err error, subject ...any) {
	w.log.With(by(ctx, err, subject)...).Debug("an operator: "+verb, journal.Key, journal.ControlRead, "verb", verb)
}

// Preview implements API.
func (w *witnessed) Preview(ctx context.Context, r Request) (Preview, error) {
	out, err := w.api.Preview(ctx, r)
	w.read(ctx, "preview", err)
	return out, err
}

// Enqueue implements API.
func (w *witnessed) Enqueue(ctx context.Context, rs []Request) ([]Enqueued, error) {
	out, err := w.api.Enqueue(ctx, rs)
	subject := []any{"articles", len(rs)}
	if len(out) > 0 {
		subject = append(subject, "article", out[0].ID, "slug", out[0].Slug) // of a thousand, the first tells which
	}
	w.changed(ctx, "enqueue", err, subject...)
	return out, err
}

// Show implements API.
func (w *witnessed) Show(ctx context.Context, id string) (Story, error) {
	out, err := w.api.Show(ctx, id)
	w.read(ctx, "show", err, "id", id)
	return out, err
}

// List implements API.
func (w *witnessed) List(ctx context.Context, f ListFilter, yield func(ListedDelivery) error) error {
	err := w.api.List(ctx, f, yield)
	w.read(ctx, "list", err)
	return err
}

// Status implements API.
func (w *witnessed) Status(ctx context.Context) (dispatch.Status, error) {
	out, err := w.api.Status(ctx)
	w.read(ctx, "status", err)
	return out, err
}

// Resolve implements API.
func (w *witnessed) Resolve(ctx context.Context, r Resolution) (StoryDelivery, error) {
	out, err := w.api.Resolve(ctx, r)
	w.changed(ctx, "resolve", err, "delivery", cmp.Or(out.ID, r.ID), "posted", r.Posted != "")
	return out, err
}

// Withdraw implements API.
func (w *witnessed) Withdraw(ctx context.Context, id string) (Withdrawn, error) {
	out, err := w.api.Withdraw(ctx, id)
	w.changed(ctx, "withdraw", err, "article", cmp.Or(out.ID, id))
	return out, err
}

// Update implements API.
func (w *witnessed) Update(ctx context.Context, c Correction) (Corrected, error) {
	out, err := w.api.Update(ctx, c)
	w.changed(ctx, "update", err, "article", out.ID)
	return out, err
}

// Cancel implements API.
func (w *witnessed) Cancel(ctx context.Context, id string) (StoryDelivery, error) {
	out, err := w.api.Cancel(ctx, id)
	w.changed(ctx, "cancel", err, "delivery", cmp.Or(out.ID, id))
	return out, err
}

// Plan implements API.
func (w *witnessed) Plan(ctx context.Context, wish PlanWish) ([]dispatch.PlanEntry, error) {
	out, err := w.api.Plan(ctx, wish)
	w.read(ctx, "plan", err)
	return out, err
}

// Reschedule implements API.
func (w *witnessed) Reschedule(ctx context.Context, ch Change) (StoryDelivery, error) {
	out, err := w.api.Reschedule(ctx, ch)
	w.changed(ctx, "reschedule", err, "delivery", cmp.Or(out.ID, ch.ID), "due", out.Due)
	return out, err
}

// Retry implements API.
func (w *witnessed) Retry(ctx context.Context, id string) (StoryDelivery, error) {
	out, err := w.api.Retry(ctx, id)
	w.changed(ctx, "retry", err, "delivery", cmp.Or(out.ID, id))
	return out, err
}

// Pause implements API.
func (w *witnessed) Pause(ctx context.Context, account string) error {
	err := w.api.Pause(ctx, account)
	w.changed(ctx, "pause", err, "account", cmp.Or(account, "all"))
	return err
}

// Resume implements API.
func (w *witnessed) Resume(ctx context.Context, account string) error {
	err := w.api.Resume(ctx, account)
	w.changed(ctx, "resume", err, "account", cmp.Or(account, "all"))
	return err
}

// Backup implements API. It changes nothing, and writes a file as the service's user.
func (w *witnessed) Backup(ctx context.Context, path string, progress func(done, total int64)) (int64, error) {
	n, err := w.api.Backup(ctx, path, progress)
	w.changed(ctx, "backup", err, "path", path, "bytes", n)
	return n, err
}

// Export implements API. It changes nothing, and writes files as the service's user.
func (w *witnessed) Export(ctx context.Context, dir string, progress func(done, total int64)) (int64, error) {
	n, err := w.api.Export(ctx, dir, progress)
	w.changed(ctx, "export", err, "path", dir, "files", n)
	return n, err
}

// Prune implements API.
func (w *witnessed) Prune(ctx context.Context, dir string, progress func(done, total int64)) (int64, error) {
	n, err := w.api.Prune(ctx, dir, progress)
	w.changed(ctx, "prune", err, "path", dir, "files", n)
	return n, err
}

// Check implements API.
func (w *witnessed) Check(ctx context.Context) (Finding, error) {
	out, err := w.api.Check(ctx)
	w.read(ctx, "check", err)
	return out, err
}
