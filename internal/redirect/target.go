package redirect

import (
	"net/url"
	"strings"
	"unicode"
)

// maxTarget bounds an address, in bytes; what is longer is no address that people share.
const maxTarget = 4096

// target is raw as it may stand in a link, with its host for people to read. ok is
// false for all but plain absolute http(s) addresses: no script, no data, no user name
// posing as a host, no invisible characters.
func target(raw string) (href, host string, ok bool) {
	if raw == "" || len(raw) > maxTarget || strings.ContainsFunc(raw, invisible) {
		return "", "", false
	}
	u, err := url.Parse(raw)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.User != nil || u.Opaque != "" {
		return "", "", false
	}
	if u.Hostname() == "" || strings.ContainsFunc(u.Host, notOfHosts) {
		return "", "", false
	}
	u.RawQuery = escapeQuery(u.RawQuery)
	return u.String(), u.Hostname(), true
}

// escapeQuery does as browsers do (URL Standard, query percent-encode set): net/url
// leaves a query as it was written.
func escapeQuery(q string) string {
	return strings.NewReplacer("<", "%3C", ">", "%3E", `"`, "%22", "'", "%27", "`", "%60", `\`, "%5C").Replace(q)
}

func invisible(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == unicode.ReplacementChar
}

func notOfHosts(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) && !strings.ContainsRune("-._:[]", r)
}
