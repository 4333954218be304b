package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"crieur/internal/control"
	"crieur/internal/daemon"
	"crieur/internal/delivery"
	"crieur/internal/dispatch"
	"crieur/internal/term"
)

func (a *app) showCmd() *cobra.Command {
	return &cobra.Command{
		Use:     "show ID",
		Short:   "an article's whole story",
		Long:    "Tell an article's whole story: its page, and each delivery with its text, attempts and\nreceipt.\n\n" + naming,
		Example: "  crieur show 1kzv3m8gg000\n  crieur show brest-port-reopens\n  crieur show --json 1kzv3m8gg000.mastodon",
		Args:    usage(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.ask(cmd.Context(), daemon.ToLook, func(api control.API) error {
				st, err := api.Show(cmd.Context(), args[0])
				if err != nil {
					return err
				}
				if a.json {
					return a.printJSON(st)
				}
				t := teller{look: a.look(), story: st}
				if t.unfinished() { // what comes next depends on its account
					s, err := api.Status(cmd.Context())
					if err != nil {
						return err
					}
					t.accounts = s.Accounts
				}
				_, err = io.WriteString(a.out, t.tell())
				return err
			})
		},
	}
}

// teller tells one article's story.
type teller struct {
	look
	story    control.Story
	accounts []dispatch.AccountStatus
	b        strings.Builder
}

func (t *teller) unfinished() bool {
	for _, d := range t.story.Deliveries {
		if !delivery.State(d.State).Final() {
			return true
		}
	}
	return false
}

func (t *teller) tell() string {
	st := t.story
	for _, l := range term.Wrap(term.Printable(st.Title), t.columns) {
		t.b.WriteString(t.in(term.Bold, l) + "\n")
	}
	t.line("id", st.ID)
	t.line("page", st.URL)
	if st.Source != "" {
		t.line("source", st.Source)
	}
	t.line("entered", t.moment(st.EnqueuedAt))
	for _, since := range []struct {
		what string
		at   time.Time
	}{{"corrected", st.UpdatedAt}, {"withdrawn", st.WithdrawnAt}, {"source gone", st.SourceGoneAt}} {
		if !since.at.IsZero() {
			t.line(since.what, t.moment(since.at))
		}
	}
	t.b.WriteString(visitsInWords(st.Visits))
	for _, d := range st.Deliveries {
		t.b.WriteByte('\n')
		t.delivery(d)
	}
	return t.b.String()
}

// delivery tells one delivery's story: how it stands, what it says, what happened, and
// what comes next.
func (t *teller) delivery(d control.StoryDelivery) {
	state := delivery.State(d.State)
	fmt.Fprintf(&t.b, "%s (%s)  %s\n", t.in(term.Bold, d.Account), d.Platform, t.in(stateStyle(state), d.State))
	t.line("id", d.ID)
	if d.Reason != "" && state != delivery.Held { // what a held one waits for is told below
		t.line("reason", plainError(d.Reason))
	}
	if state == delivery.Scheduled {
		due := t.moment(d.Due)
		if !d.Timed {
			due += ", in the account's turn"
		}
		t.line("due", due)
	}
	if d.Expires != nil && state == delivery.Scheduled {
		if at, err := time.Parse(time.RFC3339, *d.Expires); err == nil { // the daemon writes nothing else
			t.line("expires", t.moment(at))
		}
	}
	if r := d.Receipt; r != nil {
		t.line("post", r.URL)
		t.line("post id", r.PostID)
		t.line("posted", t.moment(r.PostedAt))
	}
	if d.ChargedUSD > 0 {
		t.line("charged", fmt.Sprintf("$%.3f", d.ChargedUSD))
	}
	if d.Text != "" {
		for line := range strings.SplitSeq(d.Text, "\n") {
			for _, l := range term.Wrap(term.Printable(line), t.columns-len("  | ")) {
				t.b.WriteString(strings.TrimRight("  "+t.in(term.Dim, "|")+" "+l, " ") + "\n")
			}
		}
	}
	t.b.WriteString(pictureInWords(d.Media, ""))
	t.timeline(d)
	t.next(d)
}

func (t *teller) line(label, text string) {
	for _, l := range term.Hang(fmt.Sprintf("  %-7s ", label), term.Printable(text), t.columns) {
		t.b.WriteString(l + "\n")
	}
}

// moment is one in the site's zone: 2026-11-27 09:30:05 CET (UTC+1).
func (l look) moment(t time.Time) string {
	t = t.In(l.zone)
	return t.Format(time.DateOnly+" "+time.TimeOnly+" ") + offset(t)
}

// writeDelivery tells one delivery's story.
func (a *app) writeDelivery(w io.Writer, d control.StoryDelivery) error {
	t := teller{look: a.look()}
	t.delivery(d)
	_, err := io.WriteString(w, t.b.String())
	return err
}

// stateStyle is how a state looks in every view.
func stateStyle(s delivery.State) term.Style {
	switch s {
	case delivery.Delivered:
		return term.Good
	case delivery.Held, delivery.Unknown:
		return term.Loud
	case delivery.Dead:
		return term.Bad
	case delivery.Cancelled, delivery.Expired:
		return term.Dim
	}
	return term.Plain
}
