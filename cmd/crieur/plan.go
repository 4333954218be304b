package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"crieur/config"
	"crieur/internal/control"
	"crieur/internal/daemon"
	"crieur/internal/dispatch"
)

func (a *app) planCmd() *cobra.Command {
	var wish control.PlanWish
	var account string
	var ics bool
	cmd := &cobra.Command{
		Use:   "plan",
		Short: "what will be posted, where and when",
		Long: `Show what will be posted where and when, as far as is known now: a calendar, a block
a day, with the slots that stay empty and the deliveries that will expire unposted.
It is computed by the code that posts, as if every post succeeded at its first try.`,
		Example: `  crieur plan
  crieur plan --days 31 --account x-main
  crieur plan --from 2030-12-24T00:00 --days 2
  crieur plan --ics > crieur.ics`,
		Args: usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if ics && a.json {
				return usageError{errors.New("--ics and --json exclude each other")}
			}
			cfg, err := a.mustLoad()
			if err != nil {
				return err
			}
			if err := configured(cfg, account); err != nil {
				return err
			}
			return a.askFor(cmd.Context(), cfg, daemon.ToLook, func(api control.API) error {
				entries, err := api.Plan(cmd.Context(), wish)
				if err != nil {
					return err
				}
				entries = slices.DeleteFunc(entries, func(e dispatch.PlanEntry) bool { return account != "" && e.Account != account })
				switch {
				case ics:
					return writeICS(a.out, entries, cfg.Site, time.Now())
				case a.json:
					return a.printPlanJSON(entries)
				}
				st, err := api.Status(cmd.Context())
				if err != nil {
					return err
				}
				l := a.look()
				c := calendar{zone: l.zone, columns: l.columns, paint: l.paint, linkUSD: cfg.Prices.XPostURL}
				text := c.render(entries) + planSummary(entries, wish.Days) + planMoney(entries, st.Accounts, account)
				_, err = io.WriteString(a.out, text)
				return err
			})
		},
	}
	f := cmd.Flags()
	f.IntVar(&wish.Days, "days", 7, "so many days, `N` from 1 to 366")
	f.StringVar(&wish.From, "from", "", "as if it were `TIME` now: RFC 3339, or 2030-12-01T08:30 in the site's time zone")
	f.StringVar(&account, "account", "", "only this `ACCOUNT`")
	f.BoolVar(&ics, "ics", false, "print an iCalendar file, an event a post")
	return cmd
}

func (a *app) printPlanJSON(entries []dispatch.PlanEntry) error {
	for _, e := range entries {
		if err := a.printJSON(e); err != nil {
			return err
		}
	}
	return nil
}

// configured refuses a name that no account has; empty is no name.
func configured(cfg config.Config, account string) error {
	var names, quoted []string
	for _, c := range cfg.Accounts {
		if account == "" || c.Name == account {
			return nil
		}
		names, quoted = append(names, c.Name), append(quoted, fmt.Sprintf("%q", c.Name))
	}
	if account == "" {
		return nil
	}
	return usageError{fmt.Errorf("account %q is not configured: want one of %s%s", account, strings.Join(quoted, ", "), config.DidYouMean(account, names))}
}

// planSummary is the last paragraph: everything of the plan in numbers.
func planSummary(entries []dispatch.PlanEntry, days int) string {
	n := map[string]int{}
	for _, e := range entries {
		n[e.Kind]++
	}
	if n[dispatch.PlanExpires]+n[dispatch.PlanPost]+n[dispatch.PlanEmpty]+n[dispatch.PlanMissed] == 0 {
		return fmt.Sprintf("Nothing is planned for %s.\n", counted(days, "day"))
	}
	parts := []string{counted(n[dispatch.PlanPost], "post")}
	if n[dispatch.PlanEmpty] > 0 {
		parts = append(parts, counted(n[dispatch.PlanEmpty], "empty slot"))
	}
	if n[dispatch.PlanMissed] > 0 {
		parts = append(parts, counted(n[dispatch.PlanMissed], "missed slot"))
	}
	if n[dispatch.PlanExpires] > 0 {
		parts = append(parts, counted(n[dispatch.PlanExpires], "delivery")+" expiring unposted")
	}
	return fmt.Sprintf("%s: %s\n", counted(days, "day"), strings.Join(parts, ", "))
}

// planMoney sets the plan's cost against the budgets, a line for each account that has
// either.
func planMoney(entries []dispatch.PlanEntry, accounts []dispatch.AccountStatus, only string) string {
	cost := map[string]float64{}
	for _, e := range entries {
		cost[e.Account] += e.CostUSD
	}
	var b strings.Builder
	for _, s := range accounts {
		if only != "" && s.Name != only || cost[s.Name] == 0 && s.BudgetUSD == nil {
			continue
		}
		fmt.Fprintf(&b, "%s: $%.3f planned", s.Name, cost[s.Name])
		spent := *cmp.Or(s.SpentUSD, new(float64))
		if s.BudgetUSD != nil {
			fmt.Fprintf(&b, ", $%.3f of this month's budget of $%.2f is spent", spent, *s.BudgetUSD)
		} else if spent > 0 {
			fmt.Fprintf(&b, ", $%.3f spent this month, no budget", spent)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// counted is a number with its noun.
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	if stem, ok := strings.CutSuffix(noun, "y"); ok && noun != "day" {
		noun = stem + "ie"
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
