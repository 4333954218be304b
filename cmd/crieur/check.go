package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"crieur/internal/control"
	"crieur/internal/daemon"
)

func (a *app) checkCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "check",
		Short: "verify configuration, credentials and outbox",
		Long: `Verify the configuration, ask each platform as whom its account will post, and hold the
outbox against its rules. Nothing is posted.`,
		Example: "  crieur check --config ./crieur.toml",
		Args:    usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := a.mustLoad()
			if err != nil {
				return err
			}
			// The logins are read from the disk, as the next start will; the outbox is
			// the daemon's to check while it runs.
			accounts, err := daemon.Logins(cfg, hostEnv("CREDENTIALS_DIRECTORY"), versionString())
			if err != nil {
				return err
			}
			if err := errors.Join(daemon.CheckAlerts(cfg), daemon.CheckWebhooks(cfg, hostEnv("CREDENTIALS_DIRECTORY"))); err != nil {
				return err
			}
			findings := control.CheckAccounts(cmd.Context(), accounts)
			err = a.askFor(cmd.Context(), cfg, false, func(api control.API) error {
				f, err := api.Check(cmd.Context())
				findings = append(findings, f)
				return err
			})
			if err != nil {
				return err
			}
			bad := 0
			for _, f := range findings {
				if !f.OK {
					bad++
				}
				if a.json {
					err = a.printJSON(f)
				} else {
					_, err = fmt.Fprintf(a.out, "%-4s %s: %s\n", mark(f.OK), f.Subject, f.Detail)
				}
				if err != nil {
					return err
				}
			}
			if bad > 0 {
				return errors.New("not all is well: see the lines marked FAIL")
			}
			return nil
		},
	}
}

func mark(ok bool) string {
	if ok {
		return "ok"
	}
	return "FAIL"
}
