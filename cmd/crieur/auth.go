package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"crieur/config"
	"crieur/internal/control"
	"crieur/internal/daemon"
	"crieur/internal/login"
	"crieur/internal/platform"
)

func (a *app) authCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "auth",
		Short: "get an account's credentials and store them",
		Long: `Get the credentials of an account of the configuration, with a browser in which
you are logged in as that account; the browser may be on another machine. They are
asked whose they are, then stored in the file that the account's "credentials" names,
for its owner alone. Until then nothing is changed: whatever goes wrong, the file
stays as it was. No secret is taken from the command line.`,
		Example: `  crieur auth mastodon mastodon-main       opens no port, works over ssh
  crieur auth x x-main                     OAuth 1.0a with a PIN: it does not expire
  crieur auth x x-main --oauth2            OAuth 2.0: refreshed by the daemon`,
		Args: noCommand,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.SuggestionsMinimumDistance = 2
	cmd.AddCommand(a.authMastodonCmd(), a.authXCmd())
	return cmd
}

func (a *app) authMastodonCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "mastodon ACCOUNT",
		Short: "register crieur at the account's server and log in",
		Long: `Registers crieur at the account's server, with leave to write and read statuses, to
upload images and to ask whose account it is, and nothing else. Then it shows an
address: open it in a browser where you are logged in as the account, agree, and paste
the code that the server shows. The login does not expire.`,
		Example:           "  crieur auth mastodon mastodon-main",
		Args:              usage(cobra.ExactArgs(1)),
		ValidArgsFunction: first(a.accounts),
		RunE: func(cmd *cobra.Command, args []string) error {
			t, err := a.target(args[0], config.PlatformMastodon)
			if err != nil {
				return err
			}
			begun, err := login.BeginMastodon(cmd.Context(), t.acc.Server, daemon.LoginOptions(versionString()))
			if err != nil {
				return err
			}
			q := a.asker()
			if err := q.show("Open this address in a browser where you are logged in at %s\nas the account that is to post, and agree:\n\n  %s\n\nThe server then shows a code.\n", t.acc.Server, begun.URL); err != nil {
				return err
			}
			code, err := q.line("Code: ")
			if err != nil {
				return err
			}
			got, err := begun.Finish(cmd.Context(), code)
			if err != nil {
				return t.unchanged(err)
			}
			return a.keepLogin(cmd.Context(), t, config.Credentials{AccessToken: got.AccessToken, ClientID: got.ClientID, ClientSecret: got.ClientSecret})
		},
	}
}

// authTarget is the account that a login is for.
type authTarget struct {
	cfg   config.Config
	acc   config.Account
	known config.Credentials // what its file holds so far
}

// target finds the account and refuses, before anything is asked of anybody, what could
// not be stored in the end.
func (a *app) target(name, want string) (t authTarget, err error) {
	if t.cfg, err = a.mustLoad(); err != nil {
		return t, err
	}
	var names, quoted []string
	found := false
	for _, acc := range t.cfg.Accounts {
		if acc.Name == name {
			t.acc, found = acc, true
		}
		if acc.Platform == want {
			names, quoted = append(names, acc.Name), append(quoted, fmt.Sprintf("%q", acc.Name))
		}
	}
	switch {
	case !found && len(names) == 0:
		return t, usageError{fmt.Errorf("account %q is not configured, and none with platform = %q is: add an [[account]] to the configuration first", name, want)}
	case !found:
		return t, usageError{fmt.Errorf("account %q is not configured: want one of %s%s", name, strings.Join(quoted, ", "), config.DidYouMean(name, names))}
	case t.acc.Platform != want:
		return t, usageError{fmt.Errorf("account %q is one of platform %q: crieur auth %s %s", name, t.acc.Platform, t.acc.Platform, name)}
	}
	if path := config.HandedOver(t.acc, hostEnv("CREDENTIALS_DIRECTORY")); path != "" {
		return t, usageError{fmt.Errorf("account %q: %s comes first and cannot be written: run this outside the service", name, path)}
	}
	if t.known, err = config.KnownCredentials(t.acc); err != nil {
		return t, usageError{err}
	}
	if err := config.CheckSecretPlace("credentials", t.acc.Credentials); err != nil {
		return t, usageError{err}
	}
	return t, nil
}

// unchanged says that a failed login did no harm.
func (t authTarget) unchanged(err error) error {
	if t.known == (config.Credentials{}) {
		return fmt.Errorf("%w (nothing was stored)", err)
	}
	return fmt.Errorf("%w (the credentials in %s are as they were)", err, t.acc.Credentials)
}

// loggedIn is what "auth" prints.
type loggedIn struct {
	Account  string `json:"account"`
	Platform string `json:"platform"`
	Username string `json:"username"` // empty: stored without an answer
	File     string `json:"file"`
}

// keepLogin asks whose the new credentials are, and stores them unless they are refused.
func (a *app) keepLogin(ctx context.Context, t authTarget, creds config.Credentials) error {
	id, verr := daemon.VerifyLogin(ctx, t.acc, creds, versionString())
	if login.Refused(verr) {
		return t.unchanged(fmt.Errorf("the new login does not work: %w", verr))
	}
	if err := config.StoreCredentials(t.acc, creds, filepath.Dir(t.cfg.Outbox.Path)); err != nil {
		return err
	}
	if verr != nil {
		if _, err := fmt.Fprintf(a.err, "crieur: stored, but not verified: %v: \"crieur check\" tries again\n", verr); err != nil {
			return err
		}
	}
	out := loggedIn{Account: t.acc.Name, Platform: t.acc.Platform, Username: id.Username, File: t.acc.Credentials}
	return a.print(out, func(w io.Writer) error { return a.writeLoggedIn(ctx, w, t, id, verr == nil) })
}

func (a *app) writeLoggedIn(ctx context.Context, w io.Writer, t authTarget, id platform.Identity, verified bool) error {
	var b strings.Builder
	if verified {
		fmt.Fprintf(&b, "%s posts as @%s\n", t.acc.Name, id.Username)
		if t.acc.Platform == config.PlatformMastodon && !id.Bot {
			b.WriteString("  it does not carry the bot flag: set it in the account's profile\n")
		}
	}
	fmt.Fprintf(&b, "stored in %s, for its owner alone\n", t.acc.Credentials)
	_, err := control.Dial(ctx, t.cfg.Control.Socket)
	if err == nil {
		b.WriteString("the daemon takes it with its next reload: systemctl reload crieur\n")
	} else if !errors.Is(err, control.ErrNotRunning) {
		b.WriteString("a running daemon takes it with its next reload: systemctl reload crieur\n")
	}
	_, err = io.WriteString(w, b.String())
	return err
}
