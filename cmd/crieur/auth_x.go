package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"crieur/config"
	"crieur/internal/daemon"
	"crieur/internal/login"
)

// defaultRedirect is nobody's port in particular; the app's settings must have the same.
const defaultRedirect = "http://127.0.0.1:8765/callback"

func (a *app) authXCmd() *cobra.Command {
	var oauth2, replace bool
	var redirect string
	cmd := &cobra.Command{
		Use:   "x ACCOUNT",
		Short: "log in to X, by PIN (OAuth 1.0a) or with --oauth2",
		Long: `Logs in with an app of X's developer portal that has read and write permission.

By PIN (OAuth 1.0a): the API key and secret of the app are those of the credentials
file, or are asked for. Open the address that is shown in a browser where you are
logged in as the account, agree, and type the PIN. This login does not expire.

With --oauth2: the client ID and secret are those of the file, or are asked for (a public
client has no secret). After you agreed the browser ends up at the address of --redirect,
which must be among the app's callback addresses. Where the browser runs on this
machine that is all. Over ssh it shows an error: paste the address it stands at. The code
in it lives for 30 seconds. The access token lives two hours, and the daemon refreshes it.

The question whose login it is costs what X bills for reading a user.`,
		Example: `  crieur auth x x-main
  crieur auth x x-main --oauth2`,
		Args:              usage(cobra.ExactArgs(1)),
		ValidArgsFunction: first(a.accounts),
		RunE: func(cmd *cobra.Command, args []string) error {
			t, err := a.target(args[0], config.PlatformX)
			if err != nil {
				return err
			}
			if cmd.Flags().Changed("redirect") && !oauth2 {
				return usageError{errors.New("--redirect is for --oauth2")}
			}
			if err := t.sameWay(oauth2, replace); err != nil {
				return err
			}
			if oauth2 {
				return a.authPKCE(cmd.Context(), t, redirect)
			}
			return a.authPIN(cmd.Context(), t)
		},
	}
	cmd.Flags().BoolVar(&oauth2, "oauth2", false, "OAuth 2.0 with PKCE instead of a PIN")
	cmd.Flags().StringVar(&redirect, "redirect", defaultRedirect, "callback `ADDRESS` of the app, with --oauth2")
	cmd.Flags().BoolVar(&replace, "replace", false, "give up the login of the other kind that is stored")
	return cmd
}

// sameWay keeps a login from silently replacing one of the other kind, keys and all.
func (t authTarget) sameWay(oauth2, replace bool) error {
	if oauth2 && t.acc.API == config.APIv11 {
		return usageError{fmt.Errorf("account %q: api v1.1 has no OAuth 2.0: leave out --oauth2", t.acc.Name)}
	}
	if replace || t.known == (config.Credentials{}) || t.known.OAuth1() != oauth2 {
		return nil
	}
	has, way := "OAuth 2.0", "add --oauth2 for a new login of the same kind"
	if oauth2 {
		has, way = "OAuth 1.0a", "leave out --oauth2 for a new login of the same kind"
	}
	return usageError{fmt.Errorf("account %q: %s holds a login of %s: %s, or --replace to give it up", t.acc.Name, t.acc.Credentials, has, way)}
}

func (a *app) authPIN(ctx context.Context, t authTarget) error {
	q := a.asker()
	key, secret, err := q.keys(t.known.ConsumerKey, t.known.ConsumerSecret, "API key (consumer key) of the app: ", "API key secret (consumer secret): ", true)
	if err != nil {
		return err
	}
	begun, err := login.BeginPIN(daemon.XApp(t.acc, key, secret), daemon.LoginOptions(versionString()))
	if err != nil {
		return t.unchanged(err)
	}
	if err := q.show("Open this address in a browser where you are logged in as the account that is to\npost, and agree:\n\n  %s\n\nX then shows a PIN.\n", begun.URL); err != nil {
		return err
	}
	pin, err := q.line("PIN: ")
	if err != nil {
		return err
	}
	got, err := begun.Finish(ctx, pin)
	if err != nil {
		return t.unchanged(err)
	}
	return a.keepLogin(ctx, t, config.Credentials{
		ConsumerKey: key, ConsumerSecret: secret, AccessToken: got.AccessToken, AccessTokenSecret: got.AccessTokenSecret,
	})
}

func (a *app) authPKCE(ctx context.Context, t authTarget, redirect string) error {
	q := a.asker()
	id, secret, err := q.keys(t.known.ClientID, t.known.ClientSecret, "Client ID of the app (OAuth 2.0): ", "Client secret (none for a public client): ", false)
	if err != nil {
		return err
	}
	begun, err := login.BeginPKCE(daemon.XApp(t.acc, id, secret), redirect, daemon.LoginOptions(versionString()))
	if err != nil {
		return usageError{err}
	}
	back := listenFor(redirect, begun.Owns)
	defer back.close()
	err = q.show(`Open this address in a browser where you are logged in as the account that is to
post, and agree:

  %s

The browser then goes to %s, which must be among the app's callback addresses.
%s`, begun.URL, redirect, back.advice())
	if err != nil {
		return err
	}
	pasted, err := back.orPasted(ctx, q)
	if err != nil {
		return err
	}
	got, err := begun.Finish(ctx, pasted)
	if err != nil {
		return t.unchanged(err)
	}
	return a.keepLogin(ctx, t, config.Credentials{
		ClientID: id, ClientSecret: secret, AccessToken: got.AccessToken, RefreshToken: got.RefreshToken, ExpiresAt: got.ExpiresAt,
	})
}
