// Package mastodon posts to Mastodon and the servers that speak its API
// (GoToSocial, snac, Pleroma …) through mattn/go-mastodon. It decides the effect
// class of every answer and never sends twice; when to try again is the engine's
// business. The idempotency key is sent but nothing relies on it: some servers
// ignore it, 4.6 answers a repeat with 500.
package mastodon

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"time"
	"unicode/utf8"

	lib "github.com/mattn/go-mastodon"

	"crieur/internal/delivery"
	"crieur/internal/platform"
)

// Options are one account.
type Options struct {
	Server      string // https://host
	AccessToken string
	UserAgent   string            // empty: crieur
	Transport   http.RoundTripper // nil: platform.NewTransport
	Timeout     time.Duration     // of one request; 0: 30 s

	// Observe is told what each request used, after its answer was read and before the
	// method that sent it returns. Of concurrent calls it is called concurrently. nil: nobody.
	Observe func(platform.Usage)
}

// String shows an account without its token.
func (o Options) String() string { return "mastodon account at " + o.Server }

// GoString keeps %#v from showing the token.
func (o Options) GoString() string { return o.String() }

// Client is one account. It is safe for concurrent use.
type Client struct {
	server string // no trailing slash
	token  string
	wire   *platform.Wire
	id     atomic.Pointer[string] // the account's, from Verify
}

var _ platform.Platform = (*Client)(nil)

// New checks the options and returns a client; it sends nothing.
func New(o Options) (*Client, error) {
	server, err := platform.ParseAddress("server", o.Server)
	if err != nil {
		return nil, err
	}
	if o.AccessToken == "" {
		return nil, errors.New("no credentials: access_token is missing")
	}
	if err := platform.CheckSecret("access_token", o.AccessToken); err != nil {
		return nil, err
	}
	return &Client{
		server: server.String(),
		token:  o.AccessToken,
		wire: platform.NewWire(platform.WireOptions{
			Transport: o.Transport, UserAgent: o.UserAgent, Timeout: o.Timeout, Secrets: []string{o.AccessToken},
			Windows: windows(), Observe: o.Observe,
		}),
	}, nil
}

// String names the client without its token.
func (c *Client) String() string { return "mastodon client for " + c.server }

// GoString keeps %#v from showing the token.
func (c *Client) GoString() string { return c.String() }

// Post creates one status.
func (c *Client) Post(ctx context.Context, p platform.Post) (delivery.Receipt, error) {
	if err := check(p); err != nil {
		return delivery.Receipt{}, err
	}
	call := c.wire.Create(p.Key, func(a platform.Answer) error {
		_, err := judgePosted(a)
		return err
	})
	var media []lib.ID
	if p.MediaID != "" {
		media = []lib.ID{lib.ID(p.MediaID)}
	}
	_, err := c.library(call).PostStatus(ctx, &lib.Toot{
		MediaIDs:    media,
		Status:      p.Text,
		Visibility:  p.Visibility,
		Language:    p.Language,
		SpoilerText: p.ContentWarning,
		Sensitive:   p.ContentWarning != "",
	})
	answer, ok := call.Answer()
	if !ok {
		return delivery.Receipt{}, call.Failure(err)
	}
	receipt, err := judgePosted(answer)
	if err != nil {
		return delivery.Receipt{}, call.Failure(attachedAnew(p, err))
	}
	return receipt, nil
}

// Verify asks whose token this is, and whether the account carries the bot flag.
func (c *Client) Verify(ctx context.Context) (platform.Identity, error) {
	call := c.wire.Call(platform.OpReadUser)
	_, err := c.library(call).GetAccountCurrentUser(ctx)
	answer, ok := call.Answer()
	if !ok {
		return platform.Identity{}, call.Failure(err)
	}
	who, err := judgeAccount(answer)
	if err != nil {
		return platform.Identity{}, call.Failure(err)
	}
	c.id.Store(&who.ID)
	return who, nil
}

// ClockAhead tells how far our clock is ahead of the platform's; false: it has not told.
func (c *Client) ClockAhead() (time.Duration, bool) { return c.wire.ClockAhead() }

// library returns a go-mastodon client for one request. What it decodes is not
// asked: it calls {"error":…} with 200 a success and a strange date a failure.
func (c *Client) library(call *platform.Call) *lib.Client {
	return &lib.Client{
		Client: *platform.NewHTTPClient(call),
		Config: &lib.Config{Server: c.server, AccessToken: c.token},
	}
}

// check refuses what the server could only refuse, before anything is sent.
func check(p platform.Post) error {
	if strings.TrimSpace(p.Text) == "" {
		return &platform.Error{Class: delivery.Permanent, Err: errors.New("the text is empty")}
	}
	if !utf8.ValidString(p.Text) || !utf8.ValidString(p.ContentWarning) {
		return &platform.Error{Class: delivery.Permanent, Err: errors.New("the text is not valid UTF-8")}
	}
	switch p.Visibility {
	case "", lib.VisibilityPublic, lib.VisibilityUnlisted, lib.VisibilityFollowersOnly, lib.VisibilityDirectMessage:
		return nil
	}
	// The account is set up wrongly; the post is not to blame.
	return &platform.Error{Class: delivery.Auth,
		Err: fmt.Errorf("visibility %q is unknown: want public, unlisted, private or direct", p.Visibility)}
}
