package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"crieur/internal/control"
)

func (a *app) listCmd() *cobra.Command {
	var f control.ListFilter
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "list deliveries, newest first",
		Example: "  crieur list --state held\n  crieur list --account mastodon --limit 20 --json",
		Args:    usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.ask(cmd.Context(), func(api control.API) error {
				return api.List(cmd.Context(), f, a.printListed)
			})
		},
	}
	cmd.Flags().StringVar(&f.State, "state", "", "only deliveries in state `S`")
	cmd.Flags().StringVar(&f.Account, "account", "", "only deliveries of account `A`")
	cmd.Flags().IntVar(&f.Limit, "limit", 0, "at most `N` (0: all)")
	return cmd
}

func (a *app) printListed(d control.ListedDelivery) error {
	if a.json {
		return a.printJSON(d)
	}
	_, err := fmt.Fprintf(a.out, "%-30s %-10s %s  %s\n", d.ID, d.State, a.moment(d.Due), clip(d.Title, 60))
	return err
}

// clip shortens a title for a table; lists are for the eye, --json has it whole.
func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}
