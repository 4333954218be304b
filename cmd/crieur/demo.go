package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"crieur/internal/article"
	"crieur/internal/control"
	"crieur/internal/journal"
)

// demoResult is what the demo prints as JSON once all is posted.
type demoResult struct {
	control.Preview
	PageURL   string `json:"page_url"`
	StatusURL string `json:"status_url"`
}

func (a *app) demoCmd() *cobra.Command {
	var once, accept bool
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "see it work against the built-in sandbox, no account needed",
		Long: `Start loopback servers that speak the platforms' protocols, run the daemon against
them, hand over a real article with real damage and show what was posted. It needs
no account and leaves nothing behind; Ctrl-C ends it.`,
		Example: "  crieur demo\n  crieur demo --once --json",
		Args:    usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			dir, err := os.MkdirTemp("", "crieur-demo-")
			if err != nil {
				return err
			}
			defer func() { err = firstError(err, os.RemoveAll(dir)) }()
			// An ordinary log would stand between the lines that a person wants to see.
			st, err := newStage(dir, a.logger(journal.FormatAuto, slog.LevelWarn))
			if err != nil {
				return err
			}
			defer func() { err = firstError(err, st.close()) }()
			ctx, stop := untilSignalled(cmd.Context())
			defer stop()
			return st.play(ctx, func(ctx context.Context) error { return a.demo(ctx, st, once, accept) })
		},
	}
	cmd.Flags().BoolVar(&once, "once", false, "end when all is posted")
	cmd.Flags().BoolVar(&accept, "accept-proposals", false, "take the proposed repairs of probable damage too")
	return cmd
}

// demo is the main job as an operator sees it.
func (a *app) demo(ctx context.Context, st *stage, once, accept bool) error {
	read, err := article.Read("openai-contrat-defense.txt", article.Sample(), article.Options{Language: "fr", AcceptProposals: accept})
	if err != nil {
		return err
	}
	result, err := st.post(ctx, control.Request{Article: read})
	if err != nil {
		return err
	}
	if err := a.print(result, func(w io.Writer) error { return a.writeDemo(w, result, st) }); err != nil {
		return err
	}
	if once {
		return nil
	}
	if !a.json {
		if _, err := fmt.Fprintln(a.out, "\nStays up until Ctrl-C."); err != nil {
			return err
		}
	}
	<-ctx.Done()
	return nil
}

func (a *app) writeDemo(w io.Writer, r demoResult, st *stage) error {
	var b strings.Builder
	b.WriteString("crieur demo: a real article with its real damage, posted to both platforms of the sandbox\n\n")
	const repairs = 8 // enough to see what it is about; "preview" lists them all
	if l := a.look(); l.drawn() {
		l.drawArticle(&b, r.Article, repairs)
		b.WriteString("\n" + l.drawPosts(r.Preview))
	} else {
		writeArticle(&b, r.Article, repairs)
		for _, p := range r.Posts {
			b.WriteByte('\n')
			writePost(&b, p)
		}
	}
	fmt.Fprintf(&b, "\npage      %s\n          (stands for %s, the address in the posts)\nstatus    %s\nsandbox   X %s   Mastodon %s\n",
		r.PageURL, r.Article.URL, r.StatusURL, st.box.X.URL+"/", st.box.Mastodon.URL+"/")
	_, err := io.WriteString(w, b.String())
	return err
}
