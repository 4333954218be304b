package daemon

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"crieur/config"
	"crieur/internal/journal"
)

// reload takes a new configuration whole, or not at all: whatever is wrong with it is
// logged, and the old one stays in force. Between two engines nothing is claimed, and
// what is in flight is settled first.
func (d *Daemon) reload(ctx context.Context, end func()) (next func()) {
	d.notify(d.opt.Notify.Reloading())
	defer func() { d.notify(d.opt.Notify.Ready()) }()
	fresh, err := d.prepare()
	if err == nil && d.Service().Engine.Troubled() {
		err = errors.New("the outbox cannot be written, and answers of the platforms wait for it: make room, then reload again")
	}
	d.refused.Store(err != nil)
	if err != nil {
		d.opt.Log.Error("configuration not reloaded, the old one stays in force", journal.Key, journal.ConfigRefused, "error", err)
		return end
	}
	end()
	fresh.service.Engine.Inherit(d.Service().Engine)
	if err := fresh.service.Engine.Recover(time.Now()); err != nil {
		d.refused.Store(true)
		d.opt.Log.Error("configuration not reloaded, the old one stays in force", journal.Key, journal.ConfigRefused, "error", err)
		return d.start(ctx)
	}
	if old := d.current.Swap(fresh); old.alerts != fresh.alerts {
		go fresh.alerts.Run(context.WithoutCancel(ctx))
		go old.alerts.Close() // a dead service may take its time
	}
	if d.opt.Reloaded != nil {
		d.opt.Reloaded(fresh.cfg)
	}
	d.opt.Log.Info("configuration reloaded", journal.Key, journal.ConfigReloaded, "accounts", len(fresh.cfg.Accounts))
	return d.start(ctx)
}

// prepare makes everything that the new configuration needs, without touching the old.
func (d *Daemon) prepare() (*generation, error) {
	if d.opt.Load == nil {
		return nil, errors.New("this process cannot read its configuration anew")
	}
	cfg, err := d.opt.Load()
	if err != nil {
		return nil, err
	}
	if err := sameHouse(d.current.Load().cfg, cfg); err != nil {
		return nil, err
	}
	accounts, err := Logins(cfg, d.opt.CredentialsDir, d.opt.Version)
	if err != nil {
		return nil, err
	}
	files, err := loadPageFiles(cfg)
	if err != nil {
		return nil, err
	}
	now := d.current.Load()
	alerts := now.alerts // it knows of what it told a moment ago
	if !slices.EqualFunc(now.cfg.Alerts, cfg.Alerts, config.Alert.Equal) || now.cfg.Site.BaseURL != cfg.Site.BaseURL || now.cfg.Site.Timezone != cfg.Site.Timezone {
		if alerts, err = notifier(cfg, d.opt.Log, d.metrics.Alerts); err != nil {
			return nil, err
		}
	}
	return d.generation(cfg, accounts, alerts, files)
}

// sameHouse refuses what only a restart can change: what is open stays open.
func sameHouse(old, cfg config.Config) error {
	var errs []error
	for _, s := range []struct{ key, old, new string }{
		{"outbox.path", old.Outbox.Path, cfg.Outbox.Path},
		{"control.socket", old.Control.Socket, cfg.Control.Socket},
		{"status.listen", old.Status.Listen, cfg.Status.Listen},
		{"pages.listen", old.Pages.Listen, cfg.Pages.Listen},
		{"pages.max_connections", fmt.Sprint(old.Pages.MaxConnections), fmt.Sprint(cfg.Pages.MaxConnections)},
		{"status.allow_remote", fmt.Sprint(old.Status.AllowRemote), fmt.Sprint(cfg.Status.AllowRemote)},
	} {
		if s.old != s.new {
			errs = append(errs, fmt.Errorf("%s: from %q to %q takes a restart, not a reload", s.key, s.old, s.new))
		}
	}
	return errors.Join(errs...)
}
