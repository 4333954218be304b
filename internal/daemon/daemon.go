// Package daemon wires the parts together and runs them: outbox, engine, control
// socket, status endpoint and pages, with one beginning and one end.
package daemon

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"sync"
	"time"

	"crieur/config"
	"crieur/internal/control"
	"crieur/internal/outbox"
	"crieur/internal/redirect"
	"crieur/internal/sdnotify"
	"crieur/internal/status"
)

// closeWithin bounds how long open connections may delay the end, once the posts in flight are settled.
const closeWithin = 3 * time.Second

// Options are what the process brings besides the configuration.
type Options struct {
	Version        string
	Log            *slog.Logger
	Notify         *sdnotify.Notifier // nil: no service manager
	Watchdog       time.Duration      // how often to tell the service manager that all turns; 0: never
	CredentialsDir string             // systemd's $CREDENTIALS_DIRECTORY
}

// Daemon is a running crieur. Everything that can fail has been opened by New.
type Daemon struct {
	cfg     config.Config
	opt     Options
	outbox  *outbox.Outbox
	service *control.Service
	servers []*server
}

type server struct {
	name     string
	listener net.Listener
	http     *http.Server
}

// New opens outbox, logins and listeners. When it fails it leaves nothing open.
func New(cfg config.Config, opt Options) (*Daemon, error) {
	accounts, err := Accounts(cfg)
	if err != nil {
		return nil, err
	}
	if err := connect(cfg, accounts, opt.CredentialsDir, opt.Version); err != nil {
		return nil, err
	}
	ob, err := outbox.Open(cfg.Outbox.Path, outbox.Options{})
	if err != nil {
		return nil, err
	}
	d := &Daemon{cfg: cfg, opt: opt, outbox: ob}
	if d.service, err = service(cfg, ob, accounts, opt.Version, opt.Log); err == nil {
		err = d.listen()
	}
	if err != nil {
		return nil, errors.Join(err, d.close())
	}
	return d, nil
}

func (d *Daemon) listen() error {
	statusPage, err := status.Handler(status.Options{
		Status: d.service.Engine.Status, Ready: d.service.Engine.Ready,
		Title: d.cfg.Site.Title, AnyHost: d.cfg.Status.AllowRemote,
	})
	if err != nil {
		return err
	}
	socket, err := control.Listen(d.cfg.Control.Socket)
	if err != nil {
		return err
	}
	d.serve("control", socket, control.Handler(d.service))
	for _, s := range []struct {
		name, addr string
		handler    http.Handler
	}{
		{"status", d.cfg.Status.Listen, statusPage},
		{"pages", d.cfg.Pages.Listen, redirect.Handler(d.page)},
	} {
		l, err := net.Listen("tcp", s.addr)
		if err != nil {
			return fmt.Errorf("%s.listen: %w", s.name, err)
		}
		d.serve(s.name, l, s.handler)
	}
	return nil
}

func (d *Daemon) serve(name string, l net.Listener, h http.Handler) {
	d.servers = append(d.servers, &server{name: name, listener: l, http: &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       time.Minute,
		WriteTimeout:      5 * time.Minute, // a list of a million deliveries is long
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(d.opt.Log.Handler(), slog.LevelDebug),
	}})
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

// Service answers as the control socket does, inside the process.
func (d *Daemon) Service() *control.Service { return d.service }

// Run works until parent ends, or a server breaks. Requests in flight are settled
// before it returns.
func (d *Daemon) Run(parent context.Context) error {
	engine := d.service.Engine
	if err := engine.Recover(time.Now()); err != nil {
		return errors.Join(err, d.close())
	}
	ctx, stop := context.WithCancelCause(parent)
	defer stop(nil)
	for _, s := range d.servers {
		go func() {
			if err := s.http.Serve(s.listener); !errors.Is(err, http.ErrServerClosed) {
				stop(fmt.Errorf("%s: %w", s.name, err))
			}
		}()
	}
	settled := engine.Start(ctx)
	var beating sync.WaitGroup
	beating.Go(func() { d.beat(ctx) })
	d.opt.Log.Info("ready", "status", "http://"+d.Addr("status")+"/", "pages", "http://"+d.Addr("pages")+"/", "outbox", d.cfg.Outbox.Path)
	d.notify(d.opt.Notify.Ready())
	debug.FreeOSMemory() // what starting up left behind: at rest the daemon needs a third of it

	<-ctx.Done()
	d.notify(d.opt.Notify.Stopping())
	d.opt.Log.Info("stopping: requests in flight are settled first")
	settled()
	beating.Wait()
	var broken error
	if parent.Err() == nil {
		broken = context.Cause(ctx) // a server broke; a signal is no failure
	}
	return errors.Join(broken, d.close())
}

// beat tells the service manager that the workers turn, as long as they do.
func (d *Daemon) beat(ctx context.Context) {
	if d.opt.Watchdog <= 0 {
		return
	}
	t := time.NewTicker(d.opt.Watchdog)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-t.C:
			if d.service.Engine.Ready(now) {
				d.notify(d.opt.Notify.Watchdog())
			}
		}
	}
}

// notify logs what the service manager did not hear: the posting goes on without it.
func (d *Daemon) notify(err error) {
	if err != nil {
		d.opt.Log.Warn("service manager not told", "error", err)
	}
}

func (d *Daemon) close() error {
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
	return errors.Join(append(errs, d.outbox.Close())...)
}
