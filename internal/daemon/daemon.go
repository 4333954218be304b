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
	"sync/atomic"
	"time"

	"crieur/config"
	"crieur/internal/alert"
	"crieur/internal/clockset"
	"crieur/internal/control"
	"crieur/internal/dispatch"
	"crieur/internal/journal"
	"crieur/internal/metrics"
	"crieur/internal/outbox"
	"crieur/internal/sdnotify"
)

// Options are what the process brings besides the configuration.
type Options struct {
	Version        string
	Log            *slog.Logger
	Notify         *sdnotify.Notifier // nil: no service manager
	Watchdog       time.Duration      // how often to tell the service manager that all turns; 0: never
	CredentialsDir string             // systemd's $CREDENTIALS_DIRECTORY
	// Sockets that the service manager opened: "pages", "status". Others are a mistake.
	Sockets map[string]net.Listener

	// Hangup asks for a reload, and Load reads the configuration anew for it.
	Hangup <-chan struct{}
	Load   func() (config.Config, error)
	// Reloaded is told what came into force; nil: nobody.
	Reloaded func(config.Config)
}

// Daemon is a running crieur. Everything that can fail has been opened by New.
type Daemon struct {
	opt     Options
	outbox  *outbox.Outbox
	watched bool // somebody wakes the engine when the clock is set
	unwatch func()
	current atomic.Pointer[generation]
	servers []*server
	readers *readers
	pages   *pages
	files   *exporter
	events  *journal.Ring
	metrics *metrics.Metrics

	silences silences
	refused  atomic.Bool // the latest reload; the next start would be too
}

// eventsKept is how many of the latest events are remembered.
const eventsKept = 100

// generation is all that a reload exchanges, whole.
type generation struct {
	cfg     config.Config
	service *control.Service
	alerts  *alert.Notifier // of the generation before too, where the services are the same
	files   pageFiles
	hooks   *webhooks
}

// New opens outbox, logins and listeners. When it fails it leaves nothing open.
func New(cfg config.Config, opt Options) (*Daemon, error) {
	if err := knownSockets(opt.Sockets); err != nil {
		return nil, err
	}
	events := journal.NewRing(eventsKept)
	opt.Log = slog.New(events.Tee(opt.Log.Handler()))
	d := &Daemon{opt: opt, events: events}
	d.metrics = d.newMetrics()
	accounts, err := Logins(cfg, opt.CredentialsDir, opt.Version)
	if err != nil {
		return nil, err
	}
	alerts, err := notifier(cfg, opt.Log, d.metrics.Alerts)
	if err != nil {
		return nil, err
	}
	files, err := loadPageFiles(cfg)
	if err != nil {
		return nil, err
	}
	ob, err := d.openOutbox(cfg.Outbox.Path)
	if err != nil {
		return nil, err
	}
	d.outbox, d.silences = ob, silences{began: time.Now(), told: map[string]time.Time{}}
	d.readers = newReaders(d)
	d.pages = &pages{outbox: ob, log: d.opt.Log, now: d.current.Load}
	d.files = newExporter(d.pages)
	d.watchClock()
	g, err := d.generation(cfg, accounts, alerts, files)
	if err == nil {
		d.current.Store(g)
		err = d.listen(cfg)
	}
	if err != nil {
		return nil, errors.Join(err, d.close())
	}
	return d, nil
}

// watchClock wakes the engine whenever the clock is set; where the system cannot tell,
// the engine looks by itself.
func (d *Daemon) watchClock() {
	ctx, cancel := context.WithCancel(context.Background())
	d.unwatch = cancel
	err := clockset.Watch(ctx, func() {
		d.opt.Log.Warn("the system's clock was set, or the machine slept", journal.Key, journal.ClockSet)
		if g := d.current.Load(); g != nil {
			g.service.Engine.Wake()
		}
	})
	if d.watched = err == nil; !d.watched {
		d.opt.Log.Info("the clock is looked at every minute", journal.Key, journal.ClockUnwatched, "error", err)
	}
}

func (d *Daemon) generation(cfg config.Config, accounts []dispatch.Account, alerts *alert.Notifier, files pageFiles) (*generation, error) {
	s, err := d.service(cfg, accounts, alerts)
	if err != nil {
		return nil, err
	}
	hooks, err := d.webhooks(cfg, s.Engine.PageURL, alerts)
	if err != nil {
		return nil, err
	}
	s.Webhooks = hooks.status
	d.metrics.Accounts(accounts)
	return &generation{cfg, s, alerts, files, hooks}, nil
}

