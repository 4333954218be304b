package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"crieur/internal/control"
	"crieur/internal/daemon"
)

// noticed is how many articles take so long to store that a person wonders.
const noticed = 50

func (a *app) enqueueCmd() *cobra.Command {
	var wish control.Request
	var accept, dry, update bool
	var id string // of the article to update
	cmd := &cobra.Command{
		Use:   "enqueue FILE...|-",
		Short: "hand over finished articles",
		Long: `Hand over finished articles: files, folders, or "-" for standard input. All of
them are stored, or none. An article that was handed over before (same source or
same content) is recognised and answered with its first ID, unless --again.

With --update one file corrects the article that it is recognised as, by source,
content or slug: its page changes, a post never does.

Without a configuration --dry-run shows two sample accounts.`,
		Example: `  crieur enqueue article.txt
  crieur enqueue --at 2030-12-01T08:30 --account mastodon articles/
  crieur enqueue --dry-run article.txt
  crieur enqueue --update article.txt`,
		Args: usage(cobra.MinimumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if update {
				return a.update(cmd, args, id, accept)
			}
			if err := onlyWithUpdate(cmd); err != nil {
				return err
			}
			if dry {
				return a.preview(cmd, args, wish, accept)
			}
			cfg, err := a.mustLoad()
			if err != nil {
				return err
			}
			articles, err := a.readArticles(cmd.Context(), args, cfg, accept, wish)
			if err != nil {
				return err
			}
			return a.askFor(cmd.Context(), cfg, daemon.ToAdd, func(api control.API) error {
				bar := a.progressIn("articles")
				defer bar.clear()
				stored, err := handOver(cmd.Context(), api, articles, bar)
				if err != nil {
					return err
				}
				if a.json {
					bar.clear()
					return a.printEnqueuedJSON(stored)
				}
				when, err := a.outlook(cmd.Context(), api, cfg)
				bar.clear()
				if l := a.look(); l.drawn() {
					return firstError(a.drawEnqueued(l, articles, stored, when), err)
				}
				return firstError(a.printEnqueued(stored, when), err)
			})
		},
	}
	wishFlags(cmd, &wish, &accept)
	cmd.Flags().BoolVar(&wish.Again, "again", false, "store it although it was handed over before")
	cmd.Flags().BoolVar(&dry, "dry-run", false, "show what would be posted, store nothing")
	cmd.Flags().BoolVar(&update, "update", false, "correct the page of an article that was handed over before")
	cmd.Flags().StringVar(&id, "article", "", "with --update: correct the article `ID`, whatever its source and text")
	return cmd
}

// handOver hands the articles over. The first signal breaks it off, and what that means is told.
func handOver(ctx context.Context, api control.API, articles []control.Request, bar *progress) ([]control.Enqueued, error) {
	ctx, stop := untilSignalled(ctx)
	defer stop()
	text := fmt.Sprintf("storing %s, all of them or none ...", counted(len(articles), "article"))
	if len(articles) > noticed {
		bar.say(text)
	}
	ended := bar.while(text)
	stored, err := api.Enqueue(ctx, articles)
	ended()
	bar.clear()
	return stored, err
}

// wishFlags are the flags that enqueue and preview share.
func wishFlags(cmd *cobra.Command, wish *control.Request, accept *bool) {
	f := cmd.Flags()
	f.StringArrayVar(&wish.Accounts, "account", nil, "post to this `ACCOUNT` only (repeatable; default: the article's wish, else all)")
	f.StringVar(&wish.At, "at", "", "not before `TIME`: RFC 3339, or 2030-12-01T08:30 in the account's time zone")
	f.BoolVar(&wish.Now, "now", false, "as soon as the account posts, whatever the article says")
	f.IntVar(&wish.Priority, "priority", 0, "`N` from -128 to 127; higher goes first")
	f.StringVar(&wish.Expires, "expires", "", "drop it when not posted after `DUR` (48h), or after an RFC 3339 time")
	f.BoolVar(accept, "accept-proposals", false, "take the proposed repairs of probable damage too")
}

func (a *app) printEnqueuedJSON(stored []control.Enqueued) error {
	for _, e := range stored {
		if err := a.printJSON(e); err != nil {
			return err
		}
	}
	return nil
}

func (a *app) printEnqueued(stored []control.Enqueued, when outlook) error {
	for _, e := range stored {
		if err := a.writeEnqueued(e, when); err != nil {
			return err
		}
	}
	return nil
}

func (a *app) writeEnqueued(e control.Enqueued, when outlook) error {
	var b strings.Builder
	verb, _ := enqueuedVerb(e)
	fmt.Fprintf(&b, "%s  %s\n  %s\n", e.ID, verb, e.URL)
	for _, d := range e.Deliveries {
		line := fmt.Sprintf("  %-16s %-10s %s", d.Account, d.State, when.when(d.ID, d.Account, d.State, d.Due))
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	for _, warning := range e.Warnings {
		fmt.Fprintf(&b, "  warning: %s\n", warning)
	}
	_, err := io.WriteString(a.out, b.String())
	return err
}

// moment is a time as people read it in the site's zone, and in UTC.
func (a *app) moment(t time.Time) string {
	local := t.In(a.zone).Format("2006-01-02 15:04:05 MST")
	if utc := t.UTC().Format("2006-01-02 15:04:05 MST"); utc != local {
		return local + " (" + t.UTC().Format("15:04:05 MST") + ")"
	}
	return local
}
