package platform

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// SameLink tells whether two addresses name one page: http or https, case and
// spelling of the host, default port and a slash at the end make no difference.
func SameLink(a, b string) bool {
	x, ok := PlainLink(a)
	if !ok {
		return false
	}
	y, ok := PlainLink(b)
	return ok && x == y
}

// PlainLink is an address without what makes no difference; false: it is no page's.
// An address without scheme is taken as http.
func PlainLink(address string) (string, bool) {
	address = strings.TrimSpace(address)
	if !strings.Contains(address, "://") {
		address = "http://" + address
	}
	u, err := url.Parse(address)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Hostname() == "" || u.User != nil {
		return "", false
	}
	host := strings.ToLower(u.Hostname())
	if ascii, err := idna.Lookup.ToASCII(host); err == nil {
		host = ascii // platforms write either form
	}
	if port := u.Port(); port != "" && port != "80" && port != "443" {
		host += ":" + port
	}
	plain := host + strings.TrimRight(u.Path, "/")
	if u.RawQuery != "" {
		plain += "?" + u.RawQuery
	}
	if u.Fragment != "" {
		plain += "#" + u.Fragment
	}
	return plain, true
}

// HoldsLink tells whether link stands in a plain text as a word of its own: platforms
// do not make links of loopback and IP addresses. /slug does not stand in /slug-2.
func HoldsLink(text, link string) bool {
	link = strings.TrimRight(link, "/")
	if link == "" {
		return false
	}
	for rest, before := text, ' '; ; {
		i := strings.Index(rest, link)
		if i < 0 {
			return false
		}
		if i > 0 {
			before, _ = utf8.DecodeLastRuneInString(rest[:i])
		}
		rest = rest[i+len(link):]
		if opens(before) && closes(rest) {
			return true
		}
		before = 'x' // what was skipped is the end of a word
	}
}

// opens tells whether a link can begin after r.
func opens(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(`([{<"'«“‘`, r) }

// closes tells whether a link ends before rest: with the text, at a space, or at
// punctuation that belongs to the sentence.
func closes(rest string) bool {
	word := strings.TrimPrefix(rest, "/")
	if end := strings.IndexFunc(word, unicode.IsSpace); end >= 0 {
		word = word[:end]
	}
	return strings.Trim(word, `.,;:!?)]}>'"»”’…`) == ""
}
