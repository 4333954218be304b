package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	"crieur/config"
	"crieur/internal/control"
	"crieur/internal/daemon"
	"crieur/internal/delivery"
	"crieur/internal/dispatch"
	"crieur/internal/term"
)

const (
	watchEvery = 2 * time.Second  // a question to the daemon
	planEvery  = 10 * time.Second // one that costs it more
	watchDays  = 7                // of the plan
	watchShown = 40               // posts that were made, at most
)

// viewer is an API with the context of its questions.
type viewer struct {
	ctx context.Context
	control.API
}

func (a viewer) status() (dispatch.Status, error) { return a.Status(a.ctx) }

// list has the newest of a state: articles, or where they were posted, posts.
func (a viewer) list(s delivery.State, most int) (out []control.ListedDelivery, err error) {
	err = a.List(a.ctx, control.ListFilter{State: string(s), Limit: most, Posted: s == delivery.Delivered}, func(d control.ListedDelivery) error {
		out = append(out, d)
		return nil
	})
	return out, err
}

// watch shows the overview in the whole window until it is told to end.
func (a *app) watch(ctx context.Context) (err error) {
	out, ok := terminal(a.out)
	in, hasIn := a.in.(*os.File)
	switch {
	case a.json:
		return usageError{errors.New("--watch and --json exclude each other: ask \"crieur status --json\" as often as you like")}
	case !ok || !hasIn || hostEnv("TERM") == "dumb":
		return usageError{errors.New("--watch draws on a terminal, and this is none: in a script ask \"crieur status --json\", or GET /api/status")}
	}
	cfg, err := a.mustReach(ctx)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	screen := term.NewScreen(in, out)
	if err := screen.Enter(); err != nil {
		return err
	}
	// Deferred: a panic, too, finds the terminal as it was.
	defer func() { err = errors.Join(err, screen.Leave()) }()
	w := watcher{app: a, cfg: cfg, screen: screen, pictures: make(chan sight, 1)}
	return w.run(ctx)
}

// watcher is one view and what it was told last.
type watcher struct {
	*app
	cfg      config.Config
	screen   *term.Screen
	pictures chan sight
	asking   bool
	last     overview
	known    bool // last tells something
	planned  time.Time
}

// sight is an answer, or why there is none.
type sight struct {
	overview
	err      error
	panicked string
}

func (w *watcher) run(ctx context.Context) error {
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, syscall.SIGWINCH, syscall.SIGCONT)
	defer signal.Stop(signals)
	keys := w.screen.Keys()
	clock := time.NewTicker(time.Second)
	defer clock.Stop()
	var asked time.Time
	for {
		if !w.asking && time.Since(asked) >= watchEvery-time.Second/10 {
			asked = time.Now()
			w.ask(ctx)
		}
		if err := w.draw(); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case s := <-signals:
			if s == syscall.SIGCONT { // who stopped it had the terminal meanwhile
				if err := w.screen.Enter(); err != nil {
					return err
				}
			}
		case k, ok := <-keys:
			if done, err := w.key(k, ok, signals); done || err != nil {
				return err
			}
		case p := <-w.pictures:
			if p.panicked != "" {
				panic(p.panicked) // here, where the terminal is given back
			}
			w.take(p)
		case <-clock.C:
		}
	}
}

// key obeys a key; the terminal is gone where !ok.
func (w *watcher) key(k byte, ok bool, signals <-chan os.Signal) (done bool, err error) {
	switch k {
	case 'q', 'Q', term.KeyInterrupt, term.KeyEnd, term.KeyQuit:
		return true, nil
	case term.KeyRedraw:
		w.screen.Again()
	case term.KeySuspend:
		return false, w.suspend(signals)
	}
	return !ok, nil
}

// suspend stops the process as Ctrl-Z does everywhere, with the terminal given back.
func (w *watcher) suspend(signals <-chan os.Signal) error {
	if err := w.screen.Leave(); err != nil {
		return err
	}
	if err := syscall.Kill(0, syscall.SIGTSTP); err != nil {
		return fmt.Errorf("suspend: %w", err)
	}
	const soon = time.Second // it was not stopped: nobody is there to go on with it
	for waited := time.After(soon); ; {
		select {
		case s := <-signals:
			if s != syscall.SIGCONT {
				continue
			}
		case <-waited:
		}
		return w.screen.Enter()
	}
}

func (w *watcher) draw() error {
	columns, rows, err := w.screen.Size()
	if err != nil {
		return err
	}
	o := w.last
	o.look = w.look()
	o.columns = columns
	if !w.known && o.gone == "" {
		return w.screen.Show([]string{term.Cut("crieur: asking…", columns)}, columns)
	}
	return w.screen.Show(o.frame(rows), columns)
}

// take makes an answer the picture. Without one the last picture stays, and says so.
func (w *watcher) take(p sight) {
	w.asking = false
	if p.err != nil {
		w.last.gone = plainError(p.err.Error())
		return
	}
	if p.plan == nil {
		p.plan = w.last.plan
	} else {
		w.planned = time.Now()
	}
	w.last, w.known = p.overview, true
}

// ask has the question answered on the side, so that keys are obeyed meanwhile.
func (w *watcher) ask(ctx context.Context) {
	w.asking = true
	plan, open := time.Since(w.planned) >= planEvery, !w.known
	go func() {
		var p sight
		defer func() {
			if cause := recover(); cause != nil {
				p = sight{panicked: fmt.Sprintf("%v\n%s", cause, debug.Stack())}
			}
			w.pictures <- p
		}()
		p.overview, p.err = w.read(ctx, plan, open)
	}()
}

// read asks the daemon. The outbox itself is opened at most once, where no daemon runs
// from the beginning: it would be in the way of one that starts.
func (w *watcher) read(ctx context.Context, plan, open bool) (o overview, err error) {
	var api control.API
	api, err = control.Dial(ctx, w.cfg.Control.Socket)
	if open && errors.Is(err, control.ErrNotRunning) {
		var offline *daemon.Offline
		if offline, err = daemon.OpenOffline(w.cfg, versionString(), daemon.ToLook); err != nil {
			return o, err
		}
		defer func() { err = firstError(err, offline.Close()) }()
		api = offline
	}
	if err != nil {
		return o, err
	}
	if o, err = readOverview(viewer{ctx, api}, watchShown); err == nil && plan {
		o.plan, err = api.Plan(ctx, control.PlanWish{Days: watchDays})
	}
	return o, err
}
