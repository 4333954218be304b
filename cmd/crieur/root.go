package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"crieur/internal/control"
	"crieur/internal/daemon"
	"crieur/internal/outbox"
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
	mistake    error          // in the configuration, where the daemon is asked all the same
}

// run is the whole program but for the process around it.
func run(args []string, in io.Reader, out, errOut io.Writer) int {
	a := &app{in: in, out: out, err: errOut, zone: time.Local}
	root := a.root()
	root.SetArgs(args)
	err := root.ExecuteContext(context.Background())
	if err == nil {
		return 0
	}
	if readerGone(err) {
		return exitFailed
	}
	// Where standard error is gone the exit code still tells.
	_, _ = fmt.Fprintf(errOut, "crieur: %v\n", err)
	var usage usageError
	var input *control.InputError
	var cfg *daemon.ConfigError
	if errors.As(err, &usage) || errors.As(err, &input) || errors.As(err, &cfg) || errors.Is(err, outbox.ErrNewerSchema) {
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
	root.SetIn(a.in)
	root.SetOut(a.out)
	root.SetErr(a.err)
	root.SetFlagErrorFunc(flagMistake)
	root.PersistentFlags().StringVar(&a.configPath, "config", "", "configuration `FILE` (default /etc/crieur/crieur.toml, else ./crieur.toml)")
	root.PersistentFlags().BoolVar(&a.json, "json", false, "print JSON for scripts")
	root.CompletionOptions.DisableDefaultCmd = true // ours leaves out a shell that no server has
	root.SetHelpCommand(helpCmd())
	root.Version = versionString()
	root.SetVersionTemplate(versionLine() + "\n")
	root.Flags().Bool("version", false, "print the version") // in our words, and without a letter of its own
	for _, g := range a.groups() {
		root.AddGroup(&cobra.Group{ID: g.id, Title: g.title + ":"})
		for _, cmd := range g.commands {
			cmd.GroupID = g.id
			root.AddCommand(cmd)
		}
	}
	root.SetHelpCommandGroupID("more")
	root.SetUsageTemplate(usageTemplate)
	tidyUsage(root)
	a.completions(root)
	return root
}

// group is a part of the root's help.
type group struct {
	id, title string
	commands  []*cobra.Command
}

// groups are all commands, in the order in which a newcomer needs them.
func (a *app) groups() []group {
	return []group{
		{"begin", "To begin", []*cobra.Command{a.demoCmd(), a.configCmd(), a.authCmd(), a.checkCmd(), a.runCmd()}},
		{"articles", "Articles, from file to post", []*cobra.Command{a.previewCmd(), a.enqueueCmd(), a.planCmd(), a.listCmd(), a.showCmd()}},
		{"change", "What waits or went wrong", []*cobra.Command{
			a.rescheduleCmd(), a.retryCmd(), a.cancelCmd(), a.withdrawCmd(), a.resolveCmd(),
		}},
		{"operate", "Operating it", []*cobra.Command{
			a.statusCmd(), a.pauseCmd(), a.resumeCmd(), a.alertCmd(), a.backupCmd(), a.restoreCmd(), a.exportCmd(),
		}},
		{"more", "More", []*cobra.Command{a.lengthCmd(), a.completionCmd(), a.manCmd(), a.versionCmd()}},
	}
}

// untilSignalled is for commands that run until they are told to end. The others
// end at once, by the signal's default.
func untilSignalled(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM)
	// After the first signal the next one ends the process at once: no worse than a crash.
	context.AfterFunc(ctx, stop)
	return ctx, stop
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

// readerGone tells that whoever read standard output has seen enough, as "head" does
// where SIGPIPE is ignored: nothing to complain about.
func readerGone(err error) bool {
	var failed *fs.PathError
	return errors.As(err, &failed) && failed.Path == os.Stdout.Name() && errors.Is(err, syscall.EPIPE)
}

func hostEnv(key string) string { return os.Getenv(key) }
