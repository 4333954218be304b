package x

import "testing"

func TestPostIDReadsOnlyAddressesOfPosts(t *testing.T) {
	for address, want := range map[string]string{
		"https://x.com/newsbot/status/1445880548472328192":          "1445880548472328192",
		"https://www.x.com/newsbot/status/1445880548472328192?s=20": "1445880548472328192",
		"https://twitter.com/newsbot/status/1445880548472328192":    "1445880548472328192",
		"https://mobile.twitter.com/i/web/status/14458805484":       "14458805484",
		"https://x.com/i/status/14458805484/":                       "14458805484",
		"http://x.com/newsbot/status/1445880548472328192":           "",
		"https://x.com/newsbot":                                     "",
		"https://x.com.evil.example/newsbot/status/1":               "",
		"https://mastodon.social/@newsbot/1":                        "",
		"https://x.com/newsbot/status/1445880548472328192/photo/1":  "",
		"nonsense": "",
		"":         "",
	} {
		got, _, err := PostID(WebURL, address)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q is %q (%v), want %q", address, got, err, want)
		}
	}
	if got, _, err := PostID("http://127.0.0.1:8080", "http://127.0.0.1:8080/bot/status/12"); got != "12" || err != nil {
		t.Errorf("a compatible server: %q, %v", got, err)
	}
}

func TestPostIDTellsTheAuthorWhereTheAddressDoes(t *testing.T) {
	for address, want := range map[string]string{"https://x.com/newsbot/status/1": "newsbot", "https://x.com/i/status/1": "", "https://x.com/i/web/status/1": ""} {
		if _, got, err := PostID(WebURL, address); got != want || err != nil {
			t.Errorf("%q is by %q (%v), want %q", address, got, err, want)
		}
	}
}
