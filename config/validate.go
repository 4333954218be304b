package config

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"time"
)

// maxSocketPath is what fits into sun_path of unix(7), without its closing NUL.
const maxSocketPath = 107

// Validate judges the values without touching disk or network. All mistakes are
// joined, each naming the key, the value and the way out.
func (c Config) Validate() error {
	var all problems
	all.add(c.Site.validate())
	all.add(c.Outbox.validate())
	all.add(c.Control.validate())
	all.add(c.validateListeners())
	all.add(c.Pages.validate())
	all.add(c.validateExport())
	all.add(c.Delivery.validate())
	all.add(oneOf("log.level", c.Log.Level, "debug", "info", "warn", "error"))
	all.add(oneOf("log.format", c.Log.Format, "auto", "text", "json"))
	all.add(c.Prices.validate())
	all.add(validateAccounts(c.Accounts))
	all.add(validateWebhooks(c.Webhooks, c.Accounts))
	all.add(validateAlerts(c.Alerts))
	all.add(c.Heartbeat.validate())
	return all.err()
}

func (s Site) validate() error {
	var all problems
	all.add(publicAddress("site.base_url", s.BaseURL))
	if s.Language != "" && !languageTag(s.Language) {
		all.addf("site.language %q is not a language tag: write it like \"fr\" or \"pt-BR\"", s.Language)
	}
	all.add(zone("site.timezone", s.Timezone))
	all.add(oneOf("site.slug", s.Slug, SlugTitle, SlugSecret))
	all.add(shareImage("site.share_image", s.ShareImage))
	return all.err()
}

func zone(key, name string) error {
	// "Local" would mean another zone on another machine.
	if _, err := time.LoadLocation(name); err != nil || name == "Local" || name == "" {
		return fmt.Errorf("%s %q is unknown: want an IANA name such as \"Europe/Paris\" or \"UTC\"", key, name)
	}
	return nil
}

// languageTag tells whether s has the shape of a BCP 47 tag (RFC 5646, 2.1).
func languageTag(s string) bool {
	for i, sub := range strings.Split(s, "-") {
		if len(sub) == 0 || len(sub) > 8 || (i == 0 && (len(sub) < 2 || strings.ContainsAny(sub, "0123456789"))) {
			return false
		}
		for _, r := range sub {
			if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') {
				return false
			}
		}
	}
	return true
}

func (o Outbox) validate() error {
	if o.Path == "" {
		return errors.New("outbox.path is empty: name a file, or leave the key out for the default")
	}
	if strings.HasSuffix(o.Path, "/") || strings.ContainsRune(o.Path, 0) {
		return fmt.Errorf("outbox.path %q is not a file name: name a file, e.g. %q", o.Path, Default().Outbox.Path)
	}
	return nil
}

func (c Control) validate() error {
	if c.Socket == "" {
		return errors.New("control.socket is empty: name a socket file, or leave the key out for the default")
	}
	if len(c.Socket) > maxSocketPath || strings.ContainsRune(c.Socket, 0) {
		return fmt.Errorf("control.socket %q has %d bytes: the system takes at most %d: choose a shorter path, e.g. %q",
			c.Socket, len(c.Socket), maxSocketPath, Default().Control.Socket)
	}
	return nil
}

func (d Delivery) validate() error {
	var all problems
	all.add(positive("delivery.retry_min", d.RetryMin))
	all.add(positive("delivery.retry_max", d.RetryMax))
	all.add(positive("delivery.max_age", d.MaxAge))
	if d.RetryMin > d.RetryMax {
		all.addf("delivery.retry_min %q is greater than retry_max %q: exchange or correct them", d.RetryMin, d.RetryMax)
	}
	all.add(positive("delivery.settle", d.Settle))
	if d.PerHour < 1 || d.PerHour > maxPerHour {
		all.addf("delivery.breaker_per_hour %d: want 1 to %d posts an hour and account", d.PerHour, maxPerHour)
	}
	if d.MaxAttempts < 1 {
		all.addf("delivery.max_attempts %d is below 1, nothing would ever be posted: want at least 1", d.MaxAttempts)
	}
	return all.err()
}

func (p Prices) validate() error {
	var all problems
	all.add(price("prices.x_post", p.XPost))
	all.add(price("prices.x_post_with_url", p.XPostURL))
	all.add(price("prices.x_read_owned", p.XReadOwned))
	all.add(price("prices.x_read_post", p.XReadPost))
	all.add(price("prices.x_read_user", p.XReadUser))
	all.add(price("prices.x_media_metadata", p.XMediaMetadata))
	return all.err()
}

func positive(key string, d Duration) error {
	if d <= 0 {
		return fmt.Errorf("%s %q is not positive: want e.g. \"30s\"", key, d)
	}
	return nil
}

func notNegative(key string, d Duration) error {
	if d < 0 {
		return fmt.Errorf("%s %q is negative: want \"0s\" or more", key, d)
	}
	return nil
}

func price(key string, usd float64) error {
	const dearest = 1000 // more is a slip of the pen, and sums of it overflow
	if math.IsNaN(usd) || usd < 0 || usd > dearest {
		return fmt.Errorf("%s %v is not a price: want US dollars, 0 to %d", key, usd, dearest)
	}
	return nil
}

// oneOf refuses a value that is not in the list and proposes the nearest.
func oneOf(key, value string, want ...string) error {
	for _, w := range want {
		if value == w {
			return nil
		}
	}
	quoted := make([]string, len(want))
	for i, w := range want {
		quoted[i] = fmt.Sprintf("%q", w)
	}
	list := strings.Join(quoted[:len(quoted)-1], ", ") + " or " + quoted[len(quoted)-1]
	if near := Nearest(value, want); near != "" {
		return fmt.Errorf("%s %q is unknown: did you mean %q? (want %s)", key, value, near, list)
	}
	return fmt.Errorf("%s %q is unknown: want %s", key, value, list)
}
