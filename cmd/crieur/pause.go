package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"crieur/internal/control"
	"crieur/internal/daemon"
	"crieur/internal/dispatch"
)

func (a *app) pauseCmd() *cobra.Command {
	return a.standingCmd("pause", "stop posting on an account, or on all, until resume", `Stop posting on an account, or on all of them, until "crieur resume", also across
restarts. What waits stays in the queue, and articles are taken as ever.`, "paused", dispatch.StatePaused, control.API.Pause)
}

func (a *app) resumeCmd() *cobra.Command {
	return a.standingCmd("resume", "start a stopped, waiting or paused account again, or all", `Start an account again, or all of them: one that was paused, that was stopped because its
login or its credit was refused, or that waits after a failure.`, "resumed", dispatch.StateRunning, control.API.Resume)
}

// standingChange is what pause and resume answer.
type standingChange struct {
	Account  string   `json:"account"` // empty: all
	State    string   `json:"state"`
	Accounts []string `json:"accounts,omitempty"` // of all, those that this concerned
}

// wasInWords leaves out what says nothing: without a daemon no state is known.
func wasInWords(state string) string {
	if state == dispatch.StateOffline || state == dispatch.StateRunning {
		return ""
	}
	return " was " + state
}

// standingCmd changes the standing of one account or of all; untouched is the state in
// which an account needs no change.
func (a *app) standingCmd(name, short, long, done, untouched string, change func(control.API, context.Context, string) error) *cobra.Command {
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
			cfg, err := a.mustReach(cmd.Context())
			if err != nil {
				return err
			}
			return a.askFor(cmd.Context(), cfg, daemon.ToAdd, func(api control.API) error {
				var before []dispatch.AccountStatus
				if account == "" {
					st, err := api.Status(cmd.Context())
					if err != nil {
						return err
					}
					before = st.Accounts
				}
				if err := change(api, cmd.Context(), account); err != nil {
					return err
				}
				out := standingChange{account, done, nil}
				text := fmt.Sprintf("%s %s\n", done, named)
				for _, acc := range before {
					if acc.Platform != "" && acc.State != untouched { // without a platform: not in the configuration
						out.Accounts = append(out.Accounts, acc.Name)
						text += "  " + acc.Name + wasInWords(acc.State) + "\n"
					}
				}
				if account == "" && len(out.Accounts) == 0 {
					text += "  no account had to be\n"
				}
				return a.print(out, func(w io.Writer) error {
					_, err := io.WriteString(w, text)
					return err
				})
			})
		},
	}
}
