package preflight

import "strings"

// Bot is one fetcher of preview cards: how it asks, and what it accepts.
type Bot struct {
	Name           string // as findings call it
	UserAgent      string // for the page and robots.txt
	ImageUserAgent string // for the image
	Accept         string // for the page
	ImageAccept    string
	Language       string // Accept-Language for the page
	Encoding       string // Accept-Encoding: of gzip and br, what it decompresses
	MaxImage       int64  // bytes
	MaxSide        int    // pixels; 0: any
	MaxPixels      int    // width times height; 0: any

	// TwitterTags: it wants twitter:card, prefers twitter:image and has least sizes for images.
	TwitterTags bool

	// ObeysRobots: a rule for every bot binds it too. Else only a rule that names it counts.
	ObeysRobots bool
}

// X is Twitterbot, which makes the cards of X. It obeys robots.txt.
func X() Bot {
	return Bot{
		Name:           "X",
		UserAgent:      "Twitterbot/1.0",
		ImageUserAgent: "Twitterbot/1.0",
		Accept:         "*/*",
		ImageAccept:    "*/*",
		Encoding:       "gzip, br",
		MaxImage:       5_000_000,
		MaxSide:        4096,
		TwitterTags:    true,
		ObeysRobots:    true,
	}
}

// Mastodon is the card fetcher of a Mastodon server; server is its address as the
// User-Agent tells it ("https://mastodon.social"; empty: a placeholder). Mastodon reads no
// robots.txt; a file that shuts it out by name is reported all the same, as other servers
// of the fediverse obey it and the site's owner says there that no card is wanted.
func Mastodon(server string) Bot {
	if server == "" {
		server = "https://mastodon.social"
	}
	agent := "Mastodon/4.6.5 (http.rb/5.3.1; +" + strings.TrimSuffix(server, "/") + "/)"
	return Bot{
		Name:           "Mastodon",
		UserAgent:      agent + " Bot",
		ImageUserAgent: agent,
		Accept:         "text/html",
		Language:       "en, *;q=0.5",
		Encoding:       "gzip",
		MaxImage:       8 << 20,
		MaxPixels:      33_177_600,
	}
}
