package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"

	"github.com/spf13/cobra"

	"crieur/internal/control"
	"crieur/internal/daemon"
	"crieur/internal/redirect"
)

func (a *app) exportCmd() *cobra.Command {
	var prune bool
	cmd := &cobra.Command{
		Use:   "export DIR",
		Short: "write all pages as files for a web server",
		Long: `Write all pages as files into a folder, for nginx, Caddy or a CDN; deploy/ has
configurations. Files that would read the same are not touched. A running daemon writes
them itself, with its own rights: under systemd its unit has to let it write there
(ReadWritePaths=), and its /tmp is its own; stop it, and they are written with yours. One that has pages.export_dir keeps the files of that
folder as the pages are; without it, export again after each receipt.

Pages that the outbox does not know, as after the restore of an older backup, stay in the
folder: posts lead there. With --prune they are removed, and never a file that crieur did
not write.`,
		Example: "  crieur export /var/www/crieur\n  crieur export --prune /var/www/crieur",
		Args:    usage(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if args[0] == "" {
				return usageError{errors.New("the folder is \"\": name one, such as /var/www/crieur")}
			}
			dir, err := filepath.Abs(args[0])
			if err != nil {
				return err
			}
			// The first signal ends it between two pages; no file is left half written.
			ctx, stop := untilSignalled(cmd.Context())
			defer stop()
			bar := a.progressIn("pages")
			return a.ask(ctx, daemon.ToLook, func(api control.API) error {
				changed, err := api.Export(ctx, dir, bar.set)
				// In the folder, since it may have been there before, and empty.
				if err == nil && writtenElsewhere(fs.ErrNotExist, redirect.Exported(dir)) {
					err = notHere(dir, "/var/backups/crieur/www")
				}
				var pruned int64
				if err == nil && prune {
					pruned, err = api.Prune(ctx, dir, bar.set)
				}
				bar.clear()
				if err != nil {
					return err
				}
				told := map[string]any{"path": dir, "changed": changed}
				if prune {
					told["pruned"] = pruned
				}
				return a.print(told, func(w io.Writer) error {
					_, err := fmt.Fprintf(w, "%s  %d files changed\n", dir, changed)
					if err == nil && prune {
						_, err = fmt.Fprintf(w, "%s  %d unknown pages removed\n", dir, pruned)
					}
					return err
				})
			})
		},
	}
	cmd.Flags().BoolVar(&prune, "prune", false, "remove pages there that the outbox does not know")
	return cmd
}
