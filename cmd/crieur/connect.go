package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"crieur/config"
	"crieur/internal/control"
	"crieur/internal/daemon"
	"crieur/internal/outbox"
)

// reachWithin bounds the wait for a daemon that is just starting.
const reachWithin = 3 * time.Second

// load reads the configuration; found is false where there is none anywhere.
func (a *app) load() (cfg config.Config, found bool, err error) {
	path, found, err := config.Find(a.configPath)
	if err != nil {
		return cfg, false, usageError{err}
	}
	if !found {
		return cfg, false, nil
	}
	cfg, err = config.Load(path)
	if err != nil {
		return cfg, true, usageError{err}
	}
	if a.zone, err = time.LoadLocation(cfg.Site.Timezone); err != nil {
		return cfg, true, usageError{fmt.Errorf("%s: site.timezone: %w", path, err)}
	}
	return cfg, true, nil
}

// mustLoad is load for commands that cannot work without a configuration.
func (a *app) mustLoad() (config.Config, error) {
	cfg, found, err := a.load()
	if err == nil && !found {
		err = usageError{errors.New("no configuration: neither /etc/crieur/crieur.toml nor ./crieur.toml is there (\"crieur config init\" writes one, --config names another)")}
	}
	return cfg, err
}

// loadOrSample is load for commands that also work with two sample accounts, and says so.
func (a *app) loadOrSample() (cfg config.Config, found bool, err error) {
	cfg, found, err = a.load()
	if err != nil || found {
		return cfg, found, err
	}
	_, err = fmt.Fprintln(a.err, "crieur: no configuration found: showing two sample accounts, x (280) and mastodon (500)")
	return config.Sample(), false, err
}

// mustReach is load for commands that need a daemon and nothing else: while somebody puts
// a mistake in the configuration right, the daemon goes on with the one before, and pause
// must work. The configuration then holds what config.Salvage gives, and a.mistake is set.
func (a *app) mustReach(ctx context.Context) (config.Config, error) {
	cfg, err := a.mustLoad()
	if err == nil {
		return cfg, nil
	}
	path, found, unfound := config.Find(a.configPath)
	if unfound != nil || !found {
		return cfg, err
	}
	left, ok := config.Salvage(path)
	if !ok {
		return cfg, err
	}
	if _, silent := control.Dial(ctx, left.Control.Socket); silent != nil {
		return cfg, err
	}
	if zone, unknown := time.LoadLocation(left.Site.Timezone); unknown == nil {
		a.zone = zone
	}
	a.mistake = err
	_, werr := fmt.Fprintf(a.err, "crieur: the configuration has a mistake, and the running crieur goes on with the one before: %v\n", err)
	return left, werr
}

// ask puts a question to the daemon, or to the outbox itself when none runs.
func (a *app) ask(ctx context.Context, to daemon.Purpose, question func(control.API) error) error {
	cfg, err := a.mustReach(ctx)
	if err != nil {
		return err
	}
	return a.askFor(ctx, cfg, to, question)
}

// askFor is ask with a configuration at hand.
func (a *app) askFor(ctx context.Context, cfg config.Config, to daemon.Purpose, question func(control.API) error) error {
	api, closeAPI, err := a.reach(ctx, cfg, func() (*daemon.Offline, error) {
		if a.mistake != nil { // the daemon is gone since, and which outbox it had is not known
			return nil, a.mistake
		}
		return daemon.OpenOffline(cfg, versionString(), to)
	})
	if err != nil {
		return err
	}
	return firstError(question(api), closeAPI())
}

// tellMigrated says that the command found an outbox of an older crieur.
func (a *app) tellMigrated(m outbox.Migration) error {
	if m.To == 0 {
		return nil
	}
	_, err := fmt.Fprintf(a.err, "crieur: the outbox of an older crieur was brought up to date, from schema %d to %d; as it was: %s\n", m.From, m.To, m.Backup)
	return err
}

// reach tries the daemon first. A daemon that is just starting holds the outbox
// before its socket answers, so a locked outbox is one more reason to ask it.
func (a *app) reach(ctx context.Context, cfg config.Config, open func() (*daemon.Offline, error)) (control.API, func() error, error) {
	const pause = 50 * time.Millisecond
	for deadline := time.Now().Add(reachWithin); ; {
		client, err := control.Dial(ctx, cfg.Control.Socket)
		if err == nil {
			return client, func() error { return nil }, nil
		}
		if !errors.Is(err, control.ErrNotRunning) {
			return nil, nil, err
		}
		off, err := open()
		if err == nil {
			return off, off.Close, a.tellMigrated(off.Migrated)
		}
		if !errors.Is(err, outbox.ErrLocked) || time.Now().After(deadline) {
			return nil, nil, err
		}
		select {
		case <-ctx.Done():
			return nil, nil, context.Cause(ctx)
		case <-time.After(pause):
		}
	}
}
