package main

import (
	"io"

	"github.com/spf13/cobra"

	"crieur/internal/control"
)

func (a *app) resolveCmd() *cobra.Command {
	var r control.Resolution
	cmd := &cobra.Command{
		Use:   "resolve ID --posted URL|--not-posted",
		Short: "say what became of a held delivery",
		Long: `Say what became of a held delivery, after a look at the account: with --posted it is
delivered, and the address is its receipt; with --not-posted it is sent again.`,
		Example: `  crieur resolve 01kxt5m2p0g0.x-main --posted https://x.com/example/status/1445880548472328192
  crieur resolve 01kxt5m2p0g0.mastodon --not-posted`,
		Args: usage(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			r.ID = args[0]
			return a.ask(cmd.Context(), func(api control.API) error {
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
	return cmd
}

func (a *app) cancelCmd() *cobra.Command {
	return &cobra.Command{
		Use:     "cancel ID",
		Short:   "cancel a scheduled delivery",
		Example: "  crieur cancel 01kxt5m2p0g0.mastodon",
		Args:    usage(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.ask(cmd.Context(), func(api control.API) error {
				d, err := api.Cancel(cmd.Context(), args[0])
				if err != nil {
					return err
				}
				return a.printDelivery(d)
			})
		},
	}
}

func (a *app) printDelivery(d control.StoryDelivery) error {
	return a.print(d, func(w io.Writer) error { return a.writeDelivery(w, d) })
}
