package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"crieur/internal/control"
)

func (a *app) pauseCmd() *cobra.Command {
	return a.standingCmd("pause", "stop posting on an account, or on all, until resume", `Stop posting on an account, or on all of them, until "crieur resume", also across
restarts. What waits stays in the queue, and articles are taken as ever.`, "paused", control.API.Pause)
}

func (a *app) resumeCmd() *cobra.Command {
	return a.standingCmd("resume", "start a stopped, waiting or paused account again, or all", `Start an account again, or all of them: one that was paused, that was stopped because its
login or its credit was refused, or that waits after a failure.`, "resumed", control.API.Resume)
}

func (a *app) standingCmd(name, short, long, done string, change func(control.API, context.Context, string) error) *cobra.Command {
	return &cobra.Command{
		Use:     name + " [ACCOUNT]",
		Short:   short,
		Long:    long,
		Example: fmt.Sprintf("  crieur %[1]s x-main\n  crieur %[1]s", name),
		Args:    usage(cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			account, named := "", "all accounts"
			if len(args) > 0 {
				account, named = args[0], args[0]
			}
			cfg, err := a.mustLoad()
			if err != nil {
				return err
			}
			return a.askFor(cmd.Context(), cfg, true, func(api control.API) error {
				if err := change(api, cmd.Context(), account); err != nil {
					return err
				}
				return a.print(map[string]string{"account": account, "state": done}, func(w io.Writer) error {
					_, err := fmt.Fprintf(w, "%s %s\n", done, named)
					return err
				})
			})
		},
	}
}
