package visits

import (
	"bufio"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
)

// Each line of agents.txt is an origin and a User-Agent as they come, without a referrer.
func TestEachAgentIsWhatItIs(t *testing.T) {
	f, err := os.Open("testdata/agents.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	c, n, of := NewClassifier(nil), 0, map[Origin]int{}
	for s := bufio.NewScanner(f); s.Scan(); {
		if s.Text() == "" || strings.HasPrefix(s.Text(), "#") {
			continue
		}
		want, agent, ok := strings.Cut(s.Text(), "\t")
		if !ok {
			t.Fatalf("%q: want an origin, a tab and a User-Agent", s.Text())
		}
		n++
		got := c.Classify(page(agent, ""))
		of[got]++
		if got.String() != want {
			t.Errorf("%s, want %s: %s", got, want, agent)
		}
	}
	if n < 80 || of[Direct] < 20 || of[Crawler] < 20 || of[Preview] < 20 {
		t.Errorf("%d agents: %v", n, of)
	}
}

func page(agent, referer string) Request {
	return Request{Method: "GET", Page: true, Status: 200, UserAgent: agent, Referer: referer}
}

func TestTheReferrerTellsWhereAReaderCameFrom(t *testing.T) {
	c := NewClassifier(func(host string) bool { return host == "social.journal.example" })
	for referer, want := range map[string]Origin{
		"":                                                       Direct,
		"about:blank":                                            Direct,
		"https://t.co/":                                          X,
		"https://t.co/AbCdEf1234":                                X,
		"http://T.CO/x":                                          X,
		"https://x.com/":                                         X,
		"https://mobile.x.com/":                                  X,
		"https://twitter.com/i/lists/1":                          X,
		"android-app://com.twitter.android/":                     X,
		"https://nott.co/":                                       Other,
		"https://t.co.evil.example/":                             Other,
		"https://xx.com/":                                        Other,
		"https://social.journal.example/@a":                      Mastodon,
		"https://SOCIAL.journal.example:443":                     Mastodon,
		"https://mastodon.social/":                               Mastodon,
		"https://mstdn.jp/home":                                  Mastodon,
		"https://mamot.fr/":                                      Mastodon,
		"https://elk.zone/mamot.fr/@a/1":                         Mastodon,
		"android-app://org.joinmastodon.android/":                Mastodon,
		"https://mastodonte.example/":                            Other,
		"https://feedly.com/i/subscription":                      Feed,
		"https://www.inoreader.com/article/1":                    Feed,
		"android-app://com.devhd.feedly/":                        Feed,
		"https://www.google.com/":                                Other,
		"android-app://com.google.android.googlequicksearchbox/": Other,
		"https://news.example.org/another-page":                  Other,
		"%zz":                                                    Other,
	} {
		if got := c.Classify(page(safari, referer)); got != want {
			t.Errorf("%q: %s, want %s", referer, got, want)
		}
	}
}

func TestOnlyAPageThatWasReadCounts(t *testing.T) {
	c := NewClassifier(nil)
	for _, row := range []struct {
		method string
		page   bool
		status int
		want   Origin
	}{
		{"GET", true, 200, X},
		{"GET", true, 304, X}, // a reader came back
		{"HEAD", true, 200, None},
		{"POST", true, 200, None},
		{"GET", false, 200, None}, // record, feed, image, robots.txt
		{"GET", true, 0, None},
		{"GET", true, 206, None},
		{"GET", true, 301, None},
		{"GET", true, 404, None},
		{"GET", true, 406, None},
		{"GET", true, 410, None},
		{"GET", true, 412, None},
		{"GET", true, 503, None},
	} {
		r := page(safari, "https://t.co/")
		r.Method, r.Page, r.Status = row.method, row.page, row.status
		if got := c.Classify(r); got != row.want {
			t.Errorf("%+v: %s", row, got)
		}
		r.UserAgent = "Twitterbot/1.0"
		if want := row.want; want == None && c.Classify(r) != None {
			t.Errorf("%+v: counted for a machine", row)
		}
	}
}

func TestWhatABrowserFetchesInAdvanceIsAPreview(t *testing.T) {
	c := NewClassifier(nil)
	for _, row := range []struct {
		name, value string
		want        Origin
	}{
		{"Sec-Purpose", "prefetch", Preview},
		{"Sec-Purpose", "prefetch;prerender", Preview},
		{"Sec-Purpose", "prefetch;anonymous-client-ip", Preview},
		{"Purpose", "prefetch", Preview},
		{"Purpose", "preview", Preview},
		{"X-Purpose", "preview", Preview},
		{"X-Moz", "prefetch", Preview},
		{"Sec-Fetch-Dest", "document", X},
		{"Sec-Fetch-Dest", "empty", Preview}, // a script
		{"Sec-Fetch-Dest", "iframe", Preview},
		{"Sec-Fetch-Dest", "image", Preview},
		{"X-Moz", "", X},
	} {
		r := httptest.NewRequest(http.MethodGet, "/page", nil)
		r.Header.Set("User-Agent", safari)
		r.Header.Set("Referer", "https://t.co/")
		r.Header.Set(row.name, row.value)
		if got := c.Classify(Of(r, true, 200)); got != row.want {
			t.Errorf("%s: %s is %s, want %s", row.name, row.value, got, row.want)
		}
	}
}

// A machine stays one, whatever it tells besides.
func TestAMachineIsNoVisitWhateverItsReferrer(t *testing.T) {
	c := NewClassifier(nil)
	for agent, want := range map[string]Origin{
		"": Crawler, "curl/8.5.0": Crawler, "Twitterbot/1.0": Preview,
		"Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)": Crawler,
	} {
		for _, referer := range []string{"", "https://t.co/", "https://mastodon.social/", "https://feedly.com/"} {
			if got := c.Classify(page(agent, referer)); got != want {
				t.Errorf("%q from %q: %s, want %s", agent, referer, got, want)
			}
		}
	}
}

// No text, however odd, may panic or be counted as more than one of the set.
func FuzzClassify(f *testing.F) {
	f.Add(safari, "https://t.co/")
	f.Add("bo", "http://[::1")
	f.Add("cuBOT", "//")
	c := NewClassifier(nil)
	f.Fuzz(func(t *testing.T, agent, referer string) {
		if o := c.Classify(page(agent, referer)); !o.Valid() {
			t.Errorf("%q from %q: %s", agent, referer, o)
		}
	})
}
