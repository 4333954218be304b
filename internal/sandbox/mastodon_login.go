package sandbox

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"html"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// oob asks for the code to be shown instead of sent.
const oob = "urn:ietf:wg:oauth:2.0:oob"

// app is a registered client.
type app struct{ secret, redirect, scopes string }

// authCode waits to be redeemed.
type authCode struct {
	client, redirect, scopes string
	challenge                string // of PKCE with S256; empty: none was sent
	expires                  time.Time
}

// mastodonCodeLife is how long Mastodon lets a code wait.
const mastodonCodeLife = 10 * time.Minute

// ExpireCodes makes every code that waits to be redeemed too old.
func (m *Mastodon) ExpireCodes() {
	m.mu.Lock()
	defer m.mu.Unlock()
	for code, waits := range m.codes {
		waits.expires = time.Time{}
		m.codes[code] = waits
	}
}

// Revoke ends every login, as the owner does in the settings of the account.
func (m *Mastodon) Revoke() {
	m.mu.Lock()
	defer m.mu.Unlock()
	clear(m.tokens)
}

// params reads a body that may be a form or JSON.
func params(c *call) url.Values {
	if c.form != nil {
		return c.form
	}
	v := url.Values{}
	var body map[string]any
	if json.Unmarshal(c.body, &body) == nil {
		for name, value := range body {
			if s, ok := value.(string); ok {
				v.Set(name, s)
			}
		}
	}
	return v
}

// registerApp is POST /api/v1/apps.
func (m *Mastodon) registerApp(c *call) reply {
	p := params(c)
	if p.Get("client_name") == "" || p.Get("redirect_uris") == "" {
		return m.invalid("Application name can't be blank")
	}
	if len(m.apps) >= maxLogins {
		clear(m.apps)
	}
	a := app{secret: secret("as-"), redirect: p.Get("redirect_uris"), scopes: p.Get("scopes")}
	fill(&a.scopes, "read")
	if (m.opt.Flavour == GoToSocial || m.opt.Old) && covers(a.scopes, "profile") {
		return m.invalid("Scopes doesn't match configured on the server.") // "profile" came with 4.3
	}
	id := random("ai-")
	m.apps[id] = a
	return jsonReply(http.StatusOK, map[string]any{
		"id": strconv.Itoa(len(m.apps)), "name": p.Get("client_name"), "website": orNull(p.Get("website")), "scopes": strings.Fields(a.scopes),
		"redirect_uri": a.redirect, "redirect_uris": strings.Fields(a.redirect), "client_id": id, "client_secret": a.secret, "client_secret_expires_at": 0,
	})
}

// metadata is GET /.well-known/oauth-authorization-server, by which a client learns whether "profile" is known.
func (m *Mastodon) metadata(*call) reply {
	if m.opt.Flavour == GoToSocial || m.opt.Old {
		return mastodonError(http.StatusNotFound, "Record not found")
	}
	return jsonReply(http.StatusOK, map[string]any{
		"issuer": m.URL + "/", "authorization_endpoint": m.URL + "/oauth/authorize", "token_endpoint": m.URL + "/oauth/token",
		"app_registration_endpoint": m.URL + "/api/v1/apps", "response_types_supported": []string{"code"},
		"grant_types_supported":            []string{"authorization_code", "client_credentials"},
		"code_challenge_methods_supported": []string{"S256"},
		"scopes_supported":                 []string{"read", "profile", "write", "write:media", "write:statuses", "read:accounts", "read:statuses"},
	})
}

// authorize is GET /oauth/authorize: the owner agrees at once; the code is shown or sent.
func (m *Mastodon) authorize(c *call) reply {
	q := c.URL.Query()
	a, ok := m.apps[q.Get("client_id")]
	scopes := q.Get("scope")
	fill(&scopes, "read")
	switch {
	case !ok:
		return htmlReply(http.StatusUnauthorized, "<p>Client authentication failed due to unknown client.</p>")
	case q.Get("redirect_uri") != a.redirect || q.Get("response_type") != "code":
		return htmlReply(http.StatusBadRequest, "<p>The redirect uri included is not valid.</p>")
	case !within(scopes, a.scopes):
		return htmlReply(http.StatusBadRequest, "<p>The requested scope is invalid, unknown, or malformed.</p>")
	}
	if denied(c) {
		return htmlReply(http.StatusUnauthorized, "<p>The resource owner or authorization server denied the request.</p>")
	}
	if len(m.codes) >= maxLogins {
		clear(m.codes)
	}
	code := random("code-")
	m.codes[code] = authCode{client: q.Get("client_id"), redirect: a.redirect, scopes: scopes, expires: c.now.Add(mastodonCodeLife)}
	if q.Get("code_challenge_method") == "S256" {
		waits := m.codes[code]
		waits.challenge = q.Get("code_challenge")
		m.codes[code] = waits
	}
	back, err := url.Parse(a.redirect)
	if a.redirect == oob || err != nil {
		return htmlReply(http.StatusOK, "<p>Copy this code: <code>"+html.EscapeString(code)+"</code></p>")
	}
	values := back.Query()
	values.Set("code", code)
	if state := q.Get("state"); state != "" {
		values.Set("state", state)
	}
	back.RawQuery = values.Encode()
	return reply{status: http.StatusFound, header: header("Location", back.String())}
}

// proven tells whether the verifier of PKCE is that of the challenge.
func (a authCode) proven(verifier string) bool {
	sum := sha256.Sum256([]byte(verifier))
	return a.challenge == "" || a.challenge == base64.RawURLEncoding.EncodeToString(sum[:])
}

// within tells whether every scope that is asked for was registered.
func within(asked, registered string) bool {
	for _, s := range strings.Fields(asked) {
		if !covers(registered, s) {
			return false
		}
	}
	return true
}

// token is POST /oauth/token. Tokens do not expire.
func (m *Mastodon) token(c *call) reply {
	p := params(c)
	a, ok := m.apps[p.Get("client_id")]
	if !ok || a.secret != p.Get("client_secret") {
		return oauthError(http.StatusUnauthorized, "invalid_client", "Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method.")
	}
	var scopes string
	switch p.Get("grant_type") {
	case "authorization_code":
		code, known := m.codes[p.Get("code")]
		delete(m.codes, p.Get("code"))
		if !known || !c.now.Before(code.expires) || code.client != p.Get("client_id") || code.redirect != p.Get("redirect_uri") || !code.proven(p.Get("code_verifier")) {
			return oauthError(http.StatusBadRequest, "invalid_grant", "The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client.")
		}
		scopes = code.scopes
	case "client_credentials": // an app without a user: good for nothing here but to be refused
	default:
		return oauthError(http.StatusBadRequest, "unsupported_grant_type", "The authorization grant type is not supported by the authorization server.")
	}
	token := secret("mt-")
	if scopes != "" {
		if len(m.tokens) >= maxLogins {
			clear(m.tokens)
			m.tokens[m.cred.Token] = m.cred.Scopes
		}
		m.tokens[token] = scopes
	}
	return jsonReply(http.StatusOK, map[string]any{"access_token": token, "token_type": "Bearer", "scope": scopes, "created_at": c.now.Unix()})
}
