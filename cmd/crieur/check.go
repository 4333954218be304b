package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"crieur/config"
	"crieur/internal/control"
	"crieur/internal/daemon"
	"crieur/internal/dispatch"
	"crieur/internal/outbox"
	"crieur/internal/term"
)

func (a *app) checkCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "check",
		Short: "verify configuration, credentials, machine and outbox",
		Long: `Looks at everything that crieur needs and changes nothing: the configuration and what
it names, each account's credentials and limits (X bills the question), this machine's
clock, the public address of the pages while the daemon runs, the room on the disk, the
outbox's invariants, and how old its last backup is. What is not well is marked FAIL, with what helps; what could not
be looked at, --.`,
		Example: "  crieur check --config ./crieur.toml",
		Args:    usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := a.mustLoad()
			if err != nil {
				return err
			}
			findings, mistakes, err := a.check(cmd.Context(), cfg)
			for _, f := range findings {
				if werr := a.print(f, func(w io.Writer) error { return a.writeFinding(w, f) }); werr != nil {
					return werr
				}
			}
			switch {
			case mistakes != nil:
				return usageError{mistakes}
			case err != nil:
				return err
			case len(findings) > wells(findings):
				return errors.New("not all is well: see the lines marked FAIL")
			}
			return nil
		},
	}
}

// check looks at one thing after the other. mistakes are those of the operator's files;
// err is what kept it from looking at all.
func (a *app) check(ctx context.Context, cfg config.Config) (all []control.Finding, mistakes, err error) {
	credentials := hostEnv("CREDENTIALS_DIRECTORY")
	// The logins are read from the disk, as the next start will; the outbox is
	// the daemon's to check while it runs.
	accounts, failed, err := daemon.EachLogin(cfg, credentials, versionString())
	if err != nil {
		return nil, nil, err
	}
	all = append(all, a.checkConfig(cfg, len(accounts)))
	for _, part := range []struct {
		name string
		err  error
	}{{"alerts", daemon.CheckAlerts(cfg)}, {"webhooks", daemon.CheckWebhooks(cfg, credentials)}, {"pages", daemon.CheckPages(cfg)}} {
		if part.err != nil {
			all, failed = append(all, control.Finding{Subject: part.name, Detail: part.err.Error()}), append(failed, part.err)
		}
	}
	var able []dispatch.Account
	for i, acc := range accounts {
		if failed[i] == nil {
			able = append(able, acc)
			continue
		}
		all = append(all, control.Finding{Subject: "account " + acc.Name, Detail: failed[i].Error(), Way: wayToLogin(acc)})
	}
	all = append(all, control.CheckAccounts(ctx, able)...)
	all = append(all, control.CheckClock(able), a.checkPages(ctx, cfg), control.CheckDisk(cfg.Outbox.Path))
	if f, looked := control.CheckFolder(cfg.Outbox.Path); looked {
		all = append(all, f)
	}
	all = append(all, a.checkOwners(cfg)...)
	err = a.askFor(ctx, cfg, daemon.ToLook, func(api control.API) error {
		f, err := api.Check(ctx)
		if err != nil {
			return err
		}
		all = append(all, f)
		if f.Skipped { // there is no outbox
			return nil
		}
		st, err := api.Status(ctx)
		if err == nil {
			if st.ExportError != "" {
				all = append(all, control.FailedExport(cfg.Pages.ExportDir, st.ExportError))
			}
			all = append(all, control.CheckBackup(st.LastBackupAt, time.Now()))
		}
		return err
	})
	if errors.Is(err, outbox.ErrOlderSchema) {
		all, err = append(all, control.Finding{Subject: "outbox " + cfg.Outbox.Path, OK: true, Skipped: true, Detail: "not looked at: it is of an older crieur, and is brought up to date when the daemon starts, after a copy beside it"}), nil
	}
	return all, errors.Join(failed...), err
}

func wayToLogin(acc dispatch.Account) string {
	return fmt.Sprintf("put the file right, or get a new login: crieur auth %s %s", acc.Platform, acc.Name)
}

// checkConfig tells who else may read the secrets in the configuration.
func (a *app) checkConfig(cfg config.Config, accounts int) control.Finding {
	f := control.Finding{Subject: "configuration", OK: true, Detail: fmt.Sprintf("%d accounts, from %s", accounts, cfg.Dir)}
	path, found, err := config.Find(a.configPath)
	if secret := secretsIn(cfg); err == nil && found && len(secret) > 0 && control.ReadByAll(path) {
		f.Notes = append(f.Notes, fmt.Sprintf("every user of this machine can read it, and the address of %s is a secret: chmod o-r %s", strings.Join(secret, ", "), path))
	}
	return f
}

// checkOwners is for root, who may read what the service may not.
func (a *app) checkOwners(cfg config.Config) []control.Finding {
	path, found, err := config.Find(a.configPath)
	if err != nil || !found {
		return nil // told before
	}
	if path, err = filepath.Abs(path); err != nil {
		return nil
	}
	var secrets []string
	for _, acc := range cfg.Accounts {
		secrets = append(secrets, acc.Credentials)
	}
	for _, w := range cfg.Webhooks {
		secrets = append(secrets, w.Secret)
	}
	return control.CheckOwners(path, cfg.Outbox.Path, secrets)
}

// secretsIn names the parts of a configuration whose addresses let anybody speak for it.
func secretsIn(cfg config.Config) (names []string) {
	for name, there := range map[string]bool{"[[alert]]": len(cfg.Alerts) > 0, "[[webhook]]": len(cfg.Webhooks) > 0, "[heartbeat]": cfg.Heartbeat.URL != ""} {
		if there {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// checkPages asks for the pages where somebody should answer: while the daemon runs, or
// where a web server has them as files.
func (a *app) checkPages(ctx context.Context, cfg config.Config) control.Finding {
	agent := "crieur/" + versionString()
	if _, err := control.Dial(ctx, cfg.Control.Socket); err == nil {
		return control.CheckPages(ctx, cfg.Site.BaseURL, localPages(cfg.Pages.Listen), agent)
	}
	if cfg.Pages.ExportDir != "" {
		return control.CheckPages(ctx, cfg.Site.BaseURL, "", agent)
	}
	return control.Finding{
		Subject: "public address " + cfg.Site.BaseURL, OK: true, Skipped: true,
		Detail: "not looked at: the daemon, which serves the pages, does not run",
	}
}

// localPages is an address to ask at for one to listen on; "" where only the daemon
// knows its port.
func localPages(listen string) string {
	host, port, err := net.SplitHostPort(listen)
	if err != nil || port == "0" {
		return ""
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}

func wells(all []control.Finding) (n int) {
	for _, f := range all {
		if f.OK {
			n++
		}
	}
	return n
}

// writeFinding says it in words too: not everybody sees the colour.
func (a *app) writeFinding(w io.Writer, f control.Finding) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s: %s\n", a.mark(f), f.Subject, term.Printable(f.Detail))
	if f.Way != "" {
		fmt.Fprintf(&b, "       %s\n", term.Printable(f.Way))
	}
	for _, note := range f.Notes {
		fmt.Fprintf(&b, "       %s\n", term.Printable(note))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (a *app) mark(f control.Finding) string {
	switch {
	case !f.OK:
		return a.look().in(term.Bad, "FAIL")
	case f.Skipped:
		return a.look().in(term.Dim, "--  ")
	}
	return a.look().in(term.Good, "ok  ")
}
