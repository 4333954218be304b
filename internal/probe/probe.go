// Package probe asks whether the source of an article still exists, without letting an
// article's source address reach what is not public.
package probe

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"crieur/internal/outside"
)

const (
	maxRedirects = 5
	timeout      = 30 * time.Second
)

// Options tell Gone who asks, and how.
type Options struct {
	Site         string        // the site's address, told to the source in the User-Agent
	AllowPrivate bool          // also loopback and private addresses: for tests
	Resolver     *net.Resolver // nil: the system's
	Timeout      time.Duration // of everything; 0: 30 s
}

// Gone tells whether the page at address is gone for certain: 404, 410, or a DNS name that
// does not exist any more. Everything unclear (401, 403, 429, 5xx, time-outs, TLS) is an
// error and never gone, and so is an address that is not to be asked: another scheme than
// http(s), or a server that is not on the public internet, at first or after a redirect.
func Gone(ctx context.Context, address string, o Options) (bool, error) {
	return gone(ctx, address, o, o.allow())
}

// allow is where a request may go.
func (o Options) allow() func(netip.AddrPort) error {
	if o.AllowPrivate {
		return func(netip.AddrPort) error { return nil }
	}
	return outside.Public
}

func gone(ctx context.Context, address string, o Options, allow func(netip.AddrPort) error) (bool, error) {
	u, err := url.Parse(address)
	if err != nil {
		return false, fmt.Errorf("source %q: %w", address, err)
	}
	if err := askable(u); err != nil {
		return false, fmt.Errorf("source %q: %w", address, err)
	}
	if o.Timeout <= 0 {
		o.Timeout = timeout
	}
	ctx, cancel := context.WithTimeout(ctx, o.Timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), http.NoBody)
	if err != nil {
		return false, fmt.Errorf("source %q: %w", address, err)
	}
	req.Header.Set("User-Agent", userAgent(o.Site))
	req.Header.Set("Accept", "text/html, */*;q=0.5")
	client, end := newClient(o, allow)
	defer end()
	res, err := client.Do(req)
	if err != nil {
		if o.vanished(ctx, err) {
			return true, nil
		}
		return false, fmt.Errorf("source %s not known to be there or gone: %w", address, err)
	}
	// The status says it all: of the body nothing is read.
	if err := res.Body.Close(); err != nil {
		return false, fmt.Errorf("source %s: close the answer: %w", address, err)
	}
	switch code := res.StatusCode; {
	case code == http.StatusNotFound || code == http.StatusGone:
		return true, nil
	case code >= 200 && code < 300:
		return false, nil
	default:
		return false, fmt.Errorf("source %s not known to be there or gone: status %d", address, code)
	}
}

// newClient keeps no cookies, has no proxy and connects only where allow permits.
func newClient(o Options, allow func(netip.AddrPort) error) (*http.Client, func()) {
	dialer := &net.Dialer{Resolver: o.Resolver, Control: outside.Only(allow)}
	transport := &http.Transport{
		DialContext:            dialer.DialContext,
		ForceAttemptHTTP2:      true,
		DisableKeepAlives:      true,
		MaxResponseHeaderBytes: 64 << 10,
	}
	return &http.Client{
		Transport: transport,
		CheckRedirect: func(req *http.Request, via []*http.Request) error {
			if len(via) > maxRedirects {
				return fmt.Errorf("more than %d redirects", maxRedirects)
			}
			// Whose page led here is nobody's concern.
			req.Header.Del("Referer")
			return askable(req.URL)
		},
	}, transport.CloseIdleConnections
}

func askable(u *url.URL) error {
	if (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" {
		return fmt.Errorf("%s is no http(s) address", u.Redacted())
	}
	return nil
}

func userAgent(site string) string {
	if site == "" {
		return "crieur"
	}
	return "crieur (+" + site + ")"
}

// vanished tells whether err means a DNS name that does not exist. Go gives one error for
// such a name and for one that exists and lacks an address (NODATA); a name with any other
// record exists.
func (o Options) vanished(ctx context.Context, err error) bool {
	if !notFound(err) {
		return false
	}
	var dns *net.DNSError
	errors.As(err, &dns)
	r := o.Resolver
	if r == nil {
		r = net.DefaultResolver
	}
	_, ns := r.LookupNS(ctx, dns.Name)
	_, mx := r.LookupMX(ctx, dns.Name)
	_, txt := r.LookupTXT(ctx, dns.Name)
	return notFound(ns) && notFound(mx) && notFound(txt)
}

func notFound(err error) bool {
	var dns *net.DNSError
	return errors.As(err, &dns) && dns.IsNotFound
}
