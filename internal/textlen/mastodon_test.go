package textlen

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMastodonCountsClustersLinksAndMentions(t *testing.T) {
	for _, c := range []struct {
		text, warning string
		want          int
	}{
		{"", "", 0},
		{"hello", "", 5},
		{"hello", "news", 9},
		{"  \n hello \n\x00 ", "  news  ", 9},
		{" \u00A0x\u00A0 ", "", 3},
		{"\u00A0", "", 0}, // blank
		{"a\r\nb", "", 3},
		{"👨‍👩‍👧‍👦👍🏽🇫🇷1️⃣🏳️‍⚧️🐦‍🔥", "", 6},
		{"\u0301x", "e", 2}, // the accent joins the warning
		{"क्षि", "", 1},
		{"…—→", "", 3},
		{"https://a.de", "", 23},
		{"https://example.com/" + strings.Repeat("p", 300), "", 23},
		{"Read https://example.com/a.", "", 5 + 23 + 1},
		{"https://a.de\u0301", "", 23}, // the accent joins what stands for the link
		{"(https://example.com/a)", "", 25},
		{"https://example.com/a_(b)", "", 23},
		{"https://example.com/a読む", "", 23},
		{"https://example.com/🚀", "", 23},
		{"読むhttps://example.com/a", "", 25},
		{"xhttps://example.com/a", "", 22},
		{"#https://example.com/a", "", 22},
		{"example.com/abc www.example.com", "", 31},
		{"example.com/https://a.de", "", 24}, // the bare domain takes the link into its path
		{"ipfs://a.com gemini://a.com dat://a.com", "", 23*3 + 2},
		{"ftp://a.com", "", 11},
		{"http://127.0.0.1/ http://localhost/ https://a.test https://a.music https://a.kids", "", 81},
		{"https://a.app https://a.zip", "", 47},
		{"https://t.co/" + strings.Repeat("a", 41), "", 54},
		{"https://t.co/abc?amp=1", "", 23 + 6}, // without the query
		{"https://a.com/" + strings.Repeat("a", 4096-14), "", 23},
		{"https://a.com/" + strings.Repeat("a", 4096-13), "", 4097},
		{"https://" + strings.Repeat("a", 64) + ".com", "", 76},
		{"https://école.fr/" + strings.Repeat("p", 50), "", 23},
		{"https://☃.net/" + strings.Repeat("p", 50), "", 64}, // IDNA 2003 may refuse it: the larger
		{"https://☃.net/", "", 23},
		{"x", "https://example.com/a", 22}, // no discount in the warning
		{"", "https://example.com/a", 23},  // which without text is the text
		{"@alice hi", "", 9},
		{"@alice@example.com hi", "", 9},
		{"@a.b-c@sub.example.com.", "", 7},
		{"@alice@", "", 7},
		{"＠alice@example.com", "", 18},
		{"x@alice@example.com", "", 19},
		{"/@alice@example.com", "", 19},
		{"@alice@例え.jp", "", 6},
		{"@alice@example.com@b", "", 20},
		{"@alice@example.comé", "", 6}, // é is of the host
		{"@alice@" + strings.Repeat("a", 253), "", 6},
		{"@alice@" + strings.Repeat("a", 254), "", 261},
		{"https://a.com/@alice@example.com", "", 23},
		{"#MastodonBot", "", 12},
	} {
		if got := Mastodon(c.text, c.warning, Instance{}); got != c.want {
			t.Errorf("Mastodon(%.60q, %q) = %d, want %d", c.text, c.warning, got, c.want)
		}
	}
}

func TestMastodonObeysTheInstance(t *testing.T) {
	text := "a https://example.com/path 👍🏽"
	for _, c := range []struct {
		instance Instance
		want     int
	}{
		{Instance{}, 2 + 2 + 23 + 2},
		{Instance{URLLength: 10}, 2 + 2 + 10 + 2},
		{Instance{URLLength: 40}, 2 + 2 + 40 + 2},
		{Instance{CodePoints: true}, 2 + 2 + 24 + 3}, // the thumb is two code points
		{Instance{CodePoints: true, URLLength: 60}, 2 + 2 + 60 + 2},
	} {
		if got := Mastodon(text, "cw", c.instance); got != c.want {
			t.Errorf("%+v: %d, want %d", c.instance, got, c.want)
		}
	}
}

func TestMastodonURLsNeedAScheme(t *testing.T) {
	text := "a.com https://b.com, @c@d.com (gemini://e.com/f_(g)) @h@https://i.com"
	var got []string
	for _, s := range MastodonURLs(text) {
		got = append(got, text[s.Start:s.End])
	}
	if diff := cmp.Diff([]string{"https://b.com", "gemini://e.com/f_(g)"}, got); diff != "" {
		t.Error(diff)
	}
}
