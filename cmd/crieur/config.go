package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/pelletier/go-toml/v2"
	"github.com/spf13/cobra"

	"crieur/config"
)

func (a *app) configCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "config",
		Short: "write or show the configuration",
		Long:  "Write the annotated reference configuration to begin with, or show what is in force.",
		Args:  noCommand,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(a.configInitCmd(), a.configShowCmd())
	return cmd
}

func (a *app) configInitCmd() *cobra.Command {
	return &cobra.Command{
		Use:     "init",
		Short:   "write the annotated reference configuration",
		Long:    "Write the annotated reference configuration to --config, or to ./crieur.toml. A file\nthat is there stays as it is.",
		Example: "  crieur config init\n  crieur config init --config /etc/crieur/crieur.toml",
		Args:    usage(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			path := a.configPath
			if path == "" {
				path = "crieur.toml"
			}
			f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
			if errors.Is(err, fs.ErrExist) {
				return usageError{fmt.Errorf("%s is there already: remove it first, or name another file with --config", path)}
			}
			if err != nil {
				return err
			}
			_, err = f.WriteString(config.Reference)
			if err := firstError(err, f.Close()); err != nil {
				return err
			}
			return a.print(map[string]string{"path": path}, func(w io.Writer) error {
				_, err := fmt.Fprintf(w, "wrote %s: fill in site.base_url and the accounts, then \"crieur check\"\n", path)
				return err
			})
		},
	}
}

func (a *app) configShowCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "show",
		Short: "show the configuration in force, defaults included",
		Long: `Show the configuration in force as TOML or JSON, with every default written out. Secrets
in addresses are not shown; without a configuration the two sample accounts are.`,
		Example: "  crieur config show\n  crieur config show --json",
		Args:    usage(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			cfg, _, err := a.loadOrSample()
			if err != nil {
				return err
			}
			text, err := cfg.Show()
			if err != nil {
				return err
			}
			if !a.json {
				_, err = a.out.Write(text)
				return err
			}
			var m map[string]any
			if err := toml.Unmarshal(text, &m); err != nil {
				return err
			}
			return a.printJSON(m)
		},
	}
}
