package main

import (
	"context"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"crieur/internal/daemon"
	"crieur/internal/sdnotify"
)

func (a *app) runCmd() *cobra.Command {
	var debug bool
	cmd := &cobra.Command{
		Use:   "run",
		Short: "run the daemon",
		Long: `Run the daemon in the foreground: it posts what is due, serves the pages, the
status endpoint and the control socket. SIGTERM or Ctrl-C lets requests in flight
finish (at most 30 s), then it ends. SIGHUP reads configuration and logins anew: all of
it is taken, or none.`,
		Example: "  crieur run --config /etc/crieur/crieur.toml",
		Args:    usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			level := slog.LevelInfo
			if debug {
				level = slog.LevelDebug
			}
			cfg, err := a.mustLoad()
			if err != nil {
				return err
			}
			watchdog, err := sdnotify.WatchdogInterval(hostEnv)
			if err != nil {
				return usageError{err}
			}
			d, err := daemon.New(cfg, daemon.Options{
				Version:        versionString(),
				Log:            a.logger(level),
				Notify:         sdnotify.New(hostEnv("NOTIFY_SOCKET")),
				Watchdog:       watchdog,
				CredentialsDir: hostEnv("CREDENTIALS_DIRECTORY"),
				Hangup:         hangups(cmd.Context()),
				Load:           a.mustLoad,
			})
			if err != nil {
				return err
			}
			ctx, stop := untilSignalled(cmd.Context())
			defer stop()
			return d.Run(ctx)
		},
	}
	cmd.Flags().BoolVar(&debug, "debug", false, "log everything")
	return cmd
}

// hangups turns SIGHUP into requests to reload; several at once are one.
func hangups(ctx context.Context) <-chan struct{} {
	signals, out := make(chan os.Signal, 1), make(chan struct{})
	signal.Notify(signals, syscall.SIGHUP)
	go func() {
		for {
			select {
			case <-ctx.Done():
				return
			case <-signals:
				out <- struct{}{}
			}
		}
	}()
	return out
}

// logger writes to standard error, as JSON with --json.
func (a *app) logger(level slog.Level) *slog.Logger {
	opt := &slog.HandlerOptions{Level: level}
	if a.json {
		return slog.New(slog.NewJSONHandler(a.err, opt))
	}
	return slog.New(slog.NewTextHandler(a.err, opt))
}
