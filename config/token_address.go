package config

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"unicode"
)

// tokenAddress reads an address that may carry a token in its path. No error contains
// more of it than its host; url.Parse's own would.
func tokenAddress(raw, example string) (*url.URL, error) {
	// IsGraphic refuses marks that turn the direction of the text too.
	if strings.ContainsFunc(raw, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsGraphic(r) }) {
		return nil, fmt.Errorf("url contains a space or control character: write it as %%20 or remove it, want one like %q", example)
	}
	u, err := url.Parse(raw)
	switch {
	case err != nil:
		return nil, fmt.Errorf("url is not an address: want one like %q", example)
	case u.Scheme != "https" && u.Scheme != "http":
		return nil, fmt.Errorf("url does not begin with \"https://\": want one like %q", example)
	case u.User != nil:
		return nil, errors.New("url contains a user name or password: remove it")
	case !hostName(u.Hostname()) || u.Opaque != "":
		return nil, fmt.Errorf("url has no valid host: want one like %q", example)
	case !validPort(u):
		return nil, errors.New("url has no valid port: want 1 to 65535, or none")
	case strings.Contains(raw, "#"):
		return nil, errors.New("url has a fragment, which is never sent: remove what begins with \"#\"")
	case u.Scheme == "http" && !loopback(u.Hostname()):
		return nil, fmt.Errorf("url goes to %q in the clear: use https, plain http is for this machine alone", u.Host)
	}
	return u, nil
}

// hostAlone is what of an address with a token may be shown.
func hostAlone(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || !hostName(u.Hostname()) {
		return Redacted
	}
	return u.Scheme + "://" + u.Host + "/" + Redacted
}

// hostShape has no "%": what it stands for would not survive being shown.
var hostShape = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[\p{L}\p{M}\p{N}_.-]+$`) })

func hostName(host string) bool {
	ip, err := netip.ParseAddr(host)
	return (err == nil && ip.Zone() == "") || hostShape().MatchString(host)
}
