package login

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/dghubble/oauth1"

	"crieur/internal/platform"
)

// Where X is; a server that speaks its protocol has both at its own address.
const (
	xAPI = "https://api.x.com"
	xWeb = "https://x.com"
)

// XApp is an app of the developer portal and where it logs in.
type XApp struct {
	API string // address of the API; empty: X's
	Web string // where people agree to OAuth 2.0; empty: X's

	Key, Secret string // OAuth 1.0a: consumer key and secret; OAuth 2.0: client ID and secret, which public clients lack
}

func (a XApp) addresses() (api, web string, err error) {
	u, err := platform.ParseAddress("api_url", cmp.Or(a.API, xAPI))
	if err != nil {
		return "", "", err
	}
	w, err := platform.ParseAddress("web URL", cmp.Or(a.Web, xWeb))
	if err != nil {
		return "", "", err
	}
	return u.String(), w.String(), nil
}

// PIN is an OAuth 1.0a login under way: its owner has to agree, and is shown a PIN.
type PIN struct {
	URL string // to be opened in a browser where the account is logged in

	conf          oauth1.Config
	token, secret string
	opt           Options
}

// PINLogin is what a login came to. It does not expire.
type PINLogin struct{ AccessToken, AccessTokenSecret string }

// BeginPIN asks X for a request token. It heeds no context: the library knows none; a
// request ends after 30 s.
func BeginPIN(app XApp, opt Options) (*PIN, error) {
	api, _, err := app.addresses()
	if err != nil {
		return nil, err
	}
	for name, value := range map[string]string{"consumer_key": app.Key, "consumer_secret": app.Secret} {
		if value == "" {
			return nil, fmt.Errorf("%s is empty", name)
		}
		if err := platform.CheckSecret(name, value); err != nil {
			return nil, err
		}
	}
	p := &PIN{opt: opt, conf: oauth1.Config{
		ConsumerKey: app.Key, ConsumerSecret: app.Secret, CallbackURL: "oob",
		Endpoint: oauth1.Endpoint{RequestTokenURL: api + "/oauth/request_token", AuthorizeURL: api + "/oauth/authorize", AccessTokenURL: api + "/oauth/access_token"},
	}}
	call := opt.wire(app.Key, app.Secret).Call(platform.OpOther)
	p.conf.HTTPClient = platform.NewHTTPClient(call)
	var taken error
	p.token, p.secret, taken = p.conf.RequestToken()
	if _, err := judge(call, "api_url", taken); err != nil {
		if Refused(err) {
			return nil, fmt.Errorf("the consumer key and secret of the app are not taken, or not its callback: copy both anew from the developer portal, and look at this machine's clock: %w", err)
		}
		return nil, err
	}
	if taken != nil {
		return nil, fmt.Errorf("POST %s: the answer is no request token: check api_url", p.conf.Endpoint.RequestTokenURL)
	}
	page, err := p.conf.AuthorizationURL(p.token)
	if err != nil {
		return nil, err
	}
	p.URL = page.String()
	return p, nil
}

// Finish trades the PIN for the account's access token and secret.
func (p *PIN) Finish(_ context.Context, pin string) (PINLogin, error) {
	pin = strings.Join(strings.Fields(pin), "")
	if pin == "" {
		return PINLogin{}, errors.New("no PIN was given")
	}
	call := p.opt.wire(p.conf.ConsumerKey, p.conf.ConsumerSecret, p.token, p.secret, pin).Call(platform.OpOther)
	conf := p.conf
	conf.HTTPClient = platform.NewHTTPClient(call)
	token, secret, taken := conf.AccessToken(p.token, p.secret, pin)
	if answer, err := judge(call, "api_url", taken); err != nil {
		// X says it in plain text as well as in JSON.
		if answer.Status == http.StatusUnauthorized || answer.Status == http.StatusForbidden || Refused(err) {
			return PINLogin{}, fmt.Errorf("the PIN is not taken, it may be mistyped or used already: begin again: %w", err)
		}
		return PINLogin{}, err
	}
	if taken != nil {
		return PINLogin{}, errors.New("the answer to the PIN holds no access token: begin again")
	}
	return PINLogin{AccessToken: token, AccessTokenSecret: secret}, nil
}
