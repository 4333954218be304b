package mastodon

import (
	"cmp"
	"fmt"
	"net/url"
	"regexp"
	"strings"
)

// statusPath covers Mastodon's @user/ID, ActivityPub's users/user/statuses/ID,
// GoToSocial's @user/statuses/ID and snac's user/p/ID.
var statusPath = regexp.MustCompile(`^/(?:@([^/]+)/(?:statuses/)?|users/([^/]+)/statuses/|([^/@]+)/p/|notice/|objects/)([0-9A-Za-z._-]{1,64})/?$`)

// PostID reads the ID from the address of a post on the account's server, and its
// author's name there; empty: the address does not tell.
func PostID(server, address string) (id, author string, err error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", "", fmt.Errorf("address %q: %w", address, err)
	}
	s, err := url.Parse(server)
	if err != nil {
		return "", "", fmt.Errorf("server %q: %w", server, err)
	}
	if !strings.EqualFold(u.Host, s.Host) || u.Scheme != "https" && u.Scheme != s.Scheme {
		return "", "", fmt.Errorf("address %q is not on %s", address, server)
	}
	m := statusPath.FindStringSubmatch(u.Path)
	if m == nil {
		return "", "", fmt.Errorf("address %q is not of a post: want %s/@<user>/<id>", address, strings.TrimRight(server, "/"))
	}
	return m[4], cmp.Or(m[1], m[2], m[3]), nil
}
