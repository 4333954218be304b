package daemon

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"time"

	"crieur/config"
	"crieur/internal/alert"
	"crieur/internal/dispatch"
)

// notifier opens the services of the configuration. It touches no network. count may be nil.
func notifier(cfg config.Config, log *slog.Logger, count func(n int, sent bool)) (*alert.Notifier, error) {
	opt := alert.Options{Places: cfg.Alerts, Log: log, Count: count}
	if u, err := url.Parse(cfg.Site.BaseURL); err == nil {
		opt.Site = u.Host
	}
	zone, err := time.LoadLocation(cfg.Site.Timezone)
	if err != nil {
		return nil, &ConfigError{fmt.Errorf("site.timezone: %w", err)}
	}
	opt.Zone = zone
	n, err := alert.New(opt)
	if err != nil {
		return nil, &ConfigError{err}
	}
	return n, nil
}

// tell carries the engine's news to the services.
func tell(n *alert.Notifier) func(dispatch.Alert) {
	return func(a dispatch.Alert) {
		n.Send(alert.Message{Kind: a.Kind, Account: a.Account, Delivery: a.Delivery, Title: a.Title, Text: a.Text, At: time.Now(), Over: a.Over})
	}
}

// CheckAlerts tells whether the services take their addresses, without a request.
func CheckAlerts(cfg config.Config) error {
	_, err := notifier(cfg, nil, nil)
	return err
}

// TestAlerts sends one message to each service, and tells how many there are.
func TestAlerts(ctx context.Context, cfg config.Config) (services int, err error) {
	if len(cfg.Alerts) == 0 {
		return 0, &ConfigError{fmt.Errorf("no [[alert]] in the configuration: add one with the url of a service, e.g. %q", "ntfy://ntfy.sh/your-topic")}
	}
	n, err := notifier(cfg, nil, nil)
	if err != nil {
		return 0, err
	}
	return len(cfg.Alerts), n.Test(ctx)
}
