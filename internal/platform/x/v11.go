package x

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/dghubble/go-twitter/twitter"

	"crieur/internal/delivery"
	"crieur/internal/platform"
)

// update sends POST statuses/update.json through go-twitter. What the library
// returns is not asked: it takes a 403 and an empty 404 for a success.
func (c *Client) update(ctx context.Context, call *platform.Call, p platform.Post) error {
	params := &twitter.StatusUpdateParams{}
	if p.MediaID != "" {
		id, err := strconv.ParseInt(p.MediaID, 10, 64)
		if err != nil {
			return &platform.Error{Class: delivery.Refused, Err: fmt.Errorf("media ID %q: %w", p.MediaID, err)}
		}
		params.MediaIds = []int64{id}
	}
	_, _, err := c.library(ctx, call).Statuses.Update(p.Text, params) //nolint:bodyclose // the library closes it
	return err
}

// verifyCredentials sends GET account/verify_credentials.json through go-twitter.
func (c *Client) verifyCredentials(ctx context.Context, call *platform.Call) error {
	_, _, err := c.library(ctx, call).Accounts.VerifyCredentials(nil) //nolint:bodyclose // the library closes it
	return err
}

func (c *Client) library(ctx context.Context, call *platform.Call) *twitter.Client {
	return twitter.NewClient(platform.NewHTTPClient(&aim{ctx: ctx, root: legacyRoot(c.base), next: c.authorize(call)}))
}

// legacyRoot is what replaces https://api.twitter.com/1.1: GNU social and Friendica
// have the same calls directly under …/api.
func legacyRoot(base *url.URL) *url.URL {
	if strings.HasSuffix(base.Path, "/api") {
		return base
	}
	root := *base
	root.Path += "/1.1" // JoinPath would leave out the slash
	return &root
}

// aim gives go-twitter's requests the two things it has no parameter for: the
// server and the context. It stands before the signer: the signature covers the URL.
type aim struct {
	ctx  context.Context //nolint:containedctx // lives as long as one call
	root *url.URL
	next http.RoundTripper
}

func (a *aim) RoundTrip(req *http.Request) (*http.Response, error) {
	out := req.Clone(a.ctx)
	out.URL.Scheme, out.URL.Host, out.Host = a.root.Scheme, a.root.Host, a.root.Host
	out.URL.Path = a.root.Path + strings.TrimPrefix(req.URL.Path, "/1.1")
	return a.next.RoundTrip(out)
}

// judgeUpdated decides what an answer to statuses/update.json means: success is 200
// with an ID. id_str comes first, GNU social has only the number.
func (c *Client) judgeUpdated(a platform.Answer) (delivery.Receipt, error) {
	if a.Status != http.StatusOK {
		return delivery.Receipt{}, refusal(a)
	}
	var body struct {
		ID          platform.Scalar `json:"id"`
		IDStr       string          `json:"id_str"`
		ExternalURL string          `json:"external_url"` // of GNU social and Friendica
		User        struct {
			ScreenName string `json:"screen_name"`
		} `json:"user"`
	}
	if a.Err != nil || !a.Decode(&body) {
		return delivery.Receipt{}, a.Unclear()
	}
	id := cmp.Or(body.IDStr, string(body.ID))
	if !decimal(id) {
		return delivery.Receipt{}, withoutID(a)
	}
	receipt := c.receipt(a, id, cmp.Or(body.User.ScreenName, c.knownUsername()))
	if external := platform.WebURL(body.ExternalURL); external != "" {
		receipt.URL = external
	}
	return receipt, nil
}

// judgeCredentials decides what an answer to verify_credentials.json means.
func judgeCredentials(a platform.Answer) (platform.Identity, error) {
	if a.Status != http.StatusOK {
		return platform.Identity{}, refusal(a)
	}
	var body struct {
		ID         platform.Scalar `json:"id"`
		IDStr      string          `json:"id_str"`
		ScreenName string          `json:"screen_name"`
	}
	if a.Err != nil || !a.Decode(&body) {
		return platform.Identity{}, a.Unclear()
	}
	id := cmp.Or(body.IDStr, string(body.ID))
	if !decimal(id) || body.ScreenName == "" {
		return platform.Identity{}, a.Fail(delivery.Refused, errors.New("the answer names no user"))
	}
	return platform.Identity{ID: id, Username: body.ScreenName}, nil
}
