package main

import (
	"fmt"
	"io"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"crieur/internal/control"
	"crieur/internal/outbox"
)

func (a *app) backupCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "backup FILE",
		Short: "take a consistent snapshot of the outbox",
		Long: `Take a consistent snapshot of the outbox while the daemon goes on. A running daemon
writes FILE itself, with its own rights; an existing file is never overwritten. A
backup that is broken off leaves no file.`,
		Example: "  crieur backup /var/backups/crieur.db",
		Args:    usage(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			path, err := filepath.Abs(args[0])
			if err != nil {
				return err
			}
			// The first signal ends the backup, which then cleans up behind itself.
			ctx, stop := untilSignalled(cmd.Context())
			defer stop()
			bar := a.progressIn(inBytes)
			return a.ask(ctx, func(api control.API) error {
				size, err := api.Backup(ctx, path, bar.set)
				bar.clear()
				if err != nil {
					return err
				}
				return a.print(map[string]any{"path": path, "bytes": size}, func(w io.Writer) error {
					_, err := fmt.Fprintf(w, "%s  %.1f MB\n", path, float64(size)/1e6)
					return err
				})
			})
		},
	}
}

func (a *app) restoreCmd() *cobra.Command {
	var force bool
	cmd := &cobra.Command{
		Use:   "restore FILE",
		Short: "put a snapshot back as the outbox",
		Long: `Put a snapshot back as the outbox, while no daemon runs. A newer outbox is not
overwritten unless --force; the old one is kept beside it. What was queued at the
backup may have been posted since: each such delivery is looked for on its platform
before anything is sent.`,
		Example: "  crieur restore /var/backups/crieur.db",
		Args:    usage(cobra.ExactArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			cfg, err := a.mustLoad()
			if err != nil {
				return err
			}
			if err := outbox.RestoreFile(args[0], cfg.Outbox.Path, time.Now(), force); err != nil {
				return err
			}
			return a.print(map[string]string{"path": cfg.Outbox.Path}, func(w io.Writer) error {
				_, err := fmt.Fprintf(w, "restored %s from %s: start the daemon, it looks before it sends\n", cfg.Outbox.Path, args[0])
				return err
			})
		},
	}
	cmd.Flags().BoolVar(&force, "force", false, "overwrite a newer outbox too")
	return cmd
}
