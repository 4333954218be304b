package config

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// publicAddress judges the address under which the pages are seen.
func publicAddress(key, raw string) error {
	if raw == "" {
		return fmt.Errorf("%s is missing: set the public address of the pages, e.g. \"https://news.example.org\"", key)
	}
	_, err := absolute(key, raw, "https://news.example.org")
	return err
}

// serverAddress judges the address of a platform: https, as every request carries a
// secret, but for loopback hosts, which are tests and the sandbox.
func serverAddress(key, raw, example string) error {
	if raw == "" {
		return fmt.Errorf("%s is missing: set the address of the server, e.g. %q", key, example)
	}
	u, err := absolute(key, raw, example)
	if err != nil {
		return err
	}
	if u.Scheme == "http" && !loopback(u.Hostname()) {
		return fmt.Errorf("%s %q would send secrets in the clear: use %q", key, raw, "https"+strings.TrimPrefix(raw, "http"))
	}
	return nil
}

// absolute wants scheme http(s) and a host, and neither user, query nor fragment.
func absolute(key, raw, example string) (*url.URL, error) {
	u, err := url.Parse(raw)
	switch {
	case err != nil || strings.ContainsFunc(raw, func(r rune) bool { return r <= ' ' || r == 0x7f }):
		return nil, fmt.Errorf("%s %q is not an address: want one like %q", key, hideUser(raw), example)
	case (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" || u.Opaque != "":
		return nil, fmt.Errorf("%s %q is not an absolute http(s) address: want one like %q", key, hideUser(raw), example)
	case u.User != nil:
		return nil, fmt.Errorf("%s %q contains a user name or password: remove it", key, hideUser(raw))
	case u.RawQuery != "" || u.ForceQuery || strings.Contains(raw, "#"):
		return nil, fmt.Errorf("%s %q has a query or fragment: remove what begins with \"?\" or \"#\"", key, raw)
	}
	if !validPort(u) {
		return nil, fmt.Errorf("%s %q has no valid port: want 1 to 65535, or none", key, raw)
	}
	return u, nil
}

// validPort takes an address without a port too, but not without one after its ":".
func validPort(u *url.URL) bool {
	port := u.Port()
	if port == "" {
		return !strings.HasSuffix(u.Host, ":")
	}
	n, err := strconv.ParseUint(port, 10, 16)
	return err == nil && n > 0
}

// hideUser masks what stands before an "@": it may be a password.
func hideUser(raw string) string {
	at := strings.LastIndexByte(raw, '@')
	if at < 0 {
		return raw
	}
	if start := strings.Index(raw, "://"); start >= 0 && start < at {
		return raw[:start+3] + "…" + raw[at:]
	}
	return "…" + raw[at:]
}

func loopback(host string) bool {
	if strings.EqualFold(strings.TrimSuffix(host, "."), "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback()
}

// validateListeners judges status.listen and pages.listen, alone and together.
func (c Config) validateListeners() error {
	statusHost, statusPort, err := listenAddress("status.listen", c.Status.Listen, Default().Status.Listen)
	var all problems
	all.add(err)
	if err == nil && !c.Status.AllowRemote && !loopback(statusHost) {
		all.addf("status.listen %q can be reached from other machines: use a loopback address such as %q, or set status.allow_remote = true",
			c.Status.Listen, Default().Status.Listen)
	}
	pagesHost, pagesPort, pagesErr := listenAddress("pages.listen", c.Pages.Listen, Default().Pages.Listen)
	all.add(pagesErr)
	if err == nil && pagesErr == nil && statusPort == pagesPort && statusPort != 0 &&
		(strings.EqualFold(statusHost, pagesHost) || wildcard(statusHost) || wildcard(pagesHost)) {
		all.addf("pages.listen %q takes the port of status.listen %q: give each its own port", c.Pages.Listen, c.Status.Listen)
	}
	return all.err()
}

// listenAddress splits "host:port"; the host may be empty (every interface), the port
// 0 (any free one).
func listenAddress(key, raw, example string) (host string, port uint64, err error) {
	host, portText, err := net.SplitHostPort(raw)
	if err != nil {
		return "", 0, fmt.Errorf("%s %q is not host:port: want one like %q", key, raw, example)
	}
	port, err = strconv.ParseUint(portText, 10, 16)
	if err != nil {
		return "", 0, fmt.Errorf("%s %q: port %q is not a number from 0 to 65535: want one like %q", key, raw, portText, example)
	}
	if strings.ContainsFunc(host, func(r rune) bool { return r <= ' ' || r == '/' || r == 0x7f }) {
		return "", 0, fmt.Errorf("%s %q is not host:port: want one like %q", key, raw, example)
	}
	return host, port, nil
}

func wildcard(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "" || (err == nil && ip.IsUnspecified())
}
