package control

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"crieur/internal/outside"
	"crieur/internal/platform"
	"crieur/internal/redirect"
)

const (
	pagesWithin   = 15 * time.Second
	mostRedirects = 3 // what Mastodon follows
)

// CheckPages asks, as readers do, for what every site of crieur has, and tells what
// stands in the way. local is the address that the daemon serves the pages at; with it
// the site is known to be this crieur's and not another one's. "" asks without.
func CheckPages(ctx context.Context, baseURL, local, userAgent string) Finding {
	ctx, cancel := context.WithTimeout(ctx, pagesWithin)
	defer cancel()
	f := Finding{Subject: "public address " + baseURL}
	base, err := url.Parse(baseURL)
	if err != nil || base.Host == "" {
		f.Detail, f.Way = "no address", "set [site] base_url"
		return f
	}
	a, err := get(ctx, baseURL+"/robots.txt", userAgent)
	switch {
	case err != nil:
		f.Detail, f.Way = cause(err), unreached(base, err)
		return f
	case a.status == http.StatusBadGateway || a.status == http.StatusServiceUnavailable || a.status == http.StatusGatewayTimeout:
		f.Detail = fmt.Sprintf("the web server answers %d", a.status)
		f.Way = "it does not reach crieur: let it pass the address on to pages.listen, and see that the daemon runs"
		return f
	case a.status != http.StatusOK || a.body != redirect.Robots:
		f.Detail = fmt.Sprintf("somebody else answers (/robots.txt: %d, not crieur's)", a.status)
		f.Way = "let the web server pass the whole of the address on to pages.listen"
		return f
	}
	if local != "" {
		same, age := sameSite(ctx, baseURL, "http://"+local, userAgent)
		switch {
		case same:
		case age > 0:
			f.Notes = append(f.Notes, fmt.Sprintf("a cache that ignores queries answered with a feed of %d s ago, which is not what this crieur says now: whether it is this crieur's is not known; check again in a minute, without a post in between", age))
		default:
			f.Detail = "another crieur answers, or a cache that ignores queries: the feed is not this one's"
			f.Way = "let the web server pass the address on to this machine's pages.listen, " + local + "; where it is the cache, check again in a minute"
			return f
		}
	}
	f.OK, f.Detail = true, "answers, and it is crieur"
	if private := privately(ctx, base.Hostname()); private != "" {
		f.Notes = append(f.Notes, fmt.Sprintf("here the name leads to %s, which is not public: where readers are led may be another place, so look from outside too: curl -I %s/robots.txt", private, baseURL))
	}
	return f
}

// sameSite compares the feeds, under an address that no cache has. A post may come between
// the two. age: that of the public one in seconds, where a cache had it all the same.
func sameSite(ctx context.Context, public, local, userAgent string) (same bool, age int) {
	for range 3 {
		feed := "/feed.xml?" + rand.Text()
		p, err1 := get(ctx, public+feed, userAgent)
		l, err2 := get(ctx, local+feed, userAgent)
		if err1 == nil && err2 == nil && p.status == l.status && p.body == l.body {
			return true, 0
		}
		age = p.age
	}
	return false, age
}

// got is an answer.
type got struct {
	status int
	age    int // in seconds, in a cache; 0: it is the server's own
	body   string
}

func get(ctx context.Context, address, userAgent string) (got, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return got{}, err
	}
	req.Header.Set("User-Agent", userAgent)
	client := &http.Client{Transport: platform.NewTransport(), CheckRedirect: func(_ *http.Request, via []*http.Request) error {
		if len(via) > mostRedirects {
			return errors.New("it redirects without end")
		}
		return nil
	}}
	resp, err := client.Do(req)
	if err != nil {
		return got{}, err
	}
	a := got{status: resp.StatusCode}
	if outside.CloseSwitched(resp) {
		return a, nil
	}
	if n, err := strconv.Atoi(resp.Header.Get("Age")); err == nil {
		a.age = n
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, 4<<20))
	a.body = string(body)
	return a, errors.Join(err, resp.Body.Close())
}

// cause is an error without the address, which the line begins with.
func cause(err error) string {
	if u, ok := errors.AsType[*url.Error](err); ok {
		if u.Timeout() {
			return "no answer in time"
		}
		return u.Err.Error()
	}
	return err.Error()
}

// unreached is the way out where no answer came.
func unreached(base *url.URL, err error) string {
	outside := fmt.Sprintf("; where only this machine cannot reach it (a DNS of its own, NAT without a way back), look from outside: curl -I %s/robots.txt", base)
	dns, unknown := errors.AsType[*net.DNSError](err)
	switch {
	case unknown && dns.IsNotFound:
		return "make a DNS record for " + base.Hostname() + outside
	case unknown:
		return "see that this machine can ask for names (DNS)" + outside
	case strings.Contains(err.Error(), "certificate") || strings.Contains(err.Error(), "tls:"):
		return "give the web server a valid certificate for " + base.Hostname()
	}
	return "see that a web server listens there and that no firewall is in between" + outside
}

// privately is an address of the name that readers elsewhere cannot use; "" when there is none.
func privately(ctx context.Context, host string) string {
	addrs, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return ""
	}
	i := slices.IndexFunc(addrs, func(a netip.Addr) bool {
		a = a.Unmap()
		return a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast()
	})
	if i < 0 {
		return ""
	}
	return addrs[i].Unmap().String()
}
