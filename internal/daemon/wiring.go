package daemon

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"crieur/config"
	"crieur/internal/article"
	"crieur/internal/control"
	"crieur/internal/delivery"
	"crieur/internal/dispatch"
	"crieur/internal/login"
	"crieur/internal/outbox"
	"crieur/internal/platform"
	"crieur/internal/platform/mastodon"
	"crieur/internal/platform/x"
	"crieur/internal/redirect"
	"crieur/internal/teaser"
	"crieur/internal/textlen"
)

// How many hashtags a post carries unless configured: X's own advice for automated
// accounts, and the custom on Mastodon.
const (
	hashtagsX        = 2
	hashtagsMastodon = 4
)

// ConfigError is a mistake in the configuration or in the logins that it names: it
// does not cure itself, so starting again does not help.
type ConfigError struct{ Err error }

func (e *ConfigError) Error() string { return e.Err.Error() }
func (e *ConfigError) Unwrap() error { return e.Err }

// Accounts turns the configured accounts into the engine's, without logins: enough
// to compose and to store.
func Accounts(cfg config.Config) ([]dispatch.Account, error) {
	out := make([]dispatch.Account, 0, len(cfg.Accounts))
	for _, c := range cfg.Accounts {
		a := dispatch.Account{
			Name: c.Name, Platform: c.Platform, Template: c.Template, MaxHashtags: c.MaxHashtags,
			Link: c.Link, Limit: c.Limit, Visibility: c.Visibility, ContentWarning: c.ContentWarning, RequireAlt: c.RequireAlt,
		}
		if c.Media != config.MediaNone {
			a.Media = c.Media
		}
		var err error
		if a.Pace, err = pace(cfg, c); err != nil {
			return nil, &ConfigError{eachNamed(c.Name, err)}
		}
		a.ExpireAfter = time.Duration(c.ExpireAfter)
		switch c.Platform {
		case config.PlatformX:
			a.MaxHashtags = cmp.Or(a.MaxHashtags, hashtagsX)
			a.Measure, a.Default = measureX, delivery.Limits{MaxCharacters: 280, URLLength: 23, MediaBytes: 5_000_000, AltCharacters: 1000}
			a.Cost, a.Price = costX(cfg.Prices), priceX(cfg.Prices)
			a.PostID = func(u string) (string, string, error) { return x.PostID(cmp.Or(webURL(c.APIURL), x.WebURL), u) }
		case config.PlatformMastodon:
			a.MaxHashtags = cmp.Or(a.MaxHashtags, hashtagsMastodon)
			// Until the instance has told, it could be one that counts URLs in full.
			a.Measure, a.Default = measureMastodon, delivery.Limits{
				MaxCharacters: 500, URLLength: 23, CodePoints: true, MediaBytes: 16 << 20, MediaPixels: 33_177_600, AltCharacters: 1500,
			}
			a.Cost = func(string) float64 { return 0 }
			a.PostID = func(u string) (string, string, error) { return mastodon.PostID(c.Server, u) }
		default:
			return nil, &ConfigError{fmt.Errorf("account %q: platform %q is unknown: want \"x\" or \"mastodon\"", c.Name, c.Platform)}
		}
		if err := teaser.CheckTemplate(c.Template); err != nil {
			return nil, &ConfigError{fmt.Errorf("account %q: template: %w", c.Name, err)}
		}
		out = append(out, a)
	}
	return out, nil
}

func measureX(text, _ string, _ delivery.Limits) int { return textlen.X(text) }

func measureMastodon(text, contentWarning string, l delivery.Limits) int {
	return textlen.Mastodon(text, contentWarning, textlen.Instance{URLLength: l.URLLength, CodePoints: l.CodePoints})
}

func costX(p config.Prices) func(string) float64 {
	return func(text string) float64 {
		if len(textlen.XURLs(text)) > 0 {
			return p.XPostURL
		}
		return p.XPost
	}
}

// connect gives each account its login. credentialsDir is systemd's $CREDENTIALS_DIRECTORY, or empty.
func connect(cfg config.Config, accounts []dispatch.Account, credentialsDir, version string) error {
	if err := errors.Join(connectEach(cfg, accounts, credentialsDir, version)...); err != nil {
		return &ConfigError{err}
	}
	return nil
}

// connectEach returns an error, or nil, for each account. One with an error has no client.
func connectEach(cfg config.Config, accounts []dispatch.Account, credentialsDir, version string) []error {
	failed := make([]error, len(accounts))
	for i, c := range cfg.Accounts {
		creds, err := config.LoadCredentials(c, credentialsDir)
		if err == nil {
			accounts[i].Meter = &dispatch.Meter{}
			keep := keeperOf(cfg, c, creds, version)
			accounts[i].Client, err = client(c, creds, version, accounts[i].Meter.Observe, keep)
			accounts[i].Login, accounts[i].Keep = fingerprint(creds), keeping(c, creds, keep)
		}
		if err != nil {
			accounts[i].Client, failed[i] = nil, named(c.Name, err)
		}
	}
	return failed
}

