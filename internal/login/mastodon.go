package login

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/oauth2"

	"crieur/internal/platform"
)

// outOfBand asks the server to show the code instead of sending it somewhere.
const outOfBand = "urn:ietf:wg:oauth:2.0:oob"

// appName is what the account's owner reads in the list of authorised apps.
const appName = "crieur"

// Mastodon is a login under way: the app is registered, its owner has to agree.
type Mastodon struct {
	URL string // to be opened in a browser where the account is logged in

	server   string
	conf     oauth2.Config
	verifier string // of PKCE; empty: the server does not know it
	opt      Options
}

// MastodonLogin is what a login came to.
type MastodonLogin struct {
	AccessToken            string
	ClientID, ClientSecret string
	Scopes                 string
}

// BeginMastodon registers an app with the least scopes: write and read statuses, media,
// and as whom it posts. server is the address of the configuration.
func BeginMastodon(ctx context.Context, server string, opt Options) (*Mastodon, error) {
	base, err := platform.ParseAddress("server", server)
	if err != nil {
		return nil, err
	}
	m := &Mastodon{server: base.String(), opt: opt}
	knows, err := m.discover(ctx)
	if err != nil {
		return nil, err
	}
	who := "read:accounts" // "profile" came with 4.3
	if slices.Contains(knows.Scopes, "profile") {
		who = "profile"
	}
	scopes := []string{"read:statuses", "write:statuses", "write:media", who}
	if err := m.register(ctx, scopes); err != nil {
		return nil, err
	}
	var options []oauth2.AuthCodeOption
	if slices.Contains(knows.Challenges, "S256") {
		m.verifier = oauth2.GenerateVerifier()
		options = append(options, oauth2.S256ChallengeOption(m.verifier))
	}
	m.URL = m.conf.AuthCodeURL("", options...)
	return m, nil
}

// metadata is what a server tells of itself (RFC 8414), as far as it matters here. Where
// its endpoints are it may not tell: a secret is sent to the configured address alone.
type metadata struct {
	Scopes     []string `json:"scopes_supported"`
	Challenges []string `json:"code_challenge_methods_supported"`
}

// discover reads what the server knows; one that does not tell knows nothing new.
func (m *Mastodon) discover(ctx context.Context) (knows metadata, err error) {
	call := m.opt.wire().Call(platform.OpOther)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, m.server+"/.well-known/oauth-authorization-server", http.NoBody)
	if err != nil {
		return metadata{}, err
	}
	answer, failed := exchange(call, req, "server")
	if _, answered := call.Answer(); !answered {
		return metadata{}, failed
	}
	if e, moved := answer.Redirected("server"); moved {
		return metadata{}, call.Failure(e)
	}
	if failed != nil || !answer.Decode(&knows) {
		knows = metadata{}
	}
	return knows, nil
}

func (m *Mastodon) register(ctx context.Context, scopes []string) error {
	call := m.opt.wire().Call(platform.OpOther)
	answer, err := post(ctx, call, "server", m.server+"/api/v1/apps", url.Values{
		"client_name": {appName}, "redirect_uris": {outOfBand}, "scopes": {strings.Join(scopes, " ")},
	})
	if err != nil {
		if answer.Status == http.StatusNotFound || answer.Status == http.StatusMethodNotAllowed {
			return fmt.Errorf("there is no Mastodon API at %s, check server: %w", m.server, err)
		}
		return fmt.Errorf("the app is not registered: %w", err)
	}
	var app struct {
		ID     platform.Scalar `json:"client_id"`
		Secret string          `json:"client_secret"`
	}
	if !answer.Decode(&app) || app.ID.ID() == "" || app.Secret == "" {
		return fmt.Errorf("there is no Mastodon API at %s, check server: the answer to the registration names no client", m.server)
	}
	m.conf = oauth2.Config{
		ClientID: app.ID.ID(), ClientSecret: app.Secret, RedirectURL: outOfBand, Scopes: scopes,
		Endpoint: oauth2.Endpoint{AuthURL: m.server + "/oauth/authorize", TokenURL: m.server + "/oauth/token", AuthStyle: oauth2.AuthStyleInParams},
	}
	return nil
}

// Finish trades the code that the owner was shown for a token, which does not expire.
func (m *Mastodon) Finish(ctx context.Context, code string) (MastodonLogin, error) {
	code = strings.TrimSpace(code)
	if code == "" {
		return MastodonLogin{}, errors.New("no code was given")
	}
	var options []oauth2.AuthCodeOption
	if m.verifier != "" {
		options = append(options, oauth2.VerifierOption(m.verifier))
	}
	call := m.opt.wire(m.conf.ClientSecret, m.verifier, code).Call(platform.OpOther)
	t, err := token(call, "server", func(c *http.Client) (*oauth2.Token, error) {
		return m.conf.Exchange(context.WithValue(ctx, oauth2.HTTPClient, c), code, options...)
	})
	if Refused(err) {
		return MastodonLogin{}, fmt.Errorf("the server does not take the code, it may be mistyped, used already or older than 10 minutes: begin again: %w", err)
	}
	if err != nil {
		return MastodonLogin{}, err
	}
	if err := platform.CheckSecret("access_token", t.AccessToken); err != nil {
		return MastodonLogin{}, fmt.Errorf("the server's answer: %w", err)
	}
	scope, _ := t.Extra("scope").(string) // for a person; some servers leave it out
	return MastodonLogin{AccessToken: t.AccessToken, ClientID: m.conf.ClientID, ClientSecret: m.conf.ClientSecret, Scopes: scope}, nil
}
