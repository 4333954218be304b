package visits

import (
	"net/url"
	"slices"
	"strings"
)

// The in-app browsers of X, and feed readers that show pages themselves.
var (
	xApps    = []string{"Twitter for ", "TwitterAndroid", "Twitter/"}
	feedApps = []string{"Feedly", "Inoreader", "NewsBlur", "NetNewsWire", "Reeder/", "ReadKit", "Unread", "FeedMe/", "Feeder/"}
)

// hosts are those that name an origin, with all below them; Android's apps tell their
// package as a host.
var hosts = map[string]Origin{
	"t.co": X, "x.com": X, "twitter.com": X,
	"com.twitter.android": X, "com.twitter.android.lite": X,

	// Web clients, apps, and large servers whose name does not tell.
	"elk.zone": Mastodon, "phanpy.social": Mastodon, "semaphore.social": Mastodon, "pinafore.social": Mastodon,
	"org.joinmastodon.android": Mastodon, "com.keylesspalace.tusky": Mastodon, "app.fedilab.android": Mastodon,
	"org.moshidon.android": Mastodon, "org.joinmastodon.android.moshinda": Mastodon, "com.github.andreyasadchy.megalodon": Mastodon,
	"mas.to": Mastodon, "fosstodon.org": Mastodon, "hachyderm.io": Mastodon, "infosec.exchange": Mastodon,
	"mathstodon.xyz": Mastodon, "techhub.social": Mastodon, "universeodon.com": Mastodon, "chaos.social": Mastodon,
	"mamot.fr": Mastodon, "piaille.fr": Mastodon, "framapiaf.org": Mastodon, "pouet.chapril.org": Mastodon,
	"social.tchncs.de": Mastodon, "troet.cafe": Mastodon, "pawoo.net": Mastodon, "indieweb.social": Mastodon,

	"feedly.com": Feed, "inoreader.com": Feed, "newsblur.com": Feed, "feedbin.com": Feed, "theoldreader.com": Feed,
	"bazqux.com": Feed, "commafeed.com": Feed, "netvibes.com": Feed, "miniflux.app": Feed, "feeder.co": Feed,
	"feedspot.com": Feed, "feedland.com": Feed, "read.readwise.io": Feed,
	"com.devhd.feedly": Feed, "com.innologica.inoreader": Feed, "com.nononsenseapps.feeder": Feed, "com.capyreader.app": Feed,
}

// mastodonLabels stand in the names of many servers: mastodon.social, mstdn.jp.
var mastodonLabels = []string{"mastodon", "mstdn"}

// referrer tells what a Referer says; Direct when it says nothing.
func (c *Classifier) referrer(text string) Origin {
	if text == "" {
		return Direct
	}
	u, err := url.Parse(text)
	if err != nil {
		return Other
	}
	host := strings.ToLower(u.Hostname())
	if host == "" {
		return Direct // "about:blank", or nothing that is an address
	}
	for name := host; name != ""; {
		if o, ok := hosts[name]; ok {
			return o
		}
		_, name, _ = strings.Cut(name, ".")
	}
	if c.mastodon(host) {
		return Mastodon
	}
	for label := range strings.SplitSeq(host, ".") {
		if slices.Contains(mastodonLabels, label) {
			return Mastodon
		}
	}
	return Other
}
