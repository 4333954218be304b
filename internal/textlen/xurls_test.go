package textlen

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestXURLsFindsWhatXLinks(t *testing.T) {
	for text, want := range map[string][]string{
		"":       nil,
		"no dot": nil,
		// Bare domains, by their top-level domain alone.
		"README.md a.sh fly.io ai.dev x.com":         {"README.md", "a.sh", "fly.io", "ai.dev", "x.com"},
		"node.js main.go v1.2.3 3.14 i.e. e.g. etc.": nil,
		"example.com/path?q=1#f":                     {"example.com/path?q=1#f"},
		"example.com?q=1":                            {"example.com"}, // a query only after a path
		"example.com:8080":                           {"example.com"},
		"example.com:8080/x":                         {"example.com:8080/x"},
		"www.sub.example.co.uk":                      {"www.sub.example.co.uk"},
		"sub_domain.example.com":                     {"domain.example.com"},
		"https://sub_domain.example.com":             {"https://sub_domain.example.com"},
		"https://do_main.com":                        nil,
		"-a.com _a.com /a.com .a.com":                nil,
		"HTTPS://EXAMPLE.COM/X":                      {"HTTPS://EXAMPLE.COM/X"},
		// What stands before.
		"user@example.com @user@mastodon.social":          nil,
		"#go.dev @go.dev $go.dev":                         nil,
		"#https://a.com @https://a.com $https://a.com":    nil,
		"@＃go.dev ＃go.dev":                                {"go.dev"}, // the full-width sign may itself be of a host
		"(a.com) [b.com] \"c.com\" «d.com» …e.com 'f.com": {"a.com", "b.com", "c.com", "d.com", "e.com", "f.com"},
		"ahttp://example.com":                             nil,
		"日本example.com日本":                                 {"example.com"},
		"日本https://example.com/日本":                        {"https://example.com/"},
		"🚀example.com":                                    {"example.com"},
		"\u2066\u202Aexample.com\u202C\u2069":             {"example.com"},
		"\uFEFFexample.com":                               nil,
		// What stands after.
		"https://a.com. https://b.com, https://c.com! https://d.com?": {"https://a.com", "https://b.com", "https://c.com", "https://d.com"},
		"https://a.com/x. https://a.com/y) https://a.com/z'":          {"https://a.com/x", "https://a.com/y", "https://a.com/z"},
		"https://a.com/x?a=b. https://a.com/?!":                       {"https://a.com/x?a=b", "https://a.com/"},
		"a.com@b a.jp@b a.com-b a.com+b a.comx":                       nil,
		"a.com日本 a.com。 a.com…":                                       {"a.com", "a.com", "a.com"},
		"https://a.com\u3000x":                                        {"https://a.com"},
		// Parentheses and other characters of paths.
		"https://a.com/Primer_(film)":            {"https://a.com/Primer_(film)"},
		"https://a.com/a_(b_(c))_d":              {"https://a.com/a_(b_(c))_d"},
		"https://a.com/a_(b_(c_(d)))":            {"https://a.com/a_"},
		"https://a.com/(x":                       {"https://a.com/"},
		"t.co/abc[(.COM)":                        {"t.co/abc"}, // a group ends a path only after a letter
		"https://a.com/été/Русские–слова":        {"https://a.com/été/Русские–слова"},
		"https://a.com/日本":                       {"https://a.com/"},
		"https://a.com/@user/1 https://a.com/~u": {"https://a.com/@user/1", "https://a.com/~u"},
		// Names beyond ASCII, punycode.
		"https://例え.jp/x":                             {"https://例え.jp/x"},
		"例え.jp":                                       nil, // without a scheme only ASCII and accented Latin
		"test ELPAÍS.com":                             {"ELPAÍS.com"},
		"https://xn--80ak6aa92e.xn--p1ai/":            {"https://xn--80ak6aa92e.xn--p1ai/"},
		"https://xn--はじめよう.com":                       nil,
		"https://twitter.みんな/ twitter.みんなです":          {"https://twitter.みんな/", "twitter.みんな"},
		"https://a.vermögensberatung":                 {"https://a.vermögensberatung"},
		"https://a.भारतम् https://a.भारत":             {"https://a.भारतम्", "https://a.भारत"},
		"https://" + strings.Repeat("あ", 60) + ".com": nil, // over 63 in punycode
		// No host for X.
		"http://localhost/ http://127.0.0.1/ http://[::1]/ http://a": nil,
		"ftp://example.com":     nil, // "/" before a bare domain
		"mailto:me@example.com": nil,
		// t.co.
		"http://t.co/abc+d https://t.co/abc?amp=1":  {"http://t.co/abc", "https://t.co/abc?amp=1"},
		"http://t.co/" + strings.Repeat("a", 41):    nil,
		"t.co/" + strings.Repeat("a", 41):           {"t.co/" + strings.Repeat("a", 41)},
		"http://a.com?r=https://t.co/x http://t.co": {"http://a.com?r=https://t.co/x", "http://t.co"},
		// Known to one of the two lists only, or differently.
		"https://a.kids/x a.kids": {"https://a.kids/x", "a.kids"},
		"a.com.kids":              {"a.com.kids"},
		"https://a.ישראל/":        {"https://a.ישראל/"}, // of 2020, in its own script
		"a.onion a.an":            {"a.onion", "a.an"},  // gone, but X's list has them
		"a.test a.local a.github": nil,
	} {
		var got []string
		for _, s := range XURLs(text) {
			got = append(got, text[s.Start:s.End])
		}
		if len(got)+len(want) > 0 && !cmp.Equal(want, got) {
			t.Errorf("XURLs(%.80q):\n%s", text, cmp.Diff(want, got))
		}
	}
}

func TestXURLsSpeaksOfTheTextAsGiven(t *testing.T) {
	text := "e\u0301te\u0301 https://e\u0301cole.fr/e\u0301 fin"
	want := []Span{{len("e\u0301te\u0301 "), len(text) - len(" fin")}}
	if diff := cmp.Diff(want, XURLs(text)); diff != "" {
		t.Error(diff)
	}
}
