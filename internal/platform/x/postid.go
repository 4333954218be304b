package x

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
)

// WebURL is where X shows posts to people.
const WebURL = "https://x.com"

var statusPath = regexp.MustCompile(`^/(?:i/web|i|([A-Za-z0-9_]{1,15}))/status(?:es)?/([0-9]{1,19})/?$`)

// PostID reads the ID from the address of a post: https://x.com/<user>/status/<id>.
// web is where the account's posts are shown. author is empty where the address does
// not tell (https://x.com/i/status/<id>).
func PostID(web, address string) (id, author string, err error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", "", fmt.Errorf("address %q: %w", address, err)
	}
	if !sameSite(web, u) {
		return "", "", fmt.Errorf("address %q is not on %s", address, web)
	}
	m := statusPath.FindStringSubmatch(u.Path)
	if m == nil {
		return "", "", fmt.Errorf("address %q is not of a post: want %s/<user>/status/<number>", address, web)
	}
	return m[2], m[1], nil
}

// sameSite compares hosts; X is known by two names.
func sameSite(web string, u *url.URL) bool {
	w, err := url.Parse(web)
	if err != nil || u.Scheme != "https" && u.Scheme != w.Scheme {
		return false
	}
	host := strings.TrimPrefix(strings.TrimPrefix(strings.ToLower(u.Host), "www."), "mobile.")
	return host == strings.ToLower(w.Host) || web == WebURL && host == "twitter.com"
}
