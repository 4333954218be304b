// Package config is crieur's configuration as plain data: defaults, strict load,
// validation, credentials. It imports nothing of the project and never logs; what
// the values mean to the daemon is the daemon's business.
package config

import "time"

// Config is one crieur.toml.
type Config struct {
	Site     Site      `toml:"site"`
	Outbox   Outbox    `toml:"outbox"`
	Control  Control   `toml:"control"`
	Status   Status    `toml:"status"`
	Pages    Pages     `toml:"pages"`
	Delivery Delivery  `toml:"delivery"`
	Log      Log       `toml:"log"`
	Prices   Prices    `toml:"prices"`
	Accounts []Account `toml:"account"`
	Webhooks []Webhook `toml:"webhook,omitempty"`
	Alerts   []Alert   `toml:"alert,omitempty"`

	Heartbeat Heartbeat `toml:"heartbeat"`

	// Dir is the folder of the file; relative paths in it were resolved against it.
	Dir string `toml:"-"`
}

// Site is the public face.
type Site struct {
	BaseURL    string `toml:"base_url"` // of the pages, http(s), no trailing slash after Load
	Title      string `toml:"title"`
	Language   string `toml:"language"`    // BCP 47; empty: each article's own or guessed
	Timezone   string `toml:"timezone"`    // IANA
	Slug       string `toml:"slug"`        // title, secret
	ShareImage string `toml:"share_image"` // PNG or JPEG file; empty: drawn
}

// Outbox is the durable store.
type Outbox struct {
	Path string `toml:"path"`
}

// Control is the Unix socket of the daemon.
type Control struct {
	Socket string `toml:"socket"`
}

// Status is the local, read-only HTTP endpoint.
type Status struct {
	Listen      string `toml:"listen"`
	AllowRemote bool   `toml:"allow_remote"`
}

// Pages are the public redirect pages.
type Pages struct {
	Listen         string   `toml:"listen"`
	Forward        string   `toml:"forward"` // source, link, none
	Delay          Duration `toml:"delay"`
	ExportDir      string   `toml:"export_dir"`      // folder, clean after Load; empty: none
	Words          string   `toml:"words"`           // TOML file; empty: the built-in languages
	Preflight      bool     `toml:"preflight"`       // the card is checked before the first post
	Probe          bool     `toml:"probe"`           // the source is looked at daily for a while
	Count          bool     `toml:"count"`           // visits by page, day and origin
	MaxConnections int      `toml:"max_connections"` // open at once on Listen
}

// Delivery bounds retries.
type Delivery struct {
	RetryMin    Duration `toml:"retry_min"`
	RetryMax    Duration `toml:"retry_max"`
	MaxAttempts int      `toml:"max_attempts"`
	Settle      Duration `toml:"settle"`
	PerHour     int      `toml:"breaker_per_hour"`
	VerifyPosts bool     `toml:"verify_posts"`
	MaxAge      Duration `toml:"max_age"`
}

// Log is what "crieur run" writes to standard error.
type Log struct {
	Level  string `toml:"level"`  // debug, info, warn, error
	Format string `toml:"format"` // auto, text, json
}

// Prices are what X bills, in US dollars; they change, so they are configuration.
type Prices struct {
	XPost          float64 `toml:"x_post"`
	XPostURL       float64 `toml:"x_post_with_url"`
	XReadOwned     float64 `toml:"x_read_owned"` // a post of the account itself, read
	XReadPost      float64 `toml:"x_read_post"`  // a post of another, read
	XReadUser      float64 `toml:"x_read_user"`
	XMediaMetadata float64 `toml:"x_media_metadata"`
}

// Account is one login on one platform.
type Account struct {
	Name        string `toml:"name"`
	Platform    string `toml:"platform"`     // x, mastodon
	Credentials string `toml:"credentials"`  // file
	Template    string `toml:"template"`     // empty: the default template
	MaxHashtags int    `toml:"max_hashtags"` // 0: the platform's advice
	Link        bool   `toml:"link"`         // default true
	Limit       int    `toml:"limit"`        // 0: the platform's
	Media       string `toml:"media"`        // none, article, share
	RequireAlt  bool   `toml:"require_alt"`  // a picture without a description is refused

	Schedule         []string `toml:"schedule"`                     // cron expressions, judged elsewhere; nil: no slots
	Timezone         string   `toml:"timezone"`                     // IANA; empty: the site's
	MinSpacing       Duration `toml:"min_spacing"`                  // between two posts; 0: none
	Jitter           Duration `toml:"jitter"`                       // 0: none
	QuietHours       []string `toml:"quiet_hours"`                  // each HH:MM-HH:MM, the second may be on the next day
	MaxPerDay        int      `toml:"max_per_day"`                  // 0: no bound
	ExpireAfter      Duration `toml:"expire_after"`                 // 0: delivery.max_age
	CatchUp          string   `toml:"catch_up"`                     // one, none, all
	MaxSilence       Duration `toml:"max_silence"`                  // without a post, before somebody is told; 0: nobody is
	MonthlyBudgetUSD float64  `toml:"monthly_budget_usd,omitempty"` // x; US dollars, 0: no budget

	APIURL         string `toml:"api_url,omitempty"`    // x
	API            string `toml:"api,omitempty"`        // x: v2, v1.1
	Server         string `toml:"server,omitempty"`     // mastodon
	Visibility     string `toml:"visibility,omitempty"` // mastodon
	Creator        string `toml:"creator,omitempty"`    // mastodon: the author's handle, @user@host; empty: none
	ContentWarning string `toml:"content_warning,omitempty"`
}

// Credentials is one account's secrets file. It prints, logs and marshals as
// "[redacted]" whatever the verb or format, see redact.go.
type Credentials struct {
	ConsumerKey       string    `toml:"consumer_key"`
	ConsumerSecret    string    `toml:"consumer_secret"`
	AccessToken       string    `toml:"access_token"`
	AccessTokenSecret string    `toml:"access_token_secret"`
	ClientID          string    `toml:"client_id"`
	ClientSecret      string    `toml:"client_secret"`
	RefreshToken      string    `toml:"refresh_token"`
	ExpiresAt         time.Time `toml:"expires_at"`
}
