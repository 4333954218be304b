package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"crieur/internal/control"
	"crieur/internal/daemon"
)

func (a *app) previewCmd() *cobra.Command {
	var wish control.Request
	var accept bool
	cmd := &cobra.Command{
		Use:   "preview FILE...|-",
		Short: "what each account would post",
		Long: `Show what each account would post, with length, limit, cost, repairs and
warnings. Nothing is stored. Without a configuration two sample accounts are shown.`,
		Example: "  crieur preview article.txt\n  crieur preview --json - < article.txt",
		Args:    usage(cobra.MinimumNArgs(1)),
		RunE:    func(cmd *cobra.Command, args []string) error { return a.preview(cmd, args, wish, accept) },
	}
	wishFlags(cmd, &wish, &accept)
	return cmd
}

// preview is also "enqueue --dry-run".
func (a *app) preview(cmd *cobra.Command, args []string, wish control.Request, accept bool) error {
	cfg, found, err := a.loadOrSample()
	if err != nil {
		return err
	}
	articles, err := a.readArticles(cmd.Context(), args, cfg, accept, wish)
	if err != nil {
		return err
	}
	open := func() (*daemon.Offline, error) { return daemon.OpenPreview(cfg, versionString()) }
	var api control.API
	closeAPI := func() error { return nil }
	if found {
		api, closeAPI, err = a.reach(cmd.Context(), cfg, open)
	} else {
		api, err = open()
	}
	if err != nil {
		return err
	}
	for i, r := range articles {
		p, err := api.Preview(cmd.Context(), r)
		if err != nil {
			return firstError(err, closeAPI())
		}
		text := func(w io.Writer) error { return a.writePreview(w, p, i > 0) }
		if err := a.print(p, text); err != nil {
			return firstError(err, closeAPI())
		}
	}
	return closeAPI()
}

func (a *app) writePreview(w io.Writer, p control.Preview, another bool) error {
	var b strings.Builder
	if another {
		b.WriteByte('\n')
	}
	if l := a.look(); l.drawn() {
		_, err := io.WriteString(w, b.String()+l.drawPreview(p))
		return err
	}
	writeArticle(&b, p.Article, len(p.Article.Repairs))
	for _, post := range p.Posts {
		b.WriteByte('\n')
		writePost(&b, post)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// writeArticle tells how an article was understood, with at most so many repairs.
func writeArticle(b *strings.Builder, a control.PreviewArticle, repairs int) {
	fmt.Fprintf(b, "%s\n", a.Title)
	fmt.Fprintf(b, "  page      %s\n", a.URL)
	if a.Source != "" {
		fmt.Fprintf(b, "  source    %s\n", a.Source)
	}
	fmt.Fprintf(b, "  language  %s\n", a.Language)
	if n := len(a.Repairs); n > 0 {
		fmt.Fprintf(b, "  repaired  %d different damaged words\n", n)
		for _, r := range a.Repairs[:min(n, repairs)] {
			fmt.Fprintf(b, "    %s -> %s%s  (%s)\n", oneLine(r.Before), oneLine(r.After), times(r.Count), r.Rule)
		}
		if n > repairs {
			fmt.Fprintf(b, "    … and %d more\n", n-repairs)
		}
	}
	for _, warning := range a.Warnings {
		fmt.Fprintf(b, "  warning   %s\n", warning)
	}
}

func writePost(b *strings.Builder, p control.PreviewPost) {
	fmt.Fprintf(b, "%s (%s)  %d of %d", p.Account, p.Platform, p.Length, p.Limit)
	if p.CostUSD > 0 {
		fmt.Fprintf(b, "  costs $%.3f: %s", p.CostUSD, p.CostReason)
	}
	b.WriteByte('\n')
	if p.ContentWarning != "" {
		fmt.Fprintf(b, "  | CW: %s\n", p.ContentWarning)
	}
	for line := range strings.SplitSeq(p.Text, "\n") {
		fmt.Fprintf(b, "  | %s\n", line)
	}
	b.WriteString(pictureInWords(p.Media, "  "))
	for i := range p.Dropped {
		fmt.Fprintf(b, "  dropped   %s\n", droppedInWords(p, i))
	}
	for _, warning := range p.Warnings {
		fmt.Fprintf(b, "  warning   %s\n", warning)
	}
	if r := p.Receipt; r != nil {
		fmt.Fprintf(b, "  posted    %s  %s\n", r.PostID, r.URL)
	}
}

// droppedInWords is what had to go, and why.
func droppedInWords(p control.PreviewPost, i int) string {
	if i >= len(p.DroppedWhy) { // a daemon of an older release
		return p.Dropped[i]
	}
	return p.Dropped[i] + " (" + p.DroppedWhy[i] + ")"
}

func oneLine(s string) string {
	return strings.NewReplacer("\n", "⏎", "\u00a0", "␣", "\u2029", "⏎").Replace(s)
}

func times(n int) string {
	if n < 2 {
		return ""
	}
	return fmt.Sprintf(" ×%d", n)
}
