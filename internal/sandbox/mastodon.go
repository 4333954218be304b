package sandbox

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Mastodon is the server that speaks the Mastodon API, in one of its flavours.
type Mastodon struct {
	*Server
	opt      Options
	cred     MastodonCredentials
	tokens   map[string]string // token -> scopes
	apps     map[string]app    // by client ID
	codes    map[string]authCode
	keys     map[string]kept[string] // Idempotency-Key -> the post's ID
	calls    *window                 // every request
	statuses *window
	deletes  *window
	uploads  *window
	ids      snowflakes
	created  int
	begun    time.Time
}

// MastodonCredentials are the login of the account.
type MastodonCredentials struct {
	AccountID string `json:"account_id"`
	Username  string `json:"username"`
	Token     string `json:"access_token"`
	Scopes    string `json:"scopes"`
}

func newMastodon(o Options) (*Mastodon, error) {
	s, err := newServer("mastodon", o.MastodonAddr, o.Remember)
	if err != nil {
		return nil, err
	}
	m := &Mastodon{
		Server: s, opt: o, ids: mastodonSnowflakes(), begun: time.Now(),
		cred: MastodonCredentials{AccountID: "115000000000000001", Username: o.Username, Token: secret("mt-"), Scopes: o.Scopes},
		apps: map[string]app{}, codes: map[string]authCode{}, keys: map[string]kept[string]{},
		calls:    &window{limit: o.Requests, span: 5 * time.Minute},
		statuses: &window{limit: o.Statuses, span: 3 * time.Hour},
		deletes:  &window{limit: 30, span: 30 * time.Minute},
		uploads:  &window{limit: cmp.Or(o.Uploads, 30), span: 30 * time.Minute},
	}
	if o.Flavour == GoToSocial {
		m.cred.AccountID = ulid(m.begun, 0)
	}
	m.tokens = map[string]string{m.cred.Token: o.Scopes}
	m.errors, m.account = MastodonErrors(), m.cred
	m.route()
	return m, nil
}

// Token returns the access token that was valid at the start.
func (m *Mastodon) Token() string { return m.cred.Token }

// Credentials returns the login that was valid at the start.
func (m *Mastodon) Credentials() MastodonCredentials { return m.cred }

func (m *Mastodon) route() {
	m.handle(OpCreate, "POST /api/v1/statuses", m.user("write:statuses", m.create))
	m.handle(OpStatus, "GET /api/v1/statuses/{id}", m.reader("read:statuses", m.status))
	m.handle(OpDelete, "DELETE /api/v1/statuses/{id}", m.user("write:statuses", m.remove))
	m.handleUpTo(maxUpload, OpUpload, "POST /api/v2/media", m.user("write:media", m.upload))
	m.handle(OpMedia, "GET /api/v1/media/{id}", m.user("write:media", m.mediaState))
	m.handle(OpTimeline, "GET /api/v1/accounts/{id}/statuses", m.reader("read:statuses", m.list))
	m.handle(OpMe, "GET /api/v1/accounts/verify_credentials", m.user("read:accounts", m.verifyCredentials))
	m.handle(OpInstance, "GET /api/v1/instance", m.anyone(m.instanceV1))
	m.handle(OpInstance, "GET /api/v2/instance", m.anyone(m.instanceV2))
	m.handle(OpLogin, "POST /api/v1/apps", m.anyone(m.registerApp))
	m.handle(OpLogin, "GET /.well-known/oauth-authorization-server", m.anyone(m.metadata))
	m.handle(OpLogin, "GET /oauth/authorize", m.authorize)
	m.handle(OpToken, "POST /oauth/token", m.anyone(m.token))
	m.handle(OpOther, "/", func(*call) reply { return mastodonError(http.StatusNotFound, "Record not found") })
	if m.opt.Flavour == GoToSocial {
		m.people("GET /{username}/statuses/{id}", m.opt.Username)
	} else {
		m.people("GET /{username}/{id}", m.opt.Username)
	}
}

// anyone guards what everybody may ask, counted like all requests.
func (m *Mastodon) anyone(h handler) handler {
	return func(c *call) reply {
		if m.opt.Flavour == GoToSocial && c.UserAgent() == "" {
			return m.documented("teapot")
		}
		a := m.documented(tooManyRequests)
		if m.calls.take(c.now) {
			a = h(c)
		}
		// Of two windows Mastodon tells the one with less remaining.
		calls := m.calls.rate(c.now)
		if told, err := strconv.Atoi(a.header.Get("X-RateLimit-Remaining")); err != nil || calls.remaining < told {
			writeRate(m.platform, a.header, calls)
		}
		return a
	}
}

// user guards a handler that needs a token with scope.
func (m *Mastodon) user(scope string, h handler) handler {
	return m.anyone(func(c *call) reply {
		token, ok := strings.CutPrefix(c.Header.Get("Authorization"), "Bearer ")
		scopes, known := m.tokens[token]
		switch {
		case !ok || !known:
			return m.documented("token-invalid")
		case !covers(scopes, scope):
			return m.documented("outside-scopes")
		}
		return h(c)
	})
}

// reader guards what Mastodon shows to strangers too, and GoToSocial does not.
func (m *Mastodon) reader(scope string, h handler) handler {
	user, stranger := m.user(scope, h), m.anyone(h)
	return func(c *call) reply {
		if m.opt.Flavour != GoToSocial && c.Header.Get("Authorization") == "" {
			return stranger(c)
		}
		return user(c)
	}
}

// covers tells whether scopes grant want: itself, its parent, or for one's own account "profile".
func covers(scopes, want string) bool {
	parent, _, _ := strings.Cut(want, ":")
	return slices.ContainsFunc(strings.Fields(scopes), func(s string) bool {
		return s == want || s == parent || s == "profile" && want == "read:accounts"
	})
}

// within counts against a narrower window than all requests, and shows that one.
func (m *Mastodon) within(w *window, c *call, h handler) reply {
	a := m.documented(tooManyRequests)
	if w.take(c.now) {
		a = h(c)
	}
	writeRate(m.platform, a.header, w.rate(c.now))
	return a
}
