package preflight

import (
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"crieur/internal/outside"
)

// leadTo puts the page's image elsewhere.
func (s *site) leadTo(t *testing.T, image string) {
	t.Helper()
	s.change(t, s.URL+"/i.png", image)
}

// TestAnArticlesImageMakesItLookIntoNoNetwork: what is private is asked for nothing, not
// even its robots.txt, however it is written.
func TestAnArticlesImageMakesItLookIntoNoNetwork(t *testing.T) {
	inner := newSite(t)
	port := inner.URL[strings.LastIndex(inner.URL, ":"):]
	for _, host := range []string{"127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "0.0.0.0", "10.0.0.1", "169.254.169.254", "[fd00:ec2::254]"} {
		s := newSite(t)
		s.leadTo(t, "http://"+host+port+"/i.png")
		got := strings.Join(findings(t, s.check(t, nil)), "\n")
		for _, want := range []string{"robots.txt http://" + host + port, "image http://" + host + port + "/i.png is at a private address, ", "(X, Mastodon)", "give the article another image"} {
			if !strings.Contains(got, want) {
				t.Errorf("%s: no word of %q in:\n%s", host, want, got)
			}
		}
		if strings.Contains(got, "tries") {
			t.Errorf("%s was tried again:\n%s", host, got)
		}
	}
	if n := len(inner.asked); n != 0 {
		t.Errorf("the inner server was asked %d times", n)
	}
}

// TestNoRedirectLeadsIntoANetwork: neither from the page's own host nor from one that the
// article names.
func TestNoRedirectLeadsIntoANetwork(t *testing.T) {
	inner := newSite(t)
	away := http.RedirectHandler(inner.URL+"/i.png", http.StatusFound).ServeHTTP
	for name, c := range map[string]struct {
		lead func(s, public *site)
		want string // empty: no finding
	}{
		"none": {func(_, _ *site) {}, ""},
		"of the page": {func(s, _ *site) {
			s.page = http.RedirectHandler(inner.URL+"/a", http.StatusFound).ServeHTTP
		}, "page " + inner.URL + "/a is at a private address"},
		"of its robots.txt":   {func(s, _ *site) { s.robots = away }, "robots.txt " + inner.URL},
		"of its own image":    {func(s, _ *site) { s.image = away; s.leadTo(t, s.URL+"/i.png") }, "image " + inner.URL + "/i.png is at a private address"},
		"of the other image":  {func(_, public *site) { public.image = away }, "image " + inner.URL + "/i.png is at a private address"},
		"of the other robots": {func(_, public *site) { public.robots = away }, "robots.txt " + inner.URL},
	} {
		s, public := newSite(t), newSite(t)
		s.leadTo(t, public.URL+"/i.png")
		c.lead(s, public)
		err := s.check(t, func(o *Options) {
			// For this test one loopback port stands for the public internet.
			front := netip.MustParseAddrPort(strings.TrimPrefix(public.URL, "http://"))
			o.allow = func(at netip.AddrPort) error {
				if at == front {
					return nil
				}
				return outside.Public(at)
			}
		})
		if c.want == "" && err != nil {
			t.Errorf("%s: %v", name, err)
		} else if c.want != "" {
			if got := strings.Join(findings(t, err), "\n"); !strings.Contains(got, c.want) {
				t.Errorf("%s: no word of %q in:\n%s", name, c.want, got)
			}
		}
	}
	if n := len(inner.asked); n != 0 {
		t.Errorf("the inner server was asked %d times", n)
	}
}
