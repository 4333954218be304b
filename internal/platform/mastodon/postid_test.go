package mastodon

import "testing"

func TestPostIDReadsOnlyAddressesOfTheServersPosts(t *testing.T) {
	for address, want := range map[string]string{
		"https://mastodon.social/@newsbot/117673253487640576":               "117673253487640576",
		"https://Mastodon.social/users/newsbot/statuses/117673253487640576": "117673253487640576",
		"https://mastodon.social/@newsbot/statuses/01JD3TQ7V6":              "01JD3TQ7V6",
		"https://mastodon.social/newsbot/p/1700000000.123456":               "1700000000.123456",
		"https://mastodon.social/@newsbot":                                  "",
		"https://mastodon.example/@newsbot/117673253487640576":              "",
		"https://mastodon.social/about":                                     "",
		"javascript:alert(1)":                                               "",
	} {
		got, _, err := PostID("https://mastodon.social", address)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q is %q (%v), want %q", address, got, err, want)
		}
	}
}

func TestPostIDTellsTheAuthorWhereTheAddressDoes(t *testing.T) {
	for address, want := range map[string]string{
		"https://m.example/@newsbot/1176": "newsbot", "https://m.example/users/newsbot/statuses/1176": "newsbot",
		"https://m.example/newsbot/p/17.1": "newsbot", "https://m.example/objects/abc": "",
	} {
		if _, got, err := PostID("https://m.example", address); got != want || err != nil {
			t.Errorf("%q is by %q (%v), want %q", address, got, err, want)
		}
	}
}
