package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"crieur/internal/control"
	"crieur/internal/delivery"
)

func (a *app) listCmd() *cobra.Command {
	var f control.ListFilter
	cmd := &cobra.Command{
		Use:   "list",
		Short: "list deliveries, newest first",
		Long: `List deliveries, the newest first, a line each. A delivery is one article for one
account; its state is one of

  scheduled  waits for its moment or its turn
  sending    is being sent
  unknown    was sent without a clear answer: crieur looks whether it is there
  held       waits for a person, see "crieur resolve"
  delivered  is posted, and its receipt is kept
  dead       will never be posted, with the reason
  cancelled  was cancelled or withdrawn
  expired    came too late to be news`,
		Example: "  crieur list --state held\n  crieur list --account mastodon --limit 20 --json",
		Args:    usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := a.mustReach(cmd.Context())
			if err != nil {
				return err
			}
			l := a.look() // in the configuration's zone
			if a.json || !l.drawn() {
				return a.eachListed(cmd.Context(), cfg, f, a.printListed)
			}
			t := newListing(l, a.out)
			if err := a.eachListed(cmd.Context(), cfg, f, t.add); err != nil {
				return err
			}
			return t.end()
		},
	}
	cmd.Flags().StringVar(&f.State, "state", "", "only deliveries in this `STATE`")
	cmd.Flags().StringVar(&f.Account, "account", "", "only deliveries of this `ACCOUNT`")
	cmd.Flags().IntVar(&f.Limit, "limit", 0, "at most `N` (0: all)")
	return cmd
}

func (a *app) printListed(d control.ListedDelivery) error {
	if a.json {
		return a.printJSON(d)
	}
	when := a.moment(d.Due)
	if waitsItsTurn(d) {
		when = fmt.Sprintf("%-*s", len(when), inTurn) // so that the titles stand below each other
	}
	_, err := fmt.Fprintf(a.out, "%-30s %-10s %s  %s\n", d.ID, d.State, when, clip(d.Title, 60))
	return err
}

// inTurn stands where a delivery has no moment of its own: "crieur plan" tells when.
const inTurn = "in turn"

func waitsItsTurn(d control.ListedDelivery) bool {
	return delivery.State(d.State) == delivery.Scheduled && !d.Timed
}

// clip shortens a title for a table; lists are for the eye, --json has it whole.
func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}
