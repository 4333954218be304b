package main

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"crieur/config"
	"crieur/internal/control"
	"crieur/internal/daemon"
	"crieur/internal/delivery"
)

// A shell waits for its completions: no longer than this, whatever the daemon does, and
// for no more than a person looks through.
const (
	completeWithin = 700 * time.Millisecond
	mostCompleted  = 60
)

// completeFunc is what cobra asks for the rest of a word. It stays silent on errors: a
// shell would print them into the line that is being typed.
type completeFunc = cobra.CompletionFunc

func (a *app) completionCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "completion bash|zsh|fish",
		Short: "print a completion script for a shell",
		Long: `Print a script that completes commands, flags, accounts, states and IDs in a shell.
Load it anew after an update of crieur, or once for all at the shell's start.`,
		Example: `  source <(crieur completion bash)
  crieur completion bash > /usr/share/bash-completion/completions/crieur
  crieur completion zsh > /usr/share/zsh/vendor-completions/_crieur
  crieur completion fish > ~/.config/fish/completions/crieur.fish`,
		Args:              usage(cobra.ExactArgs(1)),
		ValidArgsFunction: first(oneOf("bash", "zsh", "fish")),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch root := cmd.Root(); args[0] {
			case "bash":
				return root.GenBashCompletionV2(a.out, true)
			case "zsh":
				return root.GenZshCompletion(a.out)
			case "fish":
				return root.GenFishCompletion(a.out, true)
			}
			return seeHelp(cmd, wrongValue("shell", args[0], "bash", "zsh", "fish"))
		},
	}
}

// completions says for each command and flag what completes it, in one place; what is
// not named here takes no file either.
func (a *app) completions(root *cobra.Command) {
	waiting := string(delivery.Scheduled)
	arguments := map[string]completeFunc{
		"enqueue": files, "preview": files, "backup": first(files), "restore": first(files),
		"export": first(folders), "man": first(folders),
		"pause": first(a.accounts), "resume": first(a.accounts),
		"show": first(a.articles), "withdraw": first(a.articles),
		"cancel": first(a.deliveries(waiting)), "reschedule": first(a.deliveries(waiting)), "retry": first(a.deliveries(waiting)),
		"resolve": first(a.deliveries(string(delivery.Held))),
	}
	flags := map[string]completeFunc{
		"config": tomlFiles, "account": a.accounts, "article": a.articles,
		"state": oneOf(stateNames()...), "platform": oneOf(config.PlatformX, config.PlatformMastodon),
		"": nothing,
	}
	for _, cmd := range withSubcommands(root) {
		if cmd.ValidArgsFunction == nil && !cmd.HasSubCommands() {
			cmd.ValidArgsFunction = nothing
			if f := arguments[cmd.Name()]; f != nil && cmd.Parent() == root {
				cmd.ValidArgsFunction = f
			}
		}
		completeFlags(cmd, flags)
	}
}

func files(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveDefault
}

func folders(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveFilterDirs
}

func tomlFiles(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return []cobra.Completion{"toml"}, cobra.ShellCompDirectiveFilterFileExt
}

func nothing(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveNoFileComp
}

func oneOf(words ...string) completeFunc {
	return cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp)
}

// first completes the first argument only.
func first(f completeFunc) completeFunc {
	return func(cmd *cobra.Command, args []string, begin string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nothing(cmd, args, begin)
		}
		return f(cmd, args, begin)
	}
}

func stateNames() (names []string) {
	for _, s := range delivery.States() {
		names = append(names, string(s))
	}
	return names
}

// accounts completes the names of the configuration.
func (a *app) accounts(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	cfg, _, err := a.load()
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var out []cobra.Completion
	for _, c := range cfg.Accounts {
		out = append(out, cobra.CompletionWithDesc(c.Name, c.Platform))
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}

// deliveries completes the IDs of deliveries in a state, the newest first.
func (a *app) deliveries(state string) completeFunc {
	return func(cmd *cobra.Command, _ []string, begin string) ([]cobra.Completion, cobra.ShellCompDirective) {
		var out []cobra.Completion
		a.listed(cmd.Context(), control.ListFilter{State: state, Prefix: begin}, func(d control.ListedDelivery) {
			out = append(out, cobra.CompletionWithDesc(d.ID, oneLine(clip(d.Title, 70))))
		})
		return out, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
	}
}

// articles completes the IDs of articles, and after a dot those of deliveries.
func (a *app) articles(cmd *cobra.Command, _ []string, begin string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if strings.Contains(begin, ".") {
		return a.deliveries("")(cmd, nil, begin)
	}
	var out []cobra.Completion
	last := ""
	a.listed(cmd.Context(), control.ListFilter{Prefix: begin}, func(d control.ListedDelivery) {
		if d.Article != last { // those of an article follow each other
			out = append(out, cobra.CompletionWithDesc(d.Article, oneLine(clip(d.Title, 70))))
		}
		last = d.Article
	})
	return out, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
}

// listed asks for deliveries as far as that is quick. What came before an error counts.
func (a *app) listed(ctx context.Context, f control.ListFilter, yield func(control.ListedDelivery)) {
	ctx, cancel := context.WithTimeout(ctx, completeWithin)
	defer cancel()
	cfg, found, err := a.load()
	if err != nil || !found {
		return
	}
	f.Limit = mostCompleted
	each := func(d control.ListedDelivery) error {
		// A daemon of an older version gives others too.
		if strings.HasPrefix(d.ID, f.Prefix) {
			yield(d)
		}
		return context.Cause(ctx)
	}
	client, err := control.Dial(ctx, cfg.Control.Socket)
	if err == nil {
		_ = client.List(ctx, f, each) // completeFunc: silent
		return
	}
	if !errors.Is(err, control.ErrNotRunning) {
		return
	}
	if off, err := daemon.OpenOffline(cfg, versionString(), daemon.ToLook); err == nil {
		_ = off.List(ctx, f, each)
		_ = off.Close()
	}
}
