package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"crieur/internal/control"
	"crieur/internal/daemon"
)

func (a *app) retryCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "retry ID",
		Short: "try a delivery now that waits for another try",
		Long: `Try a delivery as soon as the account is permitted to post, instead of at the moment
that it waits for after a failure. One that is held or finished is refused, with what
to do instead: nothing is tried again that may have been posted. ID is a delivery's, or
an article's that has one delivery.`,
		Example: "  crieur retry 1kzv3m8gg000.mastodon",
		Args:    usage(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.move(cmd, func(api control.API) (control.StoryDelivery, error) { return api.Retry(cmd.Context(), args[0]) })
		},
	}
}

// move changes when a delivery is posted, and echoes when that is.
func (a *app) move(cmd *cobra.Command, change func(control.API) (control.StoryDelivery, error)) error {
	cfg, err := a.mustReach(cmd.Context())
	if err != nil {
		return err
	}
	return a.askFor(cmd.Context(), cfg, daemon.ToChange, func(api control.API) error {
		d, err := change(api)
		if err != nil {
			return err
		}
		if a.json {
			return a.printJSON(d)
		}
		when, err := a.outlook(cmd.Context(), api, cfg)
		if err != nil {
			return err
		}
		_, err = io.WriteString(a.out, fmt.Sprintf("%s  %s  %s\n", d.ID, d.State, when.when(d.ID, d.Account, d.State, d.Due)))
		return err
	})
}
