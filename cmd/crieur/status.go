package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"crieur/internal/control"
	"crieur/internal/daemon"
	"crieur/internal/delivery"
	"crieur/internal/dispatch"
	"crieur/internal/status"
	"crieur/internal/term"
)

func (a *app) statusCmd() *cobra.Command {
	var watch bool
	cmd := &cobra.Command{
		Use:   "status",
		Short: "how things stand",
		Long: `Tell how things stand: whether the daemon runs, each account with its queue, its next
and its last post and its money, how many deliveries are in which state, and what needs
a person, with the command to type.

"crieur status --watch" keeps showing it in the whole window, anew every two seconds,
until q or Ctrl-C. It needs a terminal.`,
		Example: "  crieur status\n  crieur status --json",
		Args:    usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if watch {
				return a.watch(cmd.Context())
			}
			return a.ask(cmd.Context(), daemon.ToLook, func(api control.API) error {
				l := a.look()
				if a.json || !l.drawn() {
					s, err := api.Status(cmd.Context())
					if err != nil {
						return err
					}
					return a.print(s, func(w io.Writer) error { return a.writeStatus(w, s) })
				}
				o, err := readOverview(viewer{cmd.Context(), api}, 0)
				if err != nil {
					return err
				}
				o.look = l
				_, err = io.WriteString(a.out, o.whole())
				return err
			})
		},
	}
	cmd.Flags().BoolVar(&watch, "watch", false, "keep showing it, in the whole window")
	return cmd
}

// whole is the overview on a terminal that scrolls: the word first.
func (o overview) whole() string {
	style, word, why := o.verdict()
	lines := []string{o.heading(false)}
	if reasons := term.Printable(strings.Join(why, ", ")); term.Cells("● "+word+" · "+reasons) > o.columns {
		lines = append([]string{o.in(style, "● "+word)}, term.Hang("  ", reasons, o.columns)...)
	}
	lines = append(lines, o.about(), "")
	lines = append(append(lines, o.accounts()...), "")
	if needs := o.needsSection(o.columns, true); len(needs.items) > 0 {
		lines = append(lines, o.in(term.Dim, needs.title))
		for _, item := range needs.items {
			lines = append(lines, item...)
		}
		lines = append(lines, "")
	}
	for _, l := range term.Wrap(o.counted(), o.columns) {
		lines = append(lines, o.in(term.Dim, l))
	}
	return strings.Join(lines, "\n") + "\n"
}

func (a *app) writeStatus(w io.Writer, s dispatch.Status) error {
	var b strings.Builder
	switch {
	case s.StartedAt == nil:
		b.WriteString("no daemon is running: nothing is posted until \"crieur run\"\n")
	case s.Ready:
		fmt.Fprintf(&b, "crieur %s runs since %s\n", s.Version, a.moment(*s.StartedAt))
	default:
		fmt.Fprintf(&b, "crieur %s runs since %s, but is not ready: %s\n", s.Version, a.moment(*s.StartedAt), strings.Join(s.NotReady, "; "))
	}
	if s.ExportError != "" {
		fmt.Fprintf(&b, "pages are not written to pages.export_dir, and posts may lead to none: %s\n", s.ExportError)
	}
	for _, acc := range s.Accounts {
		fmt.Fprintf(&b, "\n%s (%s)  %s, %d queued\n", acc.Name, acc.Platform, acc.State, acc.Queued)
		if acc.Reason != "" {
			fmt.Fprintf(&b, "  why   %s\n", acc.Reason)
		}
		if money := status.Money(acc); money != "" {
			fmt.Fprintf(&b, "  money %s\n", money)
		}
		if login := a.loginLine(acc); login != "" {
			fmt.Fprintf(&b, "  login %s\n", login)
		}
		if n := acc.Next; n != nil {
			fmt.Fprintf(&b, "  next  %s  %s\n", n.Delivery, a.moment(n.At))
		}
		if l := acc.Last; l != nil {
			fmt.Fprintf(&b, "  last  %s  %s\n", l.PostURL, a.moment(l.At))
		}
	}
	for _, h := range s.Webhooks {
		fmt.Fprintf(&b, "\nwebhook %s  %d waiting\n", h.Host, h.Waiting)
		if h.Since != nil {
			fmt.Fprintf(&b, "  why   since %s: %s\n", a.moment(*h.Since), h.Error)
		}
	}
	b.WriteByte('\n')
	for _, st := range delivery.States() {
		if n := s.Counts[string(st)]; n > 0 || st == delivery.Scheduled || st == delivery.Delivered {
			fmt.Fprintf(&b, "%7d %s\n", n, st)
		}
	}
	if s.VisitsWeek > 0 {
		fmt.Fprintf(&b, "%7d visits today, %d in 7 days\n", s.VisitsToday, s.VisitsWeek)
	}
	if s.Counts[string(delivery.Held)] > 0 {
		b.WriteString("\nheld deliveries wait for a person: crieur list --state held\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// loginLine tells as whom an account posts, and when the platform last said so.
func (a *app) loginLine(acc dispatch.AccountStatus) string {
	var parts []string
	if acc.VerifiedAt != nil {
		parts = append(parts, fmt.Sprintf("@%s, checked %s", acc.VerifiedAs, a.moment(*acc.VerifiedAt)))
	}
	if acc.VerifyError != "" && acc.CheckedAt != nil {
		parts = append(parts, fmt.Sprintf("failed its check %s: %s", a.moment(*acc.CheckedAt), acc.VerifyError))
	}
	return strings.Join(parts, "; ")
}
