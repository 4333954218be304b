package main

import (
	"context"
	"log/slog"
	"os"
	"os/signal"
	rundebug "runtime/debug"
	"syscall"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"crieur/config"
	"crieur/internal/daemon"
	"crieur/internal/journal"
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
it is taken, or none. It logs to standard error, see [log] in the configuration.`,
		Example: "  crieur run --config /etc/crieur/crieur.toml",
		Args:    usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := a.mustLoad()
			if err != nil {
				return err
			}
			level := new(slog.LevelVar)
			setLevel := func(cfg config.Config) {
				level.Set(logLevel(cfg, debug))
			}
			setLevel(cfg)
			// A panic, and the abort by systemd's watchdog, end the process by a signal: Go's
			// own way, exit code 2, is that of a wrong configuration, which is not restarted.
			rundebug.SetTraceback("crash")
			watchdog, err := sdnotify.WatchdogInterval(hostEnv)
			if err != nil {
				return usageError{err}
			}
			sockets, err := sdnotify.Sockets(hostEnv, os.Getpid())
			if err != nil {
				return err
			}
			d, err := daemon.New(cfg, daemon.Options{
				Sockets:        sockets,
				Version:        versionString(),
				Log:            a.logger(cfg.Log.Format, level),
				Reloaded:       setLevel,
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
	cmd.Flags().BoolVar(&debug, "debug", false, "log everything, whatever log.level says")
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

// logger writes to standard error; --json comes before the format of the configuration.
func (a *app) logger(format string, level slog.Leveler) *slog.Logger {
	out := journal.Output{Format: format, Level: level}
	if a.json {
		out.Format = journal.FormatJSON
	}
	if f, ok := a.err.(*os.File); ok {
		out.Journal = journal.IsStream(f, hostEnv("JOURNAL_STREAM"))
		out.Terminal = term.IsTerminal(int(f.Fd()))
		out.Color = hostEnv("NO_COLOR") == "" && hostEnv("TERM") != "dumb"
	}
	return slog.New(journal.NewHandler(a.err, out))
}

func logLevel(cfg config.Config, debug bool) (l slog.Level) {
	if debug || l.UnmarshalText([]byte(cfg.Log.Level)) != nil {
		return slog.LevelDebug // a level that nobody knows does not get past the validation
	}
	return l
}
