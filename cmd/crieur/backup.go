package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"crieur/internal/control"
	"crieur/internal/daemon"
	"crieur/internal/outbox"
)

func (a *app) backupCmd() *cobra.Command {
	var keep int
	cmd := &cobra.Command{
		Use:   "backup FILE [--keep N]",
		Short: "take a consistent snapshot of the outbox",
		Long: `Take a consistent snapshot of the outbox while the daemon goes on. A running daemon
writes FILE itself, with its own rights and, under systemd, with a /tmp of its own:
/var/backups/crieur is for it. An existing file is never overwritten. A backup that is
broken off leaves no file.

With --keep the name gets the moment (outbox.db becomes outbox-20261127T031205Z.db, in
UTC), and of all such files the newest N stay: the older ones are removed once the new
one is whole.`,
		Example: `  crieur backup /var/backups/crieur/before-upgrade.db
  crieur backup --keep 7 /var/backups/crieur/outbox.db`,
		Args: usage(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			row, err := filepath.Abs(args[0])
			if err != nil {
				return err
			}
			path, keeps := row, cmd.Flags().Changed("keep")
			if keeps {
				path = control.DatedBackup(row, time.Now())
			}
			if keeps && keep < 1 {
				return seeHelp(cmd, fmt.Errorf("--keep %d: want 1 or more: the one that is made always stays", keep))
			}
			// The first signal ends the backup, which then cleans up behind itself.
			ctx, stop := untilSignalled(cmd.Context())
			defer stop()
			bar := a.progressIn(inBytes)
			_, before := os.Lstat(path)
			return a.ask(ctx, daemon.ToCopy, func(api control.API) error {
				size, err := api.Backup(ctx, path, bar.set)
				bar.clear()
				if err != nil {
					return err
				}
				if _, now := os.Lstat(path); writtenElsewhere(before, now) {
					return notHere(path, filepath.Join("/var/backups/crieur", filepath.Base(row)))
				}
				answer, removed := map[string]any{"path": path, "bytes": size}, []string{}
				if keeps {
					removed, err = control.RotateBackups(row, path, keep)
					answer["removed"] = append([]string{}, removed...)
				}
				return errors.Join(a.print(answer, func(w io.Writer) error {
					lines := fmt.Sprintf("%s  %.1f MB\n", path, float64(size)/1e6)
					for _, name := range removed {
						lines += name + "  removed\n"
					}
					_, err := io.WriteString(w, lines)
					return err
				}), err)
			})
		},
	}
	cmd.Flags().IntVar(&keep, "keep", 0, "date the name, and keep the newest `N` of such backups")
	return cmd
}

func (a *app) restoreCmd() *cobra.Command {
	var force, yes bool
	cmd := &cobra.Command{
		Use:   "restore FILE [--force] [--yes]",
		Short: "put a snapshot back as the outbox",
		Long: `Put a snapshot back as the outbox, while no daemon runs. A newer outbox is not
overwritten unless --force; the old one is kept beside it. What was queued at the
backup may have been posted since: each such delivery is looked for on its platform
before anything is sent. Pages of articles that the backup does not know stay in
pages.export_dir: enqueue those articles again, or see "crieur export --prune".

On a terminal it asks before it takes an outbox's place. In a script it does not: what
was there is kept, and a newer one is refused without --force.`,
		Example: "  crieur restore /var/backups/crieur/before-upgrade.db",
		Args:    usage(cobra.ExactArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			cfg, err := a.mustLoad()
			if err != nil {
				return err
			}
			if err := a.confirmRestore(args[0], cfg.Outbox.Path, yes); err != nil {
				return err
			}
			if err := restoreMistake(outbox.RestoreFile(args[0], cfg.Outbox.Path, time.Now(), force)); err != nil {
				return err
			}
			return a.print(map[string]string{"path": cfg.Outbox.Path}, func(w io.Writer) error {
				_, err := fmt.Fprintf(w, "restored %s from %s: start the daemon, it looks before it sends\n", cfg.Outbox.Path, args[0])
				return err
			})
		},
	}
	cmd.Flags().BoolVar(&force, "force", false, "overwrite a newer outbox too")
	yesFlag(cmd, &yes)
	return cmd
}

// restoreMistake tells what the operator has to decide from what failed.
func restoreMistake(err error) error {
	for _, mistake := range []error{fs.ErrNotExist, outbox.ErrTargetNewer, outbox.ErrNewerSchema} {
		if errors.Is(err, mistake) {
			return usageError{err}
		}
	}
	return err
}

// confirmRestore asks where there is an outbox whose place the snapshot would take.
func (a *app) confirmRestore(from, to string, yes bool) error {
	there, err := os.Stat(to)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	taken, err := os.Stat(from)
	if err != nil {
		return usageError{err}
	}
	return a.confirm(yes, "restored", fmt.Sprintf("%s, of %s,\ntakes the place of %s, last written %s.\nWhat only that one knows is gone from crieur; the file is kept beside it.\n",
		from, a.moment(taken.ModTime()), to, a.moment(there.ModTime())))
}
