package sandbox

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestACreateAnswers201WithLinksShortenedAndTextEscaped(t *testing.T) {
	s := start(t, Options{})
	a := send(t, signer(t, s.X), tweet(t, s.X, "A & B <now> https://example.com/x?a=1&b=2 end"))
	equal(t, 201, a.Status)
	p := s.X.Posts()[0]
	equal(t, p.ID, a.field(t, "data", "id"))
	if len(p.ID) != 19 || !decimal(p.ID) {
		t.Errorf("ID %q is not of 19 digits", p.ID)
	}
	text := a.field(t, "data", "text")
	if !strings.HasPrefix(text, "A &amp; B &lt;now&gt; https://t.co/") || !strings.HasSuffix(text, " end") || utf8.RuneCountInString(text) != 22+23+4 {
		t.Errorf("text %q", text)
	}
	equal(t, Post{ID: p.ID, Text: "A & B <now> https://example.com/x?a=1&b=2 end", At: p.At, URL: s.X.URL + "/crieur_demo/status/" + p.ID}, p)
}

func TestACreateIsCheckedAsXDoes(t *testing.T) {
	s := start(t, Options{})
	c := signer(t, s.X)
	for _, x := range []struct {
		kind, body string
		status     int
		want       string
	}{
		{"application/json; charset=utf-8", `{"text":"fine","made_with_ai":true,"reply_settings":"mentionedUsers"}`, 201, `"id":`},
		{"application/json", `{"text":"fine"}`, 403, `"detail":"You are not allowed to create a Tweet with duplicate content."`},
		{"application/json", `{"text":" fine\n"}`, 403, `duplicate content`},
		{"application/json", `{"text":"a","status":"b"}`, 400, `$.status: is not defined in the schema and the schema does not allow additional properties`},
		{"application/json", `{"text":"a","reply":{"in_reply_to_tweet_id":"17"}}`, 201, `"id":`},
		{"application/json", `{"text":"b","reply":{}}`, 400, `in_reply_to_tweet_id`},
		{"application/json", `{"text":"b","media":{"media_ids":["1"]}}`, 400, `Your media IDs are invalid.`},
		{"application/json", `{"text":5}`, 400, `$.text: string expected`},
		{"application/json", `{}`, 400, `$.text`},
		{"application/json", `{"text":"  "}`, 400, `$.text`},
		{"application/json", `{"text":"a\ufffe"}`, 400, `$.text`},
		{"application/json", `null`, 400, `not a JSON object`},
		{"application/json", `{"text":"a"`, 400, `not a JSON object`},
		{"text/plain", `{"text":"c"}`, 400, `content-type of application/json`},
		{"application/json", `{"text":"` + strings.Repeat("a", 280) + `"}`, 201, `"id":`},
		{"application/json", `{"text":"` + strings.Repeat("a", 281) + `"}`, 403, `"detail":"Your Tweet text is too long.`},
	} {
		a := send(t, c, request(t, "POST", s.X.URL+"/2/tweets", x.body, "Content-Type", x.kind))
		if a.Status != x.status || !strings.Contains(a.Body, x.want) {
			t.Errorf("%s: got %d %s, want %d %s", x.body, a.Status, a.Body, x.status, x.want)
		}
		if a.Status == 400 {
			equal(t, "https://api.twitter.com/2/problems/invalid-request", a.field(t, "type"))
			equal(t, "One or more parameters to your request was invalid.", a.field(t, "detail"))
		}
	}
	equal(t, 3, len(s.X.Posts()))
}

func TestTheLengthLimitIsXsOwnCount(t *testing.T) {
	s := start(t, Options{XLimit: 40})
	c := signer(t, s.X)
	long := "https://example.com/" + strings.Repeat("long", 30)
	equal(t, 201, send(t, c, tweet(t, s.X, strings.Repeat("a", 16)+" "+long)).Status) // 17 + 23
	equal(t, 403, send(t, c, tweet(t, s.X, strings.Repeat("a", 17)+" "+long)).Status)
}

func TestADeletedPostIsGoneAndFreesItsText(t *testing.T) {
	s := start(t, Options{})
	c := signer(t, s.X)
	id := send(t, c, tweet(t, s.X, "again")).field(t, "data", "id")
	page := s.X.Posts()[0].URL
	equal(t, 200, send(t, c, request(t, "GET", page, "")).Status)
	for range 2 { // X says the same the second time
		a := send(t, c, request(t, "DELETE", s.X.URL+"/2/tweets/"+id, ""))
		equal(t, `{"data":{"deleted":true}}`, strings.TrimSpace(a.Body))
		equal(t, 200, a.Status)
	}
	equal(t, 400, send(t, c, request(t, "DELETE", s.X.URL+"/2/tweets/abc", "")).Status)
	equal(t, 404, send(t, c, request(t, "GET", page, "")).Status)
	equal(t, 201, send(t, c, tweet(t, s.X, "again")).Status)
	equal(t, []string{"again"}, texts(s.X.Posts()))
	_, gone := s.X.Post(id)
	equal(t, false, gone)
}

func TestThePermalinkIsAPageForPeople(t *testing.T) {
	s := start(t, Options{})
	send(t, signer(t, s.X), tweet(t, s.X, "<b>Hi</b> see http://127.0.0.1:9/slug, now"))
	c := freshClient(t)
	for _, address := range []string{s.X.Posts()[0].URL, s.X.URL + "/"} {
		a := send(t, c, request(t, "GET", address, ""))
		equal(t, "text/html; charset=utf-8", a.Header.Get("Content-Type"))
		for _, want := range []string{"&lt;b&gt;Hi&lt;/b&gt; see ", `<a href="http://127.0.0.1:9/slug" rel="nofollow noopener">http://127.0.0.1:9/slug</a>, now`} {
			if !strings.Contains(a.Body, want) {
				t.Errorf("%s lacks %s", a.Body, want)
			}
		}
	}
	equal(t, 404, send(t, c, request(t, "GET", s.X.URL+"/somebody/status/"+s.X.Posts()[0].ID, "")).Status)
	equal(t, 1, len(s.X.Requests()))
}

func FuzzReadTweet(f *testing.F) {
	f.Add([]byte(`{"text":"a"}`))
	f.Add([]byte(`{"reply":{"in_reply_to_tweet_id":"1"}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		if d, problem := readTweet(b); problem != "" && d.text != "" && !strings.HasPrefix(problem, "$") {
			t.Errorf("%q: %s", b, problem)
		}
	})
}
