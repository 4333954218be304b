package sandbox

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// A refresh token that was used kills its family only while it is remembered.
const maxFamilies, maxOldTokens = 1000, 10_000

// grants are the OAuth 2.0 token pairs. A family is what grew out of one login: its
// current pair, or nothing once an old refresh token was presented again.
type grants struct {
	life     time.Duration
	families map[int]*tokenPair
	last     int
	old      []oldToken // used refresh tokens, oldest first
}

type oldToken struct {
	token  string
	family int
}

// tokenPair is the answer of the token endpoint.
type tokenPair struct {
	TokenType    string `json:"token_type"`
	ExpiresIn    int    `json:"expires_in"` // seconds
	AccessToken  string `json:"access_token"`
	Scope        string `json:"scope"`
	RefreshToken string `json:"refresh_token,omitempty"`
	expires      time.Time
}

func newGrants(life time.Duration) grants {
	return grants{life: life, families: map[int]*tokenPair{}}
}

// allScopes are those of the login that is valid at the start.
const allScopes = "tweet.read tweet.write users.read offline.access"

// grant begins a family.
func (g *grants) grant(scope string, now time.Time) *tokenPair {
	g.last++
	delete(g.families, g.last-maxFamilies)
	return g.issue(g.last, scope, now)
}

// issue makes a family's next pair. Without the scope offline.access there is nothing to
// refresh with.
func (g *grants) issue(family int, scope string, now time.Time) *tokenPair {
	p := &tokenPair{
		TokenType: "bearer", ExpiresIn: int(g.life.Seconds()), Scope: scope,
		AccessToken: secret("at-"), expires: now.Add(g.life),
	}
	if slices.Contains(strings.Fields(scope), "offline.access") {
		p.RefreshToken = secret("rt-")
	}
	g.families[family] = p
	return p
}

// refresh trades a refresh token for a new pair, once; a second time ends its family.
func (g *grants) refresh(token string, now time.Time) (*tokenPair, bool) {
	for family, p := range g.families {
		if token != "" && p.RefreshToken == token {
			g.old = remember(g.old, oldToken{token, family}, maxOldTokens)
			return g.issue(family, p.Scope, now), true
		}
	}
	if i := slices.IndexFunc(g.old, func(o oldToken) bool { return o.token == token }); i >= 0 {
		delete(g.families, g.old[i].family)
	}
	return nil, false
}

func (g *grants) valid(access string, now time.Time) bool {
	for _, p := range g.families {
		if p.AccessToken == access {
			return now.Before(p.expires)
		}
	}
	return false
}

// token is POST /2/oauth2/token. A confidential client authenticates with Basic, a
// public one names itself in the body; a wrong client leaves the refresh token unused.
func (x *X) token(c *call) reply {
	id, key, basic := c.BasicAuth()
	switch {
	case basic && (id != x.cred.ClientID || key != x.cred.ClientSecret),
		!basic && c.form.Get("client_id") != x.cred.ClientID:
		return oauthError(http.StatusUnauthorized, "unauthorized_client", "Missing valid authorization header")
	}
	var pair *tokenPair
	var ok bool
	switch c.form.Get("grant_type") {
	case "refresh_token":
		pair, ok = x.grants.refresh(c.form.Get("refresh_token"), c.now)
	case "authorization_code":
		var scope string
		if scope, ok = x.redeem(c); ok {
			pair = x.grants.grant(scope, c.now)
		}
	default:
		return oauthError(http.StatusBadRequest, "unsupported_grant_type", "Value passed for the grant type was invalid.")
	}
	if !ok {
		return oauthError(http.StatusBadRequest, "invalid_request", "Value passed for the token was invalid.")
	}
	return jsonReply(http.StatusOK, pair)
}

// oauthError is an error of a token endpoint (RFC 6749 §5.2).
func oauthError(status int, code, description string) reply {
	return jsonReply(status, map[string]string{"error": code, "error_description": description})
}
