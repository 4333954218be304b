package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"crieur/internal/control"
)

func (a *app) withdrawCmd() *cobra.Command {
	var yes bool
	cmd := &cobra.Command{
		Use:   "withdraw ID [--yes]",
		Short: "take an article back: its page says so, nothing more is posted",
		Long: `Take an article back for good. Its page answers "gone" (410) from now on, and what is
scheduled of it is cancelled. Posts stay on the platforms: delete them there. ID is an
article's or a delivery's, or a unique beginning of one.`,
		Example: "  crieur withdraw 01kxt5m2p0g0",
		Args:    usage(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.ask(cmd.Context(), func(api control.API) error {
				st, err := api.Show(cmd.Context(), args[0])
				if err != nil {
					return err
				}
				if !yes {
					if err := a.confirmWithdrawal(st); err != nil {
						return err
					}
				}
				w, err := api.Withdraw(cmd.Context(), st.ID)
				if err != nil {
					return err
				}
				return a.print(w, func(out io.Writer) error { return writeWithdrawn(out, w) })
			})
		},
	}
	cmd.Flags().BoolVar(&yes, "yes", false, "do not ask")
	return cmd
}

// confirmWithdrawal asks where a person can answer, and refuses where none can.
func (a *app) confirmWithdrawal(st control.Story) error {
	f, ok := a.in.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return usageError{errors.New("withdraw asks first, and standard input is no terminal: --yes withdraws without asking")}
	}
	_, err := fmt.Fprintf(a.err, "Withdraw %q for good?\n  %s\n  %d deliveries of it are listed by \"crieur show %s\".\nType yes: ", st.Title, st.URL, len(st.Deliveries), st.ID)
	if err != nil {
		return err
	}
	return agreed(f)
}

func agreed(in io.Reader) error {
	answer, err := bufio.NewReader(in).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if !strings.EqualFold(strings.TrimSpace(answer), "yes") {
		return usageError{errors.New("not withdrawn: nothing was changed")}
	}
	return nil
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
	_, err := io.WriteString(out, b.String())
	return err
}