func (d *Daemon) service(cfg config.Config, accounts []dispatch.Account, alerts *alert.Notifier) (*control.Service, error) {
	s, err := service(cfg, d.outbox, accounts, d.opt.Version, dispatch.Options{Log: d.opt.Log, Alert: tell(alerts), Count: d.metrics.Count, ClockWatched: d.watched, BeforePost: d.files.before(cfg, pageURL(cfg)), ExportError: d.files.state})
	if err != nil {
		return nil, err
	}
	s.Wake = func() { d.Service().Engine.Wake() }
	s.Pages, s.PruneIn, s.Changed = d.files.export, d.files.prune, func(slug string) { d.files.touch(slug) }
	s.Left = d.files.left
	return s, nil
}

// Service answers as the control socket does, inside the process.
func (d *Daemon) Service() *control.Service { return d.current.Load().service }

// Recent returns the latest events at info and above, oldest first, whatever is logged.
func (d *Daemon) Recent() []journal.Event { return d.events.Recent() }

// Run works until parent ends, or a server breaks. Requests in flight are settled
// before it returns.
func (d *Daemon) Run(parent context.Context) error {
	if err := d.Service().Engine.Recover(time.Now()); errors.Is(err, outbox.ErrDamaged) {
		return errors.Join(err, d.close())
	} else if err != nil { // a full disk: nothing is posted until there is room, but the pages answer
		d.opt.Log.Error("what was in flight at the last stop waits for the outbox", journal.Key, journal.OutboxFailed, "error", err)
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
	engines := d.start(ctx)
	go d.current.Load().alerts.Run(context.WithoutCancel(ctx)) // until closed: the last request in flight may need a person
	var beating sync.WaitGroup
	beating.Go(func() { d.probe(ctx) })
	beating.Go(func() { d.readers.run(ctx) })
	beating.Go(func() { d.files.run(ctx) })
	d.opt.Log.Info("ready", journal.Key, journal.DaemonReady, "status", "http://"+d.Addr("status")+"/", "pages", "http://"+d.Addr("pages")+"/", "outbox", d.outbox.Path())
	d.notify(d.opt.Notify.Ready())
	beating.Go(func() { d.beat(ctx) })
	beating.Go(func() { d.tellStatus(ctx) })
	debug.FreeOSMemory() // what starting up left behind: at rest the daemon needs a third of it

	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case <-d.opt.Hangup:
			engines = d.reload(ctx, engines)
		}
	}
	d.notify(d.opt.Notify.Stopping())
	d.opt.Log.Info("stopping: requests in flight are settled first", journal.Key, journal.DaemonStopping)
	engines()
	beating.Wait()
	d.current.Load().alerts.Close()
	var broken error
	if parent.Err() == nil {
		broken = context.Cause(ctx) // a server broke; a signal is no failure
	}
	return errors.Join(broken, d.close())
}

// start runs the current engine. The function it returns ends it, and returns once
// the requests in flight have been settled.
func (d *Daemon) start(ctx context.Context) (end func()) {
	ctx, cancel := context.WithCancel(ctx)
	d.assume()
	hooks := d.current.Load().hooks.start()
	d.files.touchAll()
	wait := d.Service().Engine.Start(ctx)
	var watches sync.WaitGroup // of an engine that runs
	for _, watch := range []func(context.Context){d.watchSilence, d.watchPages, d.heartbeat} {
		watches.Go(func() { watch(ctx) })
	}
	return func() {
		cancel()
		wait()
		hooks()
		watches.Wait()
	}
}

// assume lets the end of what was told before this process, or to other services, be told.
func (d *Daemon) assume() {
	g := d.current.Load()
	for _, a := range g.cfg.Accounts {
		st, err := d.outbox.AccountState(a.Name)
		if err != nil {
			d.opt.Log.Error("state of an account not read", journal.Key, journal.OutboxFailed, "account", a.Name, "error", err)
		}
		if st.Stopped {
			g.alerts.Assume(dispatch.AlertStopped, a.Name)
		}
		check, err := d.outbox.LoginCheck(a.Name)
		if err != nil {
			d.opt.Log.Error("login check of an account not read", journal.Key, journal.OutboxFailed, "account", a.Name, "error", err)
		}
		if check.Error != "" {
			g.alerts.Assume(dispatch.AlertToken, a.Name)
		}
		if _, told := d.silences.told[a.Name]; told {
			g.alerts.Assume(alertSilence, a.Name)
		}
	}
}

// beat tells the service manager that the workers turn, as long as they do. It does
// nothing else: what waits for the outbox or a disk would have a daemon that is well ended.
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
			if d.Service().Engine.Turning(now) {
				d.notify(d.opt.Notify.Watchdog())
			}
		}
	}
}

// notify logs what the service manager did not hear: the posting goes on without it.
func (d *Daemon) notify(err error) {
	if err != nil {
		d.opt.Log.Warn("service manager not told", journal.Key, journal.ManagerUntold, "error", err)
	}
}
