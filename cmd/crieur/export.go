package main

import (
	"fmt"
	"io"
	"path/filepath"

	"github.com/spf13/cobra"

	"crieur/internal/control"
)

func (a *app) exportCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "export DIR",
		Short: "write all pages as files for a web server",
		Long: `Write all pages as files into a folder, for nginx, Caddy or a CDN; deploy/ has
configurations. Files that would read the same are not touched. A running daemon writes
them itself, with its own rights. One that has pages.export_dir keeps the files of that
folder as the pages are; without it, export again after each receipt.`,
		Example: "  crieur export /var/www/crieur",
		Args:    usage(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			dir, err := filepath.Abs(args[0])
			if err != nil {
				return err
			}
			// The first signal ends it between two pages; no file is left half written.
			ctx, stop := untilSignalled(cmd.Context())
			defer stop()
			bar := a.progressIn("pages")
			return a.ask(ctx, func(api control.API) error {
				changed, err := api.Export(ctx, dir, bar.set)
				bar.clear()
				if err != nil {
					return err
				}
				return a.print(map[string]any{"path": dir, "changed": changed}, func(w io.Writer) error {
					_, err := fmt.Fprintf(w, "%s  %d files changed\n", dir, changed)
					return err
				})
			})
		},
	}
}
