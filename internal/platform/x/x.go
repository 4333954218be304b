// Package x posts to X: through API v2 (the default), or through v1.1 for accounts
// with contract access and for servers with a Twitter-compatible API (GNU social,
// Friendica). It decides the effect class of every answer and never sends twice; when
// to try again is the engine's business.
package x

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/dghubble/oauth1"

	"crieur/internal/delivery"
	"crieur/internal/platform"
)

const (
	defaultBaseURL = "https://api.x.com"
	defaultWebURL  = "https://x.com"

	maxCharacters = 280 // weighted; premium accounts override it in the configuration
	urlLength     = 23  // twitter-text configuration v3
)

// Options are one account. Credentials are either the four of OAuth 1.0a or an OAuth
// 2.0 user token.
type Options struct {
	BaseURL string // of the API; empty: https://api.x.com
	WebURL  string // of the pages for people, in receipts; empty: https://x.com
	API     string // "v2" or "v1.1"; empty: v2

	ConsumerKey, ConsumerSecret    string
	AccessToken, AccessTokenSecret string
	BearerToken                    string // OAuth 2.0 with user context; app-only tokens cannot post

	// Token gives the OAuth 2.0 user token of the moment, in place of BearerToken; it may
	// have to get one first. Its error is a *platform.Error and means that nothing was sent.
	Token func(context.Context) (string, error)
	// Rejected is told of a token of Token's that X refused, and tells whether the next may do.
	Rejected func(token string) bool

	UserAgent string            // empty: crieur
	Transport http.RoundTripper // nil: platform.NewTransport
	Timeout   time.Duration     // of one request; 0: 30 s

	// Observe is told what each request used, after its answer was read and before the
	// method that sent it returns. Of concurrent calls it is called concurrently. nil: nobody.
	Observe func(platform.Usage)
}

// String shows an account without its secrets.
func (o Options) String() string { return fmt.Sprintf("x account at %s (%s)", o.BaseURL, o.API) }

// GoString keeps %#v from showing the secrets.
func (o Options) GoString() string { return o.String() }

// Client is one account. It is safe for concurrent use.
type Client struct {
	base   *url.URL
	web    *url.URL
	legacy bool // v1.1
	wire   *platform.Wire
	oauth  *oauth1.Transport // nil: bearer
	token  func(context.Context) (string, error)
	reject func(string) bool                 // nil: a token that is refused stays refused
	who    atomic.Pointer[platform.Identity] // from Verify: asking again costs money
}

var _ platform.Platform = (*Client)(nil)

// New checks the options and returns a client; it sends nothing.
func New(o Options) (*Client, error) {
	c := &Client{token: o.Token, reject: o.Rejected}
	if c.token == nil {
		c.token = func(context.Context) (string, error) { return o.BearerToken, nil }
	}
	var err error
	if c.base, err = platform.ParseAddress("api_url", cmp.Or(o.BaseURL, defaultBaseURL)); err != nil {
		return nil, err
	}
	if c.web, err = platform.ParseAddress("web URL", cmp.Or(o.WebURL, defaultWebURL)); err != nil {
		return nil, err
	}
	switch o.API {
	case "", "v2":
	case "v1.1":
		c.legacy = true
	default:
		return nil, fmt.Errorf("api %q is unknown: want v2 or v1.1", o.API)
	}
	if c.oauth, err = signer(o); err != nil {
		return nil, err
	}
	c.wire = platform.NewWire(platform.WireOptions{
		Transport: o.Transport, UserAgent: o.UserAgent, Timeout: o.Timeout,
		Secrets: []string{o.ConsumerKey, o.ConsumerSecret, o.AccessToken, o.AccessTokenSecret, o.BearerToken},
		Windows: windows(), Observe: o.Observe,
	})
	return c, nil
}

// String names the client without its secrets.
func (c *Client) String() string { return "x client for " + c.base.String() }

// GoString keeps %#v from showing the secrets.
func (c *Client) GoString() string { return c.String() }

// Post creates one post. The key is not sent: X has no idempotency, and net/http
// takes such a header as leave to send again.
func (c *Client) Post(ctx context.Context, p platform.Post) (delivery.Receipt, error) {
	if err := checkText(p.Text); err != nil {
		return delivery.Receipt{}, &platform.Error{Class: delivery.Permanent, Err: err}
	}
	send, judge := c.create, c.judgeCreated
	if c.legacy {
		send, judge = c.update, c.judgeUpdated
	}
	call := c.wire.Create("", func(a platform.Answer) error {
		_, err := judge(a)
		return err
	})
	err := send(ctx, call, p)
	answer, ok := call.Answer()
	if !ok {
		return delivery.Receipt{}, call.Failure(err)
	}
	receipt, err := judge(answer)
	if err != nil {
		return delivery.Receipt{}, call.Failure(err)
	}
	return receipt, nil
}

// Remember tells the client what an earlier Verify of the same login found, so that it
// need not ask again: that costs money.
func (c *Client) Remember(id platform.Identity) { c.who.Store(&id) }

// Verify asks whose credentials these are and remembers it, for permalinks and Find. A
// v2 request costs money (a user read).
func (c *Client) Verify(ctx context.Context) (platform.Identity, error) {
	call := c.wire.Call(platform.OpReadUser)
	send, judge := c.me, judgeMe
	if c.legacy {
		send, judge = c.verifyCredentials, judgeCredentials
	}
	err := send(ctx, call)
	answer, ok := call.Answer()
	if !ok {
		return platform.Identity{}, call.Failure(err)
	}
	who, err := judge(answer)
	if err != nil {
		return platform.Identity{}, call.Failure(err)
	}
	c.who.Store(&who)
	return who, nil
}

// Limits are twitter-text's; X has no request that tells them.
func (c *Client) Limits(context.Context) (delivery.Limits, error) {
	return delivery.Limits{
		MaxCharacters: maxCharacters, URLLength: urlLength, MediaBytes: mediaBytes, AltCharacters: altCharacters, ReadAt: time.Now(),
	}, nil
}

// ClockAhead tells how far our clock is ahead of the platform's; false: it has not told.
func (c *Client) ClockAhead() (time.Duration, bool) { return c.wire.ClockAhead() }

func checkText(text string) error {
	if strings.TrimSpace(text) == "" {
		return errors.New("the text is empty")
	}
	if !utf8.ValidString(text) {
		return errors.New("the text is not valid UTF-8")
	}
	return nil
}
