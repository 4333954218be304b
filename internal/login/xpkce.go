package login

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"crieur/internal/platform"
)

// PKCE is an OAuth 2.0 login under way: its owner has to agree, and is sent back with a
// code that X lets live for 30 s.
type PKCE struct {
	URL string // to be opened in a browser where the account is logged in

	conf            oauth2.Config
	state, verifier string
	opt             Options
}

// Pair is an OAuth 2.0 login of X as it is at one time: the refresh token buys the next
// pair, once.
type Pair struct {
	AccessToken, RefreshToken string
	ExpiresAt                 time.Time // of AccessToken; zero: unknown
}

// String keeps a pair out of logs.
func (Pair) String() string { return "[redacted]" }

// GoString keeps a pair out of logs.
func (Pair) GoString() string { return "[redacted]" }

// tokenLife is what X documents, for an answer that does not say.
const tokenLife = 2 * time.Hour

func xConf(app XApp, redirect string) (oauth2.Config, error) {
	api, web, err := app.addresses()
	if err != nil {
		return oauth2.Config{}, err
	}
	if app.Key == "" {
		return oauth2.Config{}, errors.New("client_id is empty")
	}
	for name, value := range map[string]string{"client_id": app.Key, "client_secret": app.Secret} {
		if err := platform.CheckSecret(name, value); err != nil {
			return oauth2.Config{}, err
		}
	}
	style := oauth2.AuthStyleInHeader
	if app.Secret == "" {
		style = oauth2.AuthStyleInParams // a public client has nothing to put there
	}
	return oauth2.Config{
		ClientID: app.Key, ClientSecret: app.Secret, RedirectURL: redirect,
		Scopes:   []string{"tweet.read", "tweet.write", "users.read", "offline.access", "media.write"},
		Endpoint: oauth2.Endpoint{AuthURL: web + "/i/oauth2/authorize", TokenURL: api + "/2/oauth2/token", AuthStyle: style},
	}, nil
}

// BeginPKCE makes the address to agree at. redirect is a callback address that the app
// has in its settings. Nothing is sent.
func BeginPKCE(app XApp, redirect string, opt Options) (*PKCE, error) {
	u, err := url.Parse(redirect)
	if err != nil || !u.IsAbs() || u.Host == "" {
		return nil, fmt.Errorf("redirect %q: want an address such as http://127.0.0.1:8765/callback", redirect)
	}
	conf, err := xConf(app, redirect)
	if err != nil {
		return nil, err
	}
	p := &PKCE{conf: conf, state: oauth2.GenerateVerifier(), verifier: oauth2.GenerateVerifier(), opt: opt}
	p.URL = conf.AuthCodeURL(p.state, oauth2.S256ChallengeOption(p.verifier))
	return p, nil
}

// Finish trades what the browser ended up with for the first pair: the whole address or
// the code alone.
func (p *PKCE) Finish(ctx context.Context, pasted string) (Pair, error) {
	code, err := p.code(pasted)
	if err != nil {
		return Pair{}, err
	}
	call := p.opt.wire(p.conf.ClientSecret, p.verifier, code).Call(platform.OpOther)
	t, err := token(call, "api_url", func(c *http.Client) (*oauth2.Token, error) {
		return p.conf.Exchange(context.WithValue(ctx, oauth2.HTTPClient, c), code, oauth2.VerifierOption(p.verifier))
	})
	if Refused(err) {
		return Pair{}, fmt.Errorf("the code is not taken by X, it may be older than 30 s or used already, or the client ID and secret are another app's: begin again: %w", err)
	}
	if err != nil {
		return Pair{}, err
	}
	pair := pairOf(t)
	if pair.RefreshToken == "" {
		return Pair{}, errors.New("no refresh token came from X, and the access token lives two hours: see that the app may ask for offline.access, then begin again")
	}
	return pair, pair.check()
}

// Owns tells whether an answer with this state belongs to the login: any page that is open
// in the browser could send another.
func (p *PKCE) Owns(state string) bool {
	return subtle.ConstantTimeCompare([]byte(state), []byte(p.state)) == 1
}

// code reads the code from an address such as http://127.0.0.1/callback?state=…&code=…
func (p *PKCE) code(pasted string) (string, error) {
	pasted = strings.TrimSpace(pasted)
	_, query, address := strings.Cut(pasted, "?")
	if !address && !strings.Contains(pasted, "=") {
		if pasted == "" {
			return "", errors.New("no code was given")
		}
		return pasted, nil
	}
	if !address {
		query = pasted
	}
	query, _, _ = strings.Cut(query, "#")
	q, err := url.ParseQuery(query)
	switch {
	case err != nil:
		return "", errors.New("this address cannot be read: paste it whole, or the part between \"code=\" and \"&\"")
	case !p.Owns(q.Get("state")):
		return "", errors.New("this address belongs to another login: open the address above, and paste the one that the browser ends up at")
	case q.Get("error") == "access_denied":
		return "", errors.New("access was denied in the browser: begin again and agree")
	case q.Get("error") != "":
		return "", fmt.Errorf("refused by X: %q: begin again", q.Get("error"))
	case q.Get("code") == "":
		return "", errors.New("this address holds no code: paste the one that the browser ends up at after you agreed")
	}
	return q.Get("code"), nil
}

func pairOf(t *oauth2.Token) Pair {
	ends := t.Expiry
	if ends.IsZero() {
		ends = time.Now().Add(tokenLife)
	}
	return Pair{AccessToken: t.AccessToken, RefreshToken: t.RefreshToken, ExpiresAt: ends.UTC().Truncate(time.Second)}
}

func (p Pair) check() error {
	for name, value := range map[string]string{"access_token": p.AccessToken, "refresh_token": p.RefreshToken} {
		if err := platform.CheckSecret(name, value); err != nil {
			return fmt.Errorf("answer of X: %w", err)
		}
	}
	return nil
}

// Refresh trades a refresh token for the next pair. It is gone afterwards, whatever came
// back: an error of class ambiguous means that nobody knows whether it was used. It
// sends once, and is not cut by the end of ctx.
func Refresh(ctx context.Context, app XApp, refreshToken string, opt Options) (Pair, error) {
	conf, err := xConf(app, "")
	if err != nil {
		return Pair{}, err
	}
	call := opt.wire(app.Secret, refreshToken).Call(platform.OpOther)
	t, err := token(call, "api_url", func(c *http.Client) (*oauth2.Token, error) {
		ctx := context.WithValue(context.WithoutCancel(ctx), oauth2.HTTPClient, c)
		return conf.TokenSource(ctx, &oauth2.Token{RefreshToken: refreshToken}).Token()
	})
	if err != nil {
		return Pair{}, err
	}
	pair := pairOf(t) // without a new refresh token the library keeps the one that it has
	return pair, pair.check()
}
