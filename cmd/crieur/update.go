package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"crieur/config"
	"crieur/internal/control"
	"crieur/internal/daemon"
	"crieur/internal/delivery"
)

// notWithUpdate are flags about posts: a correction changes the page alone.
var notWithUpdate = []string{"account", "at", "now", "priority", "expires", "again", "dry-run"}

// update corrects the article that was handed over before.
func (a *app) update(cmd *cobra.Command, args []string, id string, accept bool) error {
	for _, name := range notWithUpdate {
		if cmd.Flags().Changed(name) {
			return usageError{fmt.Errorf("--update corrects the page alone: --%s has no place there", name)}
		}
	}
	cfg, err := a.mustLoad()
	if err != nil {
		return err
	}
	articles, err := a.readArticles(cmd.Context(), args, cfg, accept, control.Request{Accounts: accountNames(cfg)}) // it may wait on any of them
	if err != nil {
		return err
	}
	if len(articles) != 1 {
		return usageError{fmt.Errorf("--update takes one file at a time, not %d", len(articles))}
	}
	return a.askFor(cmd.Context(), cfg, daemon.ToChange, func(api control.API) error {
		c, err := api.Update(cmd.Context(), control.Correction{Name: articles[0].Name, Article: articles[0].Article, Image: articles[0].Image, ID: id})
		if err != nil {
			return err
		}
		return a.print(c, func(w io.Writer) error { return writeCorrected(w, c) })
	})
}

func accountNames(cfg config.Config) (names []string) {
	for _, a := range cfg.Accounts {
		names = append(names, a.Name)
	}
	return names
}

func onlyWithUpdate(cmd *cobra.Command) error {
	if cmd.Flags().Changed("article") {
		return usageError{errors.New("--article names what --update corrects: give both")}
	}
	return nil
}

func writeCorrected(w io.Writer, c control.Corrected) error {
	var b strings.Builder
	if len(c.Changed) == 0 {
		fmt.Fprintf(&b, "%s  nothing is different, nothing was changed\n  %s\n", c.ID, c.URL)
	} else {
		fmt.Fprintf(&b, "%s  corrected\n  %s\n  changed on the page: %s\n", c.ID, c.URL, strings.Join(c.Changed, ", "))
	}
	for _, d := range c.Deliveries {
		fmt.Fprintf(&b, "  %-16s %-10s %s\n", d.Account, d.State, afterCorrection(d))
	}
	for _, warning := range c.Warnings {
		fmt.Fprintf(&b, "  warning: %s\n", warning)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// afterCorrection says what a correction means for a post.
func afterCorrection(d control.StoryDelivery) string {
	switch s := delivery.State(d.State); {
	case d.Receipt != nil:
		return "the post stays as it is: " + d.Receipt.URL
	case s.Final():
		return "not posted"
	case d.Text != "":
		return "its text is frozen and stays"
	}
	return "not posted yet: its text will be made of the corrected article"
}
