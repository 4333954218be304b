package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"crieur/internal/control"
)

func (a *app) showCmd() *cobra.Command {
	return &cobra.Command{
		Use:     "show ID",
		Short:   "an article's whole story",
		Long:    "Tell an article's whole story: its page, and each delivery with its text, attempts and\nreceipt.\n\n" + naming,
		Example: "  crieur show 1kzv3m8gg000\n  crieur show brest-port-reopens\n  crieur show --json 1kzv3m8gg000.mastodon",
		Args:    usage(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.ask(cmd.Context(), func(api control.API) error {
				st, err := api.Show(cmd.Context(), args[0])
				if err != nil {
					return err
				}
				return a.print(st, func(w io.Writer) error { return a.writeStory(w, st) })
			})
		},
	}
}

func (a *app) writeStory(w io.Writer, st control.Story) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n  id      %s\n  page    %s\n", st.Title, st.ID, st.URL)
	if st.Source != "" {
		fmt.Fprintf(&b, "  source  %s\n", st.Source)
	}
	for _, since := range []struct {
		what string
		at   time.Time
	}{{"withdrawn", st.WithdrawnAt}, {"corrected", st.UpdatedAt}, {"source gone", st.SourceGoneAt}} {
		if !since.at.IsZero() {
			fmt.Fprintf(&b, "  %s %s\n", since.what, a.moment(since.at))
		}
	}
	b.WriteString(visitsInWords(st.Visits))
	if _, err := io.WriteString(w, b.String()); err != nil {
		return err
	}
	for _, d := range st.Deliveries {
		if _, err := io.WriteString(w, "\n"); err != nil {
			return err
		}
		if err := a.writeDelivery(w, d); err != nil {
			return err
		}
	}
	return nil
}

// writeDelivery tells one delivery's story, each attempt and look in plain words.
func (a *app) writeDelivery(w io.Writer, d control.StoryDelivery) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s)  %s\n  id      %s\n", d.Account, d.Platform, d.State, d.ID)
	if d.Reason != "" {
		fmt.Fprintf(&b, "  reason  %s\n", d.Reason)
	}
	if d.State == "scheduled" {
		fmt.Fprintf(&b, "  due     %s\n", a.moment(d.Due))
	}
	if r := d.Receipt; r != nil {
		fmt.Fprintf(&b, "  post    %s\n  post id %s\n  posted  %s\n", r.URL, r.PostID, a.moment(r.PostedAt))
	}
	if d.ChargedUSD > 0 {
		fmt.Fprintf(&b, "  charged $%.3f\n", d.ChargedUSD)
	}
	if d.Text != "" {
		for line := range strings.SplitSeq(d.Text, "\n") {
			fmt.Fprintf(&b, "  | %s\n", line)
		}
	}
	for _, at := range d.Attempts {
		fmt.Fprintf(&b, "  attempt %d  %s  %s\n", at.N, a.moment(at.At), attemptInWords(at))
	}
	for _, l := range d.Looks {
		words := "looked: not there"
		if !l.Absent {
			words = "looked, undecided: " + l.Error
		}
		fmt.Fprintf(&b, "  look       %s  %s\n", a.moment(l.At), words)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// attemptInWords says what an attempt did to the world.
func attemptInWords(a control.Attempt) string {
	words := map[string]string{
		"":          "under way",
		"ok":        "posted",
		"refused":   "not posted, to be tried again",
		"throttled": "not posted, the platform asks to wait",
		"auth":      "not posted, the platform does not accept the login",
		"quota":     "not posted, the account's quota or credit is used up",
		"permanent": "not posted, the platform will never take this post",
		"ambiguous": "unknown whether it was posted",
	}[a.Class]
	if a.Class == "throttled" && a.Status == 0 {
		words = "not posted" // no platform was asked
	}
	if a.Status != 0 {
		words += fmt.Sprintf(" (HTTP %d)", a.Status)
	}
	if a.Error != "" {
		words += ": " + a.Error
	}
	return words
}
