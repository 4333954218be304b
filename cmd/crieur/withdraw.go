package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"crieur/internal/control"
	"crieur/internal/daemon"
	"crieur/internal/delivery"
)

func (a *app) withdrawCmd() *cobra.Command {
	var yes bool
	cmd := &cobra.Command{
		Use:   "withdraw ID [--yes]",
		Short: "take an article back: its page says so, nothing more is posted",
		Long: `Take an article back for good. Its page answers "gone" (410) from now on, and what is
scheduled of it is cancelled. Posts stay on the platforms: delete them there. ID names
an article as "show" takes it; a delivery's stands for its article.

It asks first. Where standard input is no terminal it needs --yes: nothing brings a
withdrawn page back.`,
		Example: "  crieur withdraw 1kzv3m8gg000\n  crieur withdraw --yes brest-port-reopens",
		Args:    usage(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.ask(cmd.Context(), daemon.ToChange, func(api control.API) error {
				st, err := api.Show(cmd.Context(), args[0])
				if err != nil {
					return err
				}
				if err := a.confirmWithdrawal(st, yes); err != nil {
					return err
				}
				w, err := api.Withdraw(cmd.Context(), st.ID)
				if err != nil {
					return err
				}
				return a.print(w, func(out io.Writer) error { return writeWithdrawn(out, w) })
			})
		},
	}
	yesFlag(cmd, &yes)
	return cmd
}

// confirmWithdrawal asks where a person can answer, and refuses where none can.
func (a *app) confirmWithdrawal(st control.Story, yes bool) error {
	if yes {
		return nil
	}
	if !a.canAsk() {
		return usageError{errors.New("withdraw asks first, and standard input is no terminal: --yes withdraws without asking")}
	}
	return a.confirm(yes, "withdrawn", withdrawalInWords(st))
}

// withdrawalInWords says what a withdrawal will do.
func withdrawalInWords(st control.Story) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Withdraw %q for good:\n  %-16s is gone (410) from now on: %s\n", clip(st.Title, 60), "its page", st.URL)
	for _, d := range st.Deliveries {
		switch s := delivery.State(d.State); {
		case s == delivery.Scheduled:
			fmt.Fprintf(&b, "  %-16s is cancelled, not posted\n", d.Account)
		case d.Receipt != nil:
			fmt.Fprintf(&b, "  %-16s stays posted: %s\n", d.Account, d.Receipt.URL)
		case !s.Final():
			fmt.Fprintf(&b, "  %-16s is %s, may be posted already, and is not sent again\n", d.Account, d.State)
		}
	}
	return b.String()
}

func writeWithdrawn(out io.Writer, w control.Withdrawn) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s  withdrawn\n  %s\n", w.ID, w.URL)
	for _, d := range w.Cancelled {
		fmt.Fprintf(&b, "  %-16s cancelled\n", d.Account)
	}
	for _, d := range w.Left {
		fmt.Fprintf(&b, "  %-16s %s: whether it is posted is not settled, it is not sent again (crieur show %s)\n", d.Account, d.State, d.ID)
	}
	for _, d := range w.Posted {
		fmt.Fprintf(&b, "  %-16s posted, and stays there: %s\n", d.Account, d.Receipt.URL)
	}
	for _, path := range w.FilesLeft {
		fmt.Fprintf(&b, "  %-16s %s\n", "still readable", path)
	}
	if len(w.FilesLeft) > 0 {
		b.WriteString("  a daemon that runs and may write there removes these files (why not: crieur check), or you do\n")
	}
	_, err := io.WriteString(out, b.String())
	return err
}
