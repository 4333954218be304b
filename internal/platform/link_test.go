package platform

import (
	"strings"
	"testing"
	"unicode"
)

func TestALinkIsOnePageHoweverItIsWritten(t *testing.T) {
	t.Parallel()
	const link = "https://pages.example/slug"
	for other, same := range map[string]bool{
		link: true, "http://Pages.Example:443/slug/": true, " https://pages.example/slug ": true, "pages.example/slug": true,
		"https://pages.example/slug-2": false, "https://pages.example/Slug": false, "https://pages.example/slug?a": false,
		"https://pages.example/slug#a": false, "https://pages.example:8443/slug": false, "javascript:alert(1)": false, "": false,
		"https://u@pages.example/slug": false, "https://pages.example\x00/slug": false, "ftp://pages.example/slug": false,
	} {
		if SameLink(link, other) != same || SameLink(other, link) != same {
			t.Errorf("SameLink(%q) is not %v", other, same)
		}
	}
	if !SameLink("https://été.example/", "https://xn--t-9fab.example") || SameLink("", "") {
		t.Error("a host in either spelling is one host, and nothing is no page")
	}
}

func TestALinkStandsInATextAsAWord(t *testing.T) {
	t.Parallel()
	const link = "http://127.0.0.1/slug"
	for text, holds := range map[string]bool{
		link: true, "a " + link + " b": true, "(" + link + ")": true, "a\n" + link + "/\nb": true, link + ".": true, "« " + link + " »": true,
		link + "-2 " + link: true, link + "-2": false, link + ".json": false, link + "/2": false, link + "?a": false,
		"x" + link: false, "http://e.example/?u=" + link: false, link[:10]: false, "": false, link + link: false,
	} {
		if HoldsLink(text, link) != holds {
			t.Errorf("HoldsLink(%q) is not %v", text, holds)
		}
	}
	if HoldsLink("text", "") || HoldsLink("/", "/") {
		t.Error("an empty link stands nowhere")
	}
}

func TestTextsAreComparedWithoutWhatPlatformsChange(t *testing.T) {
	t.Parallel()
	if a, b := textKey("e\u0301te\u0301\r\n\r\n a\u00a0b ❤\ufe0f"), textKey(" été a b ❤"); a != b {
		t.Errorf("%q is not %q", a, b)
	}
	if a, b := textKey("README\u2060.md"), textKey("README.md"); a != b {
		t.Errorf("%q is not %q", a, b)
	}
	if textKey("a b") == textKey("ab") || lettersOf("*a* b 🚀") != lettersOf("ab") || lettersOf("🚀") != "" {
		t.Error("the keys keep too much or too little")
	}
}

func FuzzHoldsLink(f *testing.F) {
	f.Add("a http://127.0.0.1/slug b", "http://127.0.0.1/slug")
	f.Fuzz(func(t *testing.T, text, link string) {
		_, isLink := PlainLink(link)
		isLink = isLink && !strings.ContainsFunc(link, unicode.IsSpace)
		if isLink && HoldsLink(text, link) && !HoldsLink("a "+text+" b", link) {
			t.Errorf("%q lost %q in a sentence", text, link)
		}
		if SameLink(text, link) != SameLink(link, text) {
			t.Errorf("%q and %q: not symmetric", text, link)
		}
	})
}
