package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"crieur/internal/control"
	"crieur/internal/daemon"
)

// Exit codes (design §2).
const (
	exitFailed = 1 // it was tried and did not work
	exitUsage  = 2 // usage, input or configuration: nothing was done
)

// version is set by the build: -ldflags "-X main.version=…".
var version = ""

// app is what every subcommand shares.
type app struct {
	in         io.Reader
	out, err   io.Writer
	configPath string
	json       bool
	zone       *time.Location // in which times are shown: the site's
}

// usageError is a mistake in the command line or the configuration.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// run is the whole program but for the process around it.
func run(args []string, in io.Reader, out, errOut io.Writer) int {
	a := &app{in: in, out: out, err: errOut, zone: time.Local}
	root := a.root()
	root.SetArgs(args)
	err := root.ExecuteContext(context.Background())
	if err == nil {
		return 0
	}
	// Where standard error is gone the exit code still tells.
	_, _ = fmt.Fprintf(errOut, "crieur: %v\n", err)
	var usage usageError
	var input *control.InputError
	var cfg *daemon.ConfigError
	if errors.As(err, &usage) || errors.As(err, &input) || errors.As(err, &cfg) {
		return exitUsage
	}
	return exitFailed
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "crieur",
		Short: "post a newsroom's articles to X and Mastodon, each exactly once",
		Long: `crieur posts a newsroom's articles to X and Mastodon, each exactly once.

"crieur run" is the daemon. Every other command asks it over its control socket,
or works directly on the outbox when no daemon runs.`,
		Example: `  crieur demo                     see it work, without any account
  crieur preview article.txt      what each account would post
  crieur enqueue article.txt      hand it over
  crieur status                   how things stand`,
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          noCommand,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SuggestionsMinimumDistance = 2
	root.SetIn(a.in)
	root.SetOut(a.out)
	root.SetErr(a.err)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usageError{fmt.Errorf("%w (see %q)", err, cmd.CommandPath()+" --help")}
	})
	root.PersistentFlags().StringVar(&a.configPath, "config", "", "configuration `FILE` (default /etc/crieur/crieur.toml, else ./crieur.toml)")
	root.PersistentFlags().BoolVar(&a.json, "json", false, "print JSON for scripts")
	root.AddCommand(
		a.runCmd(), a.enqueueCmd(), a.previewCmd(), a.lengthCmd(), a.listCmd(), a.showCmd(), a.planCmd(),
		a.rescheduleCmd(), a.retryCmd(), a.resolveCmd(), a.cancelCmd(), a.withdrawCmd(), a.pauseCmd(), a.resumeCmd(), a.statusCmd(), a.checkCmd(), a.alertCmd(), a.backupCmd(), a.restoreCmd(), a.exportCmd(), a.configCmd(), a.demoCmd(), a.versionCmd(),
	)
	return root
}

// untilSignalled is for commands that run until they are told to end. The others
// end at once, by the signal's default.
func untilSignalled(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM)
	// After the first signal the next one ends the process at once: no worse than a crash.
	context.AfterFunc(ctx, stop)
	return ctx, stop
}

// noCommand makes a mistyped command a usage error with the nearest ones.
func noCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	msg := fmt.Sprintf("unknown command %q", args[0])
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		msg += fmt.Sprintf(": did you mean %q?", near[0])
	}
	return usageError{fmt.Errorf("%s (see %q)", msg, "crieur --help")}
}

// usage turns a cobra argument check into a usage error.
func usage(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if err := check(cmd, args); err != nil {
			return usageError{fmt.Errorf("%w (see %q)", err, cmd.CommandPath()+" --help")}
		}
		return nil
	}
}

// versionString is the release, or what the build knows of its commit.
func versionString() string {
	if version != "" {
		return version
	}
	if bi, ok := debug.ReadBuildInfo(); ok && bi.Main.Version != "" && bi.Main.Version != "(devel)" {
		return bi.Main.Version
	}
	return "devel"
}

func hostEnv(key string) string { return os.Getenv(key) }
