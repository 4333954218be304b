package preflight

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func parse(t *testing.T, address string) *url.URL {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestRobotsByRFC9309(t *testing.T) {
	for _, c := range []struct {
		name, text, path string
		want             bool // Twitterbot is allowed
	}{
		{"empty", "", "/a", true},
		{"all shut out", "User-agent: *\nDisallow: /", "/a", false},
		{"star as a path", "User-agent: *\nDisallow: *", "/a", false},
		{"one bot freed by an empty rule", "User-agent: Twitterbot\nDisallow:\n\nUser-agent: *\nDisallow: /", "/a", true},
		{"one bot freed, the other order", "User-agent: *\nDisallow: /\nUser-agent: twitterBOT\nAllow: /", "/a", true},
		{"by name with version", "User-agent: Twitterbot/1.0\nDisallow: /", "/a", false},
		{"another bot of a similar name", "User-agent: Twitter\nDisallow: /", "/a", true},
		{"several names of one group", "User-agent: Twitterbot\nUser-agent: Foo\nDisallow: /", "/a", false},
		{"a sitemap between names", "User-agent: Twitterbot\nSitemap: /s\nUser-agent: Foo\nDisallow: /", "/a", false},
		{"two groups of one name", "User-agent: Twitterbot\nAllow: /b\n\nUser-agent: Twitterbot\nDisallow: /", "/a", false},
		{"the longer rule", "User-agent: *\nDisallow: /\nAllow: /a", "/a", true},
		{"the longer rule, the other way", "User-agent: *\nAllow: /\nDisallow: /a", "/ab", false},
		{"as long: allowed", "User-agent: *\nDisallow: /a\nAllow: /a", "/a", true},
		{"the end", "User-agent: *\nDisallow: /a$", "/ab", true},
		{"the end met", "User-agent: *\nDisallow: /*a$", "/xaa", false},
		{"anchored at the start", "User-agent: *\nDisallow: /a*c", "/z/a/c", true},
		{"a star inside", "User-agent: *\nDisallow: /a*c", "/abcd", false},
		{"a query", "User-agent: *\nDisallow: /*?", "/a?x=1", false},
		{"comment, spaces, CRLF, BOM", "\ufeff  USER-AGENT :  * # all\r\nDisallow : / # no\r\n", "/a", false},
		{"CR alone", "User-agent: *\rDisallow: /", "/a", false},
		{"a rule of nobody", "Disallow: /\nUser-agent: *\nAllow: /", "/a", true},
		{"a web page", "<!DOCTYPE html><html><body>Disallow: /</body></html>", "/a", true},
		{"not ASCII", "User-agent: *\nDisallow: /é", "/%C3%A9t%C3%A9", false},
		{"Mastodon alone", "User-agent: Mastodon\nDisallow: /", "/a", true},
	} {
		line := parseRobots(c.text).forbids("Twitterbot", true, parse(t, "https://example.org"+c.path))
		if (line == "") != c.want {
			t.Errorf("%s: allowed %v, want %v (%s)", c.name, line == "", c.want, line)
		}
	}
}

func TestRobotsShuttingOutABotIsFound(t *testing.T) {
	for text, bots := range map[string]string{
		"User-agent: *\nDisallow: /a":          "(X)",
		"User-agent: Mastodon\nDisallow: /a":   "(Mastodon)",
		"User-agent: Twitterbot\nDisallow: /a": "(X)",
	} {
		s := newSite(t)
		s.robots = func(w http.ResponseWriter, _ *http.Request) { serve(w, "text/plain", []byte(text)) }
		wantOne(t, s.check(t, nil), s.URL+"/robots.txt is \"Disallow: /a\" for the page", "it shuts the bot out", bots)
	}
	s := newSite(t)
	s.robots = func(w http.ResponseWriter, _ *http.Request) {
		serve(w, "text/plain", []byte("User-agent: *\nDisallow: /*.png$"))
	}
	wantOne(t, s.check(t, nil), "for the image", "(X)")
}

func TestRobotsThatCannotBeHadShutOutWhoObeysThem(t *testing.T) {
	s := newSite(t)
	s.robots = func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }
	wantOne(t, s.check(t, nil), "robots.txt is a status of 500", "(X)")
	for _, status := range []int{401, 403, 404, 410} {
		s.robots = func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }
		if err := s.check(t, nil); err != nil {
			t.Errorf("%d: %v", status, err)
		}
	}
}

// TestMatchesAgreesWithTheDefinition compares with the plainest reading of a pattern.
func TestMatchesAgreesWithTheDefinition(t *testing.T) {
	var slow func(p, s string) bool
	slow = func(p, s string) bool {
		switch {
		case p == "":
			return true
		case p == "$":
			return s == ""
		case p[0] == '*':
			for i := range len(s) + 1 {
				if slow(p[1:], s[i:]) {
					return true
				}
			}
			return false
		}
		return s != "" && s[0] == p[0] && slow(p[1:], s[1:])
	}
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.StringMatching(`/[ab*]{0,6}\$?`).Draw(t, "pattern")
		s := "/" + rapid.StringMatching(`[ab]{0,8}`).Draw(t, "path")
		if got, want := matches(p, s), slow(p, s); got != want {
			t.Fatalf("%q on %q: %v, want %v", p, s, got, want)
		}
	})
}

func TestARobotsFileOfStarsIsReadInTime(t *testing.T) {
	text := "User-agent: *\nDisallow: /" + strings.Repeat("*a", maxRobots/2) + "b"
	u := parse(t, "https://example.org/"+strings.Repeat("a", 8000))
	if line := parseRobots(text).forbids("Twitterbot", true, u); line != "" {
		t.Error("a pattern with a b matches a path without")
	}
}
