package sandbox

import (
	"cmp"
	"errors"
	"net/http"
	"strings"
	"time"
)

// X is the server that speaks X API v2 and v1.1.
type X struct {
	*Server
	opt     Options
	cred    XCredentials
	signed  consumer
	tokens  map[string]string // OAuth 1.0a access tokens and their secrets
	pins    map[string]pinLogin
	grants  grants
	codes   map[string]pkceLogin
	windows map[Op]*window
	daily   []dayWindow
	ids     snowflakes
}

// XCredentials are one login, in both of X's ways, of an account with Username.
type XCredentials struct {
	UserID            string    `json:"user_id"`
	Username          string    `json:"username"`
	ConsumerKey       string    `json:"consumer_key"`
	ConsumerSecret    string    `json:"consumer_secret"`
	AccessToken       string    `json:"access_token"`
	AccessTokenSecret string    `json:"access_token_secret"`
	ClientID          string    `json:"client_id"`
	ClientSecret      string    `json:"client_secret"`
	Bearer            string    `json:"bearer"`     // OAuth 2.0 access token of the user
	Refresh           string    `json:"refresh"`    // single use
	ExpiresAt         time.Time `json:"expires_at"` // of Bearer
	AppBearer         string    `json:"app_bearer"` // app-only: reads, never posts
}

func newX(o Options) (*X, error) {
	s, err := newServer("x", o.XAddr, o.Remember)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	x := &X{
		Server: s, opt: o, ids: xSnowflakes(), pins: map[string]pinLogin{}, codes: map[string]pkceLogin{},
		cred: XCredentials{
			UserID: "1895000000000000001", Username: o.Username,
			ConsumerKey: secret("ck-"), ConsumerSecret: secret("cs-"),
			AccessToken: "1895000000000000001-" + secret(""), AccessTokenSecret: secret("ts-"),
			ClientID: random("client-"), ClientSecret: secret("clientsecret-"), AppBearer: secret("app-"),
		},
		grants: newGrants(o.TokenLife),
		windows: map[Op]*window{
			OpCreate: {limit: o.XCreates, span: xWindow}, OpDelete: {limit: 50, span: xWindow},
			OpUpload: {limit: cmp.Or(o.Uploads, 500), span: xWindow}, OpMetadata: {limit: cmp.Or(o.Uploads, 500), span: xWindow},
			OpMedia: {limit: 1000, span: xWindow},
			OpMe:    {limit: cmp.Or(o.XReads, 75), span: xWindow}, OpTimeline: {limit: cmp.Or(o.XReads, 900), span: xWindow},
		},
	}
	if o.XDaily > 0 {
		x.daily = append(x.daily, dayWindow{"user", &window{limit: o.XDaily, span: 24 * time.Hour}})
	}
	if o.XAppDaily > 0 {
		x.daily = append(x.daily, dayWindow{"app", &window{limit: o.XAppDaily, span: 24 * time.Hour}})
	}
	pair := x.grants.grant(allScopes, now)
	x.cred.Bearer, x.cred.Refresh, x.cred.ExpiresAt = pair.AccessToken, pair.RefreshToken, now.Add(o.TokenLife)
	x.tokens = map[string]string{x.cred.AccessToken: x.cred.AccessTokenSecret}
	x.signed = consumer{consumerKey: x.cred.ConsumerKey, consumerSecret: x.cred.ConsumerSecret, nonces: map[string]kept[struct{}]{}}
	x.errors, x.account = XErrors(), x.cred
	x.route()
	return x, nil
}

const xWindow = 15 * time.Minute

// Credentials returns the login that was valid at the start.
func (x *X) Credentials() XCredentials { return x.cred }

func (x *X) route() {
	x.handle(OpCreate, "POST /2/tweets", x.v2(OpCreate, x.create))
	x.handle(OpDelete, "DELETE /2/tweets/{id}", x.v2(OpDelete, x.remove))
	x.handle(OpMe, "GET /2/users/me", x.v2(OpMe, x.me))
	x.handle(OpTimeline, "GET /2/users/{id}/tweets", x.v2(OpTimeline, x.timeline))
	x.handleUpTo(maxUpload, OpUpload, "POST /2/media/upload", x.v2(OpUpload, x.upload))
	x.handle(OpMedia, "GET /2/media/upload", x.v2(OpMedia, x.mediaStatus))
	x.handle(OpMetadata, "POST /2/media/metadata", x.v2(OpMetadata, x.metadata))
	x.handle(OpToken, "POST /2/oauth2/token", x.token)
	x.handle(OpLogin, "GET /i/oauth2/authorize", x.authorizePKCE)
	x.handle(OpLogin, "POST /oauth/request_token", x.requestToken)
	x.handle(OpLogin, "GET /oauth/authorize", x.authorizePIN)
	x.handle(OpLogin, "POST /oauth/access_token", x.accessToken)
	x.handle(OpCreate, "POST /1.1/statuses/update.json", x.v11(OpCreate, x.update))
	x.handle(OpMe, "GET /1.1/account/verify_credentials.json", x.v11(OpMe, x.verifyCredentials))
	x.handle(OpOther, "/", x.unknown)
	x.people("GET /{username}/status/{id}", x.opt.Username)
}

var errAppOnly = errors.New("an app-only token cannot act for a user")

// authorise accepts the user's OAuth 1.0a signature or bearer token.
func (x *X) authorise(c *call) error {
	token, bearer := strings.CutPrefix(c.Header.Get("Authorization"), "Bearer ")
	switch {
	case !bearer:
		return x.signature(c)
	case token == x.cred.AppBearer:
		return errAppOnly
	case x.grants.valid(token, c.now):
		return nil
	}
	return errToken
}

// signature accepts the user's OAuth 1.0a signature.
func (x *X) signature(c *call) error {
	_, err := x.signed.check(c, func(t string) (string, bool) { s, ok := x.tokens[t]; return s, ok })
	return err
}

// v2 guards a handler of API v2 with authentication and rate limits.
func (x *X) v2(op Op, h handler) handler {
	return func(c *call) reply {
		switch err := x.authorise(c); {
		case errors.Is(err, errAppOnly) && op != OpTimeline:
			return x.documented("unsupported-authentication")
		case err != nil && !errors.Is(err, errAppOnly):
			return x.documented("unauthorized")
		}
		return x.limited(op, c, h)
	}
}

// v11 guards a handler of API v1.1, which knows signatures only and answers strangers by code.
func (x *X) v11(op Op, h handler) handler {
	return func(c *call) reply {
		switch err := x.signature(c); {
		case errors.Is(err, errTimestamp):
			return xCoded(http.StatusUnauthorized, 135, "Timestamp out of bounds.")
		case errors.Is(err, errToken):
			return xCoded(http.StatusUnauthorized, 89, "Invalid or expired token.")
		case err != nil:
			return xCoded(http.StatusUnauthorized, 32, "Could not authenticate you.")
		case op == OpCreate && !x.opt.V11:
			return x.documented("v1.1-access")
		}
		return x.limited(op, c, h)
	}
}

// limited counts the request, good or bad, and tells the client where it stands.
func (x *X) limited(op Op, c *call, h handler) reply {
	w := x.windows[op]
	within := w.take(c.now)
	var daily []dayWindow
	if op == OpCreate {
		daily = x.daily
	}
	for _, day := range daily {
		within = within && day.take(c.now)
	}
	a := x.documented(tooManyRequests)
	if within {
		a = h(c)
	}
	writeRate(x.platform, a.header, w.rate(c.now))
	for _, day := range daily {
		day.write(a.header, c.now)
	}
	return a
}