// fingerprint tells one login from another without telling it.
func fingerprint(c config.Credentials) string {
	return fingerprintOf(c.ConsumerKey, c.ConsumerSecret, c.AccessToken, c.AccessTokenSecret, c.ClientID, c.ClientSecret, c.RefreshToken)
}

// eachNamed puts the account's name before each of several errors.
func eachNamed(account string, err error) error {
	var many interface{ Unwrap() []error }
	if !errors.As(err, &many) {
		return named(account, err)
	}
	var out []error
	for _, e := range many.Unwrap() {
		out = append(out, named(account, e))
	}
	return errors.Join(out...)
}

// named puts the account's name before an error that does not begin with it.
func named(account string, err error) error {
	prefix := fmt.Sprintf("account %q: ", account)
	if strings.HasPrefix(err.Error(), prefix) {
		return err
	}
	return fmt.Errorf("%s%w", prefix, err)
}

// client is an account's adapter. keep gives its token where that is one of OAuth 2.0
// which is refreshed; else it is nil.
func client(c config.Account, creds config.Credentials, version string, observe func(platform.Usage), keep *login.Keeper) (platform.Platform, error) {
	if c.Platform == config.PlatformMastodon {
		return mastodon.New(mastodon.Options{Server: c.Server, AccessToken: creds.AccessToken, UserAgent: agent(version), Observe: observe})
	}
	opt := x.Options{BaseURL: c.APIURL, WebURL: webURL(c.APIURL), API: c.API, UserAgent: agent(version), Observe: observe}
	switch {
	case creds.ConsumerKey != "":
		opt.ConsumerKey, opt.ConsumerSecret = creds.ConsumerKey, creds.ConsumerSecret
		opt.AccessToken, opt.AccessTokenSecret = creds.AccessToken, creds.AccessTokenSecret
	case keep != nil:
		opt.Token, opt.Rejected = keep.Token, keep.Rejected
	default:
		opt.BearerToken = creds.AccessToken
	}
	return x.New(opt)
}

// webURL is where posts are shown: X has a host of its own for that, compatible servers do not.
func webURL(api string) string {
	switch u, err := url.Parse(api); {
	case err != nil, u.Hostname() == "api.x.com", u.Hostname() == "api.twitter.com":
		return ""
	}
	return api
}

// service puts outbox, engine and the operators' service together. ob may be nil
// where only previews are wanted. opt is what the configuration does not say.
func service(cfg config.Config, ob *outbox.Outbox, accounts []dispatch.Account, version string, opt dispatch.Options) (*control.Service, error) {
	opt.Outbox, opt.Accounts, opt.Version = ob, accounts, version
	opt.PageURL = pageURL(cfg)
	opt.Retry = dispatch.Retry{
		Min: time.Duration(cfg.Delivery.RetryMin), Max: time.Duration(cfg.Delivery.RetryMax),
		MaxAttempts: cfg.Delivery.MaxAttempts,
	}
	opt.Settle, opt.PerHour, opt.VerifyPosts = time.Duration(cfg.Delivery.Settle), cfg.Delivery.PerHour, cfg.Delivery.VerifyPosts
	engine, err := dispatch.New(opt)
	if err != nil {
		return nil, err
	}
	zone, err := time.LoadLocation(cfg.Site.Timezone)
	if err != nil {
		return nil, &ConfigError{fmt.Errorf("site.timezone: %w", err)}
	}
	return &control.Service{Outbox: ob, Engine: engine, Zone: zone, MaxAge: time.Duration(cfg.Delivery.MaxAge), SecretSlugs: cfg.Site.Slug == config.SlugSecret, Share: shareImage(cfg)}, nil
}

// pageURL tells the public address of a page.
func pageURL(cfg config.Config) func(slug string) string {
	return func(slug string) string { return cfg.Site.BaseURL + "/" + slug }
}

// shareImage gives the image that the page of an article shows in link previews, as it
// will be before anything is posted.
func shareImage(cfg config.Config) func(article.Article) ([]byte, string, error) {
	return func(a article.Article) ([]byte, string, error) {
		files, err := loadPageFiles(config.Config{Site: config.Site{ShareImage: cfg.Site.ShareImage}})
		if err != nil {
			return nil, "", err
		}
		return redirect.Page{Article: a, Slug: a.Slug, SiteTitle: cfg.Site.Title, Share: files.share}.ShareImage()
	}
}
