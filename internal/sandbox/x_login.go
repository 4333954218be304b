package sandbox

import (
	"crypto/sha256"
	"encoding/base64"
	"html"
	"net/http"
	"net/url"
	"time"
)

// Logins that were begun and not finished, at most.
const maxLogins = 1000

// pinLogin is an OAuth 1.0a login under way.
type pinLogin struct {
	secret, pin string // pin is empty until the account's owner agreed
}

// pkceLogin is an OAuth 2.0 login under way: its code waits to be redeemed.
type pkceLogin struct {
	challenge, method, redirect, scope string
	expires                            time.Time
}

// codeLife is how long X lets a code wait.
const codeLife = 30 * time.Second

// denied tells that the owner presses "Cancel" on a page where a person would choose:
// "&deny=1" on the address of any authorise page, which no platform has.
func denied(c *call) bool { return c.URL.Query().Has("deny") }

// ExpireCodes makes every code that waits to be redeemed too old.
func (x *X) ExpireCodes() {
	x.mu.Lock()
	defer x.mu.Unlock()
	for code, login := range x.codes {
		login.expires = time.Time{}
		x.codes[code] = login
	}
}

// Revoke ends every login, as the owner does in the settings of the account.
func (x *X) Revoke() {
	x.mu.Lock()
	defer x.mu.Unlock()
	clear(x.tokens)
	clear(x.grants.families)
}

// requestToken is POST /oauth/request_token, the first step of the PIN flow.
func (x *X) requestToken(c *call) reply {
	p, err := x.signed.check(c, func(token string) (string, bool) { return "", token == "" })
	if err != nil {
		return xCoded(http.StatusUnauthorized, 32, "Could not authenticate you.")
	}
	if p["oauth_callback"] != "oob" {
		return xCoded(http.StatusForbidden, 415, "Callback URL not approved for this client application. Approved callback URLs can be adjusted in your application settings")
	}
	if len(x.pins) >= maxLogins {
		clear(x.pins)
	}
	token, key := random("req-"), secret("rs-")
	x.pins[token] = pinLogin{secret: key}
	return formReply(url.Values{"oauth_token": {token}, "oauth_token_secret": {key}, "oauth_callback_confirmed": {"true"}})
}

// authorizePIN is GET /oauth/authorize: the owner agrees at once and is shown the PIN.
func (x *X) authorizePIN(c *call) reply {
	token := c.URL.Query().Get("oauth_token")
	login, ok := x.pins[token]
	if !ok {
		return htmlReply(http.StatusForbidden, "<p>This login is unknown or over. Begin again.</p>")
	}
	if denied(c) {
		delete(x.pins, token)
		return htmlReply(http.StatusOK, "<p>You have not given access to the app.</p>")
	}
	login.pin = pin()
	x.pins[token] = login
	return htmlReply(http.StatusOK, "<p>Enter this PIN: <code>"+login.pin+"</code></p>")
}

// accessToken is POST /oauth/access_token: the PIN buys a token that does not expire.
func (x *X) accessToken(c *call) reply {
	p, err := x.signed.check(c, func(token string) (string, bool) { l, ok := x.pins[token]; return l.secret, ok })
	login := x.pins[p["oauth_token"]]
	if err != nil || login.pin == "" || login.pin != p["oauth_verifier"] {
		return xCoded(http.StatusUnauthorized, 32, "Could not authenticate you.")
	}
	delete(x.pins, p["oauth_token"])
	if len(x.tokens) >= maxLogins {
		clear(x.tokens)
		x.tokens[x.cred.AccessToken] = x.cred.AccessTokenSecret
	}
	token, key := x.cred.UserID+"-"+secret(""), secret("ts-")
	x.tokens[token] = key
	return formReply(url.Values{"oauth_token": {token}, "oauth_token_secret": {key}, "user_id": {x.cred.UserID}, "screen_name": {x.opt.Username}})
}

// authorizePKCE is GET /i/oauth2/authorize: the owner agrees at once and is sent back with a code.
func (x *X) authorizePKCE(c *call) reply {
	q := c.URL.Query()
	back, err := url.Parse(q.Get("redirect_uri"))
	if err != nil || !back.IsAbs() || q.Get("response_type") != "code" || q.Get("client_id") != x.cred.ClientID || q.Get("code_challenge") == "" {
		return htmlReply(http.StatusBadRequest, "<p>Something went wrong. You weren’t able to give access to the App.</p>")
	}
	if len(x.codes) >= maxLogins {
		clear(x.codes)
	}
	values := back.Query()
	values.Set("state", q.Get("state"))
	if denied(c) {
		values.Set("error", "access_denied")
	} else {
		code := random("code-")
		x.codes[code] = pkceLogin{
			challenge: q.Get("code_challenge"), method: q.Get("code_challenge_method"), redirect: q.Get("redirect_uri"), scope: q.Get("scope"),
			expires: c.now.Add(codeLife),
		}
		values.Set("code", code)
	}
	back.RawQuery = values.Encode()
	return reply{status: http.StatusFound, header: header("Location", back.String())}
}

// redeem tells whether a code is good: known, unused, younger than 30 s and presented by
// who asked for it; and for which scopes.
func (x *X) redeem(c *call) (scope string, ok bool) {
	login, ok := x.codes[c.form.Get("code")]
	delete(x.codes, c.form.Get("code"))
	proof := c.form.Get("code_verifier")
	if login.method == "S256" {
		sum := sha256.Sum256([]byte(proof))
		proof = base64.RawURLEncoding.EncodeToString(sum[:])
	}
	return login.scope, ok && c.now.Before(login.expires) && proof == login.challenge && c.form.Get("redirect_uri") == login.redirect
}

func formReply(v url.Values) reply {
	return reply{status: http.StatusOK, header: header("Content-Type", "application/x-www-form-urlencoded"), body: []byte(v.Encode())}
}

func htmlReply(status int, body string) reply {
	page := "<!DOCTYPE html><html lang=\"en\"><meta charset=\"utf-8\"><title>" + html.EscapeString("crieur sandbox") + "</title><body>" + body + "</body></html>"
	return reply{status: status, header: header("Content-Type", "text/html; charset=utf-8"), body: []byte(page)}
}
