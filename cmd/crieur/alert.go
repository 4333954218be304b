package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"crieur/internal/daemon"
)

// alertWithin bounds the wait for all services together.
const alertWithin = 30 * time.Second

func (a *app) alertCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "alert",
		Short: "see that alerts reach you",
		Long:  "Alerts tell of what needs a person, over each [[alert]] of the configuration.",
		Args:  noCommand,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(&cobra.Command{
		Use:   "test",
		Short: "send a message to every service of the configuration",
		Long: `Sends a message to every [[alert]] of the configuration file, and tells which did
not take it, by their order in the file. The daemon need not run.`,
		Example: "  crieur alert test",
		Args:    usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := a.mustLoad()
			if err != nil {
				return err
			}
			ctx, cancel := context.WithTimeout(cmd.Context(), alertWithin)
			defer cancel()
			n, err := daemon.TestAlerts(ctx, cfg)
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(map[string]int{"services": n})
			}
			_, err = fmt.Fprintf(a.out, "%s took the message: see that it arrived\n", services(n))
			return err
		},
	})
	return cmd
}

func services(n int) string {
	if n == 1 {
		return "1 service"
	}
	return fmt.Sprintf("all %d services", n)
}
