package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"crieur/internal/control"
	"crieur/internal/daemon"
	"crieur/internal/delivery"
)

func (a *app) resolveCmd() *cobra.Command {
	var r control.Resolution
	var yes bool
	cmd := &cobra.Command{
		Use:   "resolve ID --posted URL|--not-posted [--yes]",
		Short: "say what became of a held delivery",
		Long: `Say what became of a held delivery, after a look at the account: with --posted it is
delivered, and the address is its receipt; with --not-posted it is sent again. ID is a
delivery's, or an article's that has one delivery. On a terminal it asks first.`,
		Example: `  crieur resolve 1kzv3m8gg000.x-main --posted https://x.com/example/status/1445880548472328192
  crieur resolve 1kzv3m8gg000.mastodon --not-posted`,
		Args: usage(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			r.ID = args[0]
			return a.ask(cmd.Context(), daemon.ToChange, func(api control.API) (err error) {
				if r.ID, err = a.confirmResolution(cmd.Context(), api, r, yes); err != nil {
					return err
				}
				d, err := api.Resolve(cmd.Context(), r)
				if err != nil {
					return err
				}
				return a.printDelivery(d)
			})
		},
	}
	cmd.Flags().StringVar(&r.Posted, "posted", "", "it is there, at `URL`")
	cmd.Flags().BoolVar(&r.NotPosted, "not-posted", false, "it is not there: send it again")
	yesFlag(cmd, &yes)
	return cmd
}

// confirmResolution asks about the one delivery that is meant, and returns its ID.
func (a *app) confirmResolution(ctx context.Context, api control.API, r control.Resolution, yes bool) (id string, err error) {
	d, title, err := a.meant(ctx, api, r.ID, delivery.Held, yes)
	if err != nil || title == "" {
		return d.ID, err
	}
	what := fmt.Sprintf("%s of %q counts as posted to %s, for good:\n  %s becomes its receipt; it is not sent again\n", d.ID, title, d.Account, r.Posted)
	if r.NotPosted {
		what = fmt.Sprintf("%s of %q is posted to %s again, now or at its next moment.\nIf it is there after all, it will be there twice.\n", d.ID, title, d.Account)
	}
	return d.ID, a.confirm(yes, "resolved", what)
}

func (a *app) cancelCmd() *cobra.Command {
	var yes bool
	cmd := &cobra.Command{
		Use:   "cancel ID [--yes]",
		Short: "cancel a scheduled delivery",
		Long: `Cancel a scheduled delivery: it is never posted, and its article's page stays as it is.
ID is a delivery's, or an article's that has one delivery. On a terminal it asks first.`,
		Example: "  crieur cancel 1kzv3m8gg000.mastodon\n  crieur cancel --yes brest-port-reopens.x-main",
		Args:    usage(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.ask(cmd.Context(), daemon.ToChange, func(api control.API) error {
				d, title, err := a.meant(cmd.Context(), api, args[0], delivery.Scheduled, yes)
				if err != nil {
					return err
				}
				if title != "" {
					what := fmt.Sprintf("%s of %q, due %s, is never posted to %s.\n", d.ID, title, a.moment(d.Due), d.Account)
					if err := a.confirm(yes, "cancelled", what); err != nil {
						return err
					}
				}
				d, err = api.Cancel(cmd.Context(), d.ID)
				if err != nil {
					return err
				}
				return a.printDelivery(d)
			})
		},
	}
	yesFlag(cmd, &yes)
	return cmd
}

func (a *app) printDelivery(d control.StoryDelivery) error {
	return a.print(d, func(w io.Writer) error { return a.writeDelivery(w, d) })
}
