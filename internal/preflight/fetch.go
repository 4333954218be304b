package preflight

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"crieur/internal/outside"
)

// maxRedirects is what Mastodon follows.
const maxRedirects = 3

// request is one thing to fetch, as one bot asks for it.
type request struct {
	thing    string // "page", "image", "robots.txt": the word of findings
	url      *url.URL
	stay     bool  // a redirect to another host is a finding
	limit    int64 // bytes of the decompressed body that are kept
	agent    string
	accept   string // empty: no such header
	encoding string
	language string // empty: no such header
}

// answer is the last answer of a chain of redirects.
type answer struct {
	status int
	header http.Header
	body   []byte
	more   bool // the body goes on after body
}

type fetcher struct {
	home    string            // the page's host
	wire    http.RoundTripper // to it; below http.Client: no cookies, no Referer, no redirects of its own
	others  http.RoundTripper // to all others
	timeout time.Duration
	pause   func(context.Context, time.Duration) error
	close   func()
}

func newFetcher(o Options, page *url.URL) *fetcher {
	f := &fetcher{home: hostOf(page), timeout: o.Timeout, pause: o.Pause, close: func() {}}
	if f.timeout <= 0 {
		f.timeout = oneFetch
	}
	if f.pause == nil {
		f.pause = pause
	}
	f.wire, f.others = o.Transport, o.Transport
	if f.wire == nil {
		allow := o.allow
		if allow == nil {
			allow = outside.Public
		}
		own, others := newTransport(), newTransport()
		own.Proxy = http.ProxyFromEnvironment
		others.DialContext = (&net.Dialer{Control: outside.Only(allow)}).DialContext
		f.wire, f.others = own, others
		f.close = func() { own.CloseIdleConnections(); others.CloseIdleConnections() }
	}
	return f
}

func newTransport() *http.Transport {
	return &http.Transport{
		ForceAttemptHTTP2:      true,
		DisableCompression:     true, // each bot asks for its own
		DisableKeepAlives:      true,
		MaxResponseHeaderBytes: 64 << 10,
	}
}

// fetch tries until there is an answer that is no passing trouble, at most 3 times.
func (f *fetcher) fetch(ctx context.Context, r request) (answer, *finding) {
	for n := 1; ; n++ {
		a, bad, passing := f.once(ctx, r)
		if bad != nil && ctx.Err() != nil {
			return a, late(r.thing)
		}
		if !passing {
			return a, bad
		}
		if n == tries || f.pause(ctx, between) != nil {
			if bad != nil {
				bad.value += fmt.Sprintf(" (tries: %d)", n)
			}
			return a, bad
		}
	}
}

func late(thing string) *finding {
	return &finding{thing, notLookedAt, fmt.Sprintf("the check is over after %v: make the server answer sooner", allOfIt)}
}

// once follows the redirects of one try. passing: the same request may succeed in a moment.
func (f *fetcher) once(ctx context.Context, r request) (a answer, bad *finding, passing bool) {
	ctx, cancel := context.WithTimeout(ctx, f.timeout)
	defer cancel()
	at := r.url
	for hop := 0; ; hop++ {
		res, err := f.ask(ctx, r, at)
		if err != nil {
			bad, passing = trouble(r.thing, at, err, f.timeout)
			return a, bad, passing
		}
		next, bad := redirect(r, at, res, hop)
		if bad != nil || next != nil {
			// What the body of a redirect says is nobody's concern.
			_ = res.Body.Close()
			if bad != nil {
				return a, bad, false
			}
			at = next
			continue
		}
		a = answer{status: res.StatusCode, header: res.Header}
		if outside.CloseSwitched(res) {
			return a, nil, false
		}
		a.body, a.more, err = readBody(res, r)
		_ = res.Body.Close()
		if err != nil {
			bad, passing = trouble(r.thing, at, err, f.timeout)
			return a, bad, passing
		}
		switch a.status {
		case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
			passing = true
		}
		return a, nil, passing
	}
}

func (f *fetcher) ask(ctx context.Context, r request, at *url.URL) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, at.String(), http.NoBody)
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", r.agent)
	req.Header.Set("Accept-Encoding", r.encoding)
	if r.accept != "" {
		req.Header.Set("Accept", r.accept)
	}
	if r.language != "" {
		req.Header.Set("Accept-Language", r.language)
	}
	if hostOf(at) != f.home {
		return f.others.RoundTrip(req)
	}
	return f.wire.RoundTrip(req)
}

// redirect tells where an answer forwards to; nil when it does not.
func redirect(r request, at *url.URL, res *http.Response, hop int) (*url.URL, *finding) {
	switch res.StatusCode {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
	default:
		return nil, nil
	}
	where := res.Header.Get("Location")
	next, err := at.Parse(where)
	if where == "" || err != nil || !isWeb(next) {
		return nil, &finding{r.thing + " redirect", fmt.Sprintf("%d to %q", res.StatusCode, where), "forward to an http(s) address, or answer 200 at once"}
	}
	next.Fragment = ""
	if r.stay && !strings.EqualFold(next.Hostname(), r.url.Hostname()) {
		return nil, &finding{r.thing + " redirect", fmt.Sprintf("%d to %s", res.StatusCode, next), "serve the " + r.thing + " under the host that the post names, or set site.base_url to the other"}
	}
	if hop == maxRedirects {
		return nil, &finding{r.thing + " redirect", fmt.Sprintf("more than %d redirects, the next to %s", maxRedirects, next), "forward at most 3 times; look for a loop between http and https or with and without a slash"}
	}
	return next, nil
}

func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
