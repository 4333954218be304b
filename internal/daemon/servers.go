package daemon

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"crieur/config"
	"crieur/internal/control"
	"crieur/internal/dispatch"
	"crieur/internal/journal"
	"crieur/internal/redirect"
	"crieur/internal/status"
)

// closeWithin bounds how long open connections may delay the end, once the posts in flight are settled.
const closeWithin = 3 * time.Second

type server struct {
	name     string
	listener net.Listener
	http     *http.Server
}

// listen binds everything before the daemon calls itself ready.
func (d *Daemon) listen(cfg config.Config) error {
	ending := make(chan struct{})
	statusPage, err := status.Handler(status.Options{
		Status:   func(time.Time) (dispatch.Status, error) { return d.Service().Status(context.Background()) },
		Visits:   d.readers.chart,
		Plan:     func(from, until time.Time) ([]dispatch.PlanEntry, error) { return d.Service().Engine.Plan(from, until) },
		NotReady: func(now time.Time) []string { return d.Service().Engine.NotReady(now) }, Metrics: d.metrics,
		Title: cfg.Site.Title, AnyHost: cfg.Status.AllowRemote,
		Outbox: d.outbox, Ending: ending, Events: d.latestEvents,
		Week: func(from, until time.Time) ([]dispatch.PlanEntry, error) {
			return d.Service().Engine.PlanAtMost(from, until, status.WeekEntries)
		},
		Zone: func() *time.Location { return d.Service().Zone },
	})
	if err != nil {
		return err
	}
	socket, err := control.Listen(cfg.Control.Socket)
	if err != nil {
		return err
	}
	d.serve("control", socket, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set(control.VersionHeader, d.opt.Version)
		control.Handler(control.Witnessed(d.Service(), d.opt.Log)).ServeHTTP(w, r) // of the configuration now in force
	})).ConnContext = control.WithPeer
	l, err := d.bind("status", cfg.Status.Listen)
	if err != nil {
		return err
	}
	d.serve("status", l, statusPage)
	d.servers[len(d.servers)-1].http.RegisterOnShutdown(sync.OnceFunc(func() { close(ending) }))
	public := redirect.Server(d.readers.counted(redirect.Handler(d.pages.source())))
	if l, err = d.bind("pages", cfg.Pages.Listen); err != nil {
		return err
	}
	if l, err = redirect.Limit(public, l, cfg.Pages.MaxConnections); err != nil {
		return err
	}
	d.add("pages", l, public)
	return nil
}

// bind opens an address, or takes the socket of that name that systemd keeps open for it
// over restarts.
func (d *Daemon) bind(name, addr string) (net.Listener, error) {
	if l := d.opt.Sockets[name]; l != nil {
		d.opt.Log.Info("listening on a socket of the service manager", journal.Key, journal.SocketTaken, "name", name, "address", l.Addr().String(), "instead_of", addr)
		return l, nil
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("%s.listen: %w", name, err)
	}
	return l, nil
}

// knownSockets refuses a socket that nobody would answer on.
func knownSockets(sockets map[string]net.Listener) error {
	for name := range sockets {
		if name != "pages" && name != "status" {
			return &ConfigError{fmt.Errorf("socket %q from systemd: want FileDescriptorName=pages or status in its unit", name)}
		}
	}
	return nil
}

// serve serves operators.
func (d *Daemon) serve(name string, l net.Listener, h http.Handler) *http.Server {
	s := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       time.Minute,
		WriteTimeout:      5 * time.Minute, // a list of a million deliveries is long
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    16 << 10,
	}
	d.add(name, l, s)
	return s
}

func (d *Daemon) add(name string, l net.Listener, s *http.Server) {
	s.ErrorLog = slog.NewLogLogger(d.opt.Log.With(journal.Key, journal.ServerError, "server", name).Handler(), slog.LevelDebug)
	d.servers = append(d.servers, &server{name: name, listener: l, http: s})
}

// Addr returns where "status" or "pages" listens, for ports chosen by the system.
func (d *Daemon) Addr(name string) string {
	for _, s := range d.servers {
		if s.name == name {
			return s.listener.Addr().String()
		}
	}
	return ""
}

func (d *Daemon) close() error {
	d.unwatch()
	ctx, cancel := context.WithTimeout(context.Background(), closeWithin)
	defer cancel()
	var errs []error
	for _, s := range d.servers {
		if err := s.http.Shutdown(ctx); err != nil {
			errs = append(errs, s.http.Close())
		}
		// A server that never served does not know its listener.
		if err := s.listener.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
			errs = append(errs, err)
		}
	}
	return errors.Join(append(errs, d.readers.flush(), d.outbox.Close())...)
}

// latestEvents are those of the log, for the status page.
func (d *Daemon) latestEvents() (out []status.Event) {
	for _, e := range d.Recent() {
		out = append(out, status.Event{At: e.At, Level: strings.ToLower(e.Level.String()), Text: e.Text, Account: e.Account, Delivery: e.Delivery})
	}
	return out
}
