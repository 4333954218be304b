package article

import "testing"

func TestAddressesArePlainHTTP(t *testing.T) {
	for _, s := range []string{
		"https://example.com", "http://example.com:8080/a?b=c#d", "HTTPS://Example.COM/", "https://fr.wikipedia.org/wiki/Géopolitique", "https://пример.рф/",
		"https://[2001:db8::1]/", "https://e.org/a_(b)'c,d;e!f*~", "https://e.org/" + repeat("a", maxAddress-14),
	} {
		if err := checkAddress("source", s); err != nil {
			t.Errorf("%s: %v", s, err)
		}
	}
	for _, s := range []string{
		"ftp://e.org/", "javascript:alert(1)", "JavaScript://e.org/%0aalert(1)", "data:text/html,a", "//e.org/", "e.org", "/a", "mailto:a@e.org", "file:///etc/passwd",
		"https:e.org", "https://", "https:///a", "https://:80/", "https://a@e.org/", "https://a:b@e.org/", "https://@e.org/", "https://e.org:99999/", "https://e.org:x/",
		"https://e.org/a b", "https://e.org/\ta", "https://e.org/\n", "https://e.org/\u00a0", "https://e.org/\u202e", "https://e.org/\x00", "https://e.org/\u200b",
		"https://e.org\\@f.org/", "https://e.org/<b>", "https://e.org/\"a", "https://e.org/`", "https://e.org/%zz", "https://[::1/", "https://e.org/" + repeat("a", maxAddress-13),
		" https://e.org/", "https://e.org/\xff",
	} {
		if err := checkAddress("source", s); err == nil {
			t.Errorf("%q was accepted", s)
		}
	}
}

func TestCanonicalSourceIsTheSameForTheSamePage(t *testing.T) {
	for _, c := range []struct{ source, want string }{
		{"https://Example.COM", "https://example.com/"},
		{"HTTPS://example.com:443/#a", "https://example.com/"},
		{"http://example.com:80/A?b=C#d", "http://example.com/A?b=C"},
		{"http://example.com:443/", "http://example.com:443/"},
		{"https://example.com:/a", "https://example.com/a"},
		{"https://example.com/é", "https://example.com/%C3%A9"},
		{"https://example.com/%C3%A9", "https://example.com/%C3%A9"},
		{"https://[2001:DB8::1]:443/", "https://[2001:db8::1]/"},
		{"", ""},
	} {
		same(t, c.want, Article{Source: c.source}.CanonicalSource())
	}
	same(t, "https://e.org/b", Article{Link: "https://E.org/b#c"}.CanonicalSource())
	same(t, "https://e.org/a", Article{Source: "https://e.org/a", Link: "https://E.org/b#c"}.CanonicalSource())
}

func TestFingerprintIgnoresSpacingAndComposition(t *testing.T) {
	a := Article{Teaser: "L’été", Body: "Un  deux\n\ntrois"}
	same(t, a.Fingerprint(), Article{Title: "x", Teaser: " L’e\u0301te\u0301 ", Body: "Un deux trois\n"}.Fingerprint())
	if len(a.Fingerprint()) != 64 {
		t.Errorf("fingerprint %q", a.Fingerprint())
	}
	for _, other := range []Article{{Teaser: "L’été", Body: "Un deux"}, {Teaser: "L’ete", Body: "Un deux trois"}, {Teaser: "L’été Un", Body: "deux trois"}} {
		if other.Fingerprint() == a.Fingerprint() {
			t.Errorf("%+v has the same fingerprint", other)
		}
	}
}
