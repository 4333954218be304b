package config

import "time"

// The platforms, their enumerations and X's own API address.
const (
	PlatformX        = "x"
	PlatformMastodon = "mastodon"

	ForwardSource = "source"
	ForwardLink   = "link"
	ForwardNone   = "none"

	APIv2  = "v2"
	APIv11 = "v1.1"

	SlugTitle  = "title"
	SlugSecret = "secret"

	CatchUpOne  = "one"
	CatchUpNone = "none"
	CatchUpAll  = "all"

	MediaNone    = "none"
	MediaArticle = "article"
	MediaShare   = "share"

	maxPerHour        = 1000
	defaultAPIURL     = "https://api.x.com"
	defaultVisibility = "public"
)

// Default is the configuration of an empty file: it lacks a base_url and accounts,
// so it does not validate yet.
func Default() Config {
	return Config{
		Site:    Site{Timezone: "UTC", Slug: SlugTitle},
		Outbox:  Outbox{Path: "/var/lib/crieur/outbox.db"},
		Control: Control{Socket: "/run/crieur/control.sock"},
		Status:  Status{Listen: "127.0.0.1:8023"},
		Pages: Pages{
			Listen:         "127.0.0.1:8024",
			Forward:        ForwardSource,
			Delay:          Duration(5 * time.Second),
			Probe:          true,
			Count:          true,
			MaxConnections: defaultConnections,
		},
		Delivery: Delivery{
			RetryMin:    Duration(30 * time.Second),
			RetryMax:    Duration(time.Hour),
			MaxAttempts: 10,
			Settle:      Duration(time.Minute),
			PerHour:     100,
			VerifyPosts: true,
			MaxAge:      Duration(48 * time.Hour),
		},
		Heartbeat: Heartbeat{Every: Duration(5 * time.Minute)},
		Log:       Log{Level: "info", Format: "auto"},
		// X's price list of 2026-08-22.
		Prices: Prices{XPost: 0.015, XPostURL: 0.200, XReadOwned: 0.001, XReadPost: 0.005, XReadUser: 0.010, XMediaMetadata: 0.005},
	}
}

// DefaultAccount is what an account of the platform is before its own keys are read.
func DefaultAccount(platform string) Account {
	acc := Account{Platform: platform, Link: true, MinSpacing: Duration(2 * time.Minute)}
	switch platform {
	case PlatformX:
		acc.MaxPerDay = 50 // what an unverified account may post
	case PlatformMastodon:
		acc.MaxPerDay = 100
	}
	fillAccount(&acc)
	return acc
}

// fillAccount gives the keys whose empty value means nothing else their platform's
// default, and empty lists their one form.
func fillAccount(acc *Account) {
	if acc.CatchUp == "" {
		acc.CatchUp = CatchUpOne
	}
	if acc.Media == "" {
		acc.Media = MediaNone
	}
	if len(acc.Schedule) == 0 {
		acc.Schedule = nil
	}
	if len(acc.QuietHours) == 0 {
		acc.QuietHours = nil
	}
	switch acc.Platform {
	case PlatformX:
		if acc.APIURL == "" {
			acc.APIURL = defaultAPIURL
		}
		if acc.API == "" {
			acc.API = APIv2
		}
	case PlatformMastodon:
		if acc.Visibility == "" {
			acc.Visibility = defaultVisibility
		}
	}
}

// Sample is used where there is no configuration file: one account of each
// platform at its usual limit, enough to preview with and unable to post.
func Sample() Config {
	cfg := Default()
	cfg.Site.BaseURL = "https://example.org"
	x, mastodon := DefaultAccount(PlatformX), DefaultAccount(PlatformMastodon)
	x.Name, x.Limit = "x", 280
	mastodon.Name, mastodon.Limit, mastodon.Server = "mastodon", 500, "https://mastodon.social"
	cfg.Accounts = []Account{x, mastodon}
	return cfg
}
