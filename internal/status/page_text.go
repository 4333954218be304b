package status

import (
	"net/url"
	"regexp"
	"strings"
)

// part is a piece of a post's text: plain, or what a platform makes a link of.
type part struct {
	Text string
	Link bool
}

// linked is only for the eye: what a platform really links is its own affair.
var linked = regexp.MustCompile(`https?://[^\s<>"]+|\B#[\p{L}\p{N}_]+`)

func parts(text string) (out []part) {
	text = strings.TrimSpace(text)
	at := 0
	for _, m := range linked.FindAllStringIndex(text, -1) {
		if m[0] > at {
			out = append(out, part{Text: text[at:m[0]]})
		}
		out = append(out, part{text[m[0]:m[1]], true})
		at = m[1]
	}
	if at < len(text) {
		out = append(out, part{Text: text[at:]})
	}
	return out
}

// site is the host that a link preview names.
func site(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(u.Hostname(), "www.")
}

// webAddress is an address that may be a link; "" for what a browser would run.
func webAddress(s string) string {
	if u, err := url.Parse(s); err == nil && (u.Scheme == "https" || u.Scheme == "http") {
		return s
	}
	return ""
}

// platformName is how a platform is called by people.
func platformName(platform string) string {
	switch platform {
	case "x":
		return "X"
	case "mastodon":
		return "Mastodon"
	}
	return platform
}
