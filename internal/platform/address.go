package platform

import (
	"fmt"
	"net/url"
	"strings"
)

// ParseAddress reads the address of an API from the configuration: http or https, a
// host, perhaps a path, and nothing else. The result has no trailing slash. setting
// names the configuration key in the error.
func ParseAddress(setting, address string) (*url.URL, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("%s is no URL: want for example https://example.org", setting) // err may quote a password
	}
	if u.User != nil {
		return nil, fmt.Errorf("%s holds a user name or password: credentials belong in the credentials file", setting)
	}
	if (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" {
		return nil, fmt.Errorf("%s %q: want http(s)://host", setting, address)
	}
	if u.RawQuery != "" || u.Fragment != "" {
		return nil, fmt.Errorf("%s %q: want an address without query and fragment", setting, address)
	}
	return &url.URL{Scheme: u.Scheme, Host: u.Host, Path: strings.TrimRight(u.Path, "/")}, nil
}

// WebURL returns address if people can be sent there (http or https with a host),
// else "": what a server calls a URL ends up in public pages.
func WebURL(address string) string {
	u, err := url.Parse(address)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" || u.User != nil {
		return ""
	}
	return u.String()
}

// CheckSecret refuses a credential that cannot be sent, without showing it.
func CheckSecret(name, value string) error {
	for _, r := range value {
		if r <= ' ' || r >= 0x7f {
			return fmt.Errorf("%s holds a space, a line break or another character that no credential has: copy it again", name)
		}
	}
	return nil
}
