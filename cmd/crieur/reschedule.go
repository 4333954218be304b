package main

import (
	"github.com/spf13/cobra"

	"crieur/internal/control"
)

func (a *app) rescheduleCmd() *cobra.Command {
	var c control.Change
	var priority int
	cmd := &cobra.Command{
		Use:   "reschedule ID --at TIME|--now|--slot [--expires DUR] [--priority N]",
		Short: "give a scheduled delivery another moment or priority",
		Long: `Give a scheduled delivery another moment: one of its own (--at), the next at which
the account is permitted to post (--now), or none, so that it goes when the account
posts next (--slot). What would have expired by then needs --expires too. ID is a
delivery's, or an article's that has one delivery.`,
		Example: `  crieur reschedule 1kzv3m8gg000.x-main --at 2030-12-01T08:30
  crieur reschedule 1kzv3m8gg000.x-main --now
  crieur reschedule 1kzv3m8gg000.x-main --slot --priority 10`,
		Args: usage(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			c.ID = args[0]
			if cmd.Flags().Changed("priority") {
				c.Priority = &priority
			}
			return a.move(cmd, func(api control.API) (control.StoryDelivery, error) { return api.Reschedule(cmd.Context(), c) })
		},
	}
	f := cmd.Flags()
	f.StringVar(&c.At, "at", "", "not before `TIME`: RFC 3339, or 2030-12-01T08:30 in the account's time zone")
	f.BoolVar(&c.Now, "now", false, "at the next moment that the account's rules permit, slot or not")
	f.BoolVar(&c.Slot, "slot", false, "when the account posts next")
	f.StringVar(&c.Expires, "expires", "", "not posted after `DUR` from its moment, e.g. 48h; or RFC 3339")
	f.IntVar(&priority, "priority", 0, "`N` from -128 to 127; higher goes first")
	return cmd
}
