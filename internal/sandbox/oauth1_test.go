package sandbox

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"
)

// signed is a request whose every part can be tampered with after signing.
type signed struct {
	params         map[string]string
	consumerSecret string
	tokenSecret    string
	r              *http.Request
}

func newSigned(t *testing.T, x *X, r *http.Request) *signed {
	c := x.Credentials()
	return &signed{r: r, consumerSecret: c.ConsumerSecret, tokenSecret: c.AccessTokenSecret, params: map[string]string{
		"oauth_consumer_key": c.ConsumerKey, "oauth_token": c.AccessToken, "oauth_nonce": secret("n"), "oauth_version": "1.0",
		"oauth_signature_method": "HMAC-SHA1", "oauth_timestamp": strconv.FormatInt(time.Now().Unix(), 10),
	}}
}

func (s *signed) sign(form url.Values) *http.Request {
	s.r.Host = s.r.URL.Host
	base := baseString(&call{Request: s.r, form: form}, s.params)
	s.params["oauth_signature"] = base64.StdEncoding.EncodeToString(sign(base, s.consumerSecret, s.tokenSecret))
	return s.header()
}

func (s *signed) header() *http.Request {
	var pairs []string
	for k, v := range s.params {
		pairs = append(pairs, escape(k)+`="`+escape(v)+`"`)
	}
	s.r.Header.Set("Authorization", "OAuth "+strings.Join(pairs, ", "))
	return s.r
}

func TestTheBaseStringIsThatOfRFC5849(t *testing.T) {
	// The example of §3.4.1.1, whose form body and query have equal names, spaces and reserved characters.
	r, err := http.NewRequest("POST", "http://EXAMPLE.COM:80/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b", nil)
	must(t, err)
	form, err := url.ParseQuery("c2&a3=2+q")
	must(t, err)
	got := baseString(&call{Request: r, form: form}, map[string]string{
		"realm": "Example", "oauth_consumer_key": "9djdj82h48djs9d2", "oauth_token": "kkk9d7dh3k39sjv7", "oauth_signature_method": "HMAC-SHA1",
		"oauth_timestamp": "137131201", "oauth_nonce": "7d8f3e4a", "oauth_signature": "bYT5CMsGcbgUdFHObYMEfcx6bsw=",
	})
	want := "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7"
	equal(t, want, got)
}

func TestEscapeIsRFC3986(t *testing.T) {
	equal(t, "Ladies%20%2B%20Gentlemen", escape("Ladies + Gentlemen"))
	equal(t, "An%20encoded%20string%21", escape("An encoded string!"))
	equal(t, "-._~%2A%27%28%29%E2%98%83%00", escape("-._~*'()☃\x00"))
}

func TestATamperedRequestIsRefused(t *testing.T) {
	s := start(t, Options{V11: true})
	c := freshClient(t)
	update := func(text string) *http.Request {
		return request(t, "POST", s.X.URL+"/1.1/statuses/update.json?include_entities=true", url.Values{"status": {text}}.Encode(),
			"Content-Type", "application/x-www-form-urlencoded")
	}
	for name, tamper := range map[string]func(*signed) *http.Request{
		"body":            func(g *signed) *http.Request { g.sign(url.Values{"status": {"another"}}); return g.r },
		"query":           func(g *signed) *http.Request { g.r.URL.RawQuery = "include_entities=false"; return g.r },
		"added parameter": func(g *signed) *http.Request { g.r.URL.RawQuery += "&trim_user=1"; return g.r },
		"nonce":           func(g *signed) *http.Request { g.params["oauth_nonce"] += "x"; return g.header() },
		"no nonce": func(g *signed) *http.Request {
			delete(g.params, "oauth_nonce")
			return g.sign(url.Values{"status": {"t"}})
		},
		"consumer key":    func(g *signed) *http.Request { g.params["oauth_consumer_key"] += "x"; return g.header() },
		"token":           func(g *signed) *http.Request { g.params["oauth_token"] += "x"; return g.header() },
		"consumer secret": func(g *signed) *http.Request { g.consumerSecret += "x"; return g.sign(url.Values{"status": {"t"}}) },
		"token secret":    func(g *signed) *http.Request { g.tokenSecret += "x"; return g.sign(url.Values{"status": {"t"}}) },
		"signature": func(g *signed) *http.Request {
			g.params["oauth_signature"] = "AAAA" + g.params["oauth_signature"][4:]
			return g.header()
		},
		"no base64": func(g *signed) *http.Request { g.params["oauth_signature"] = "%%"; return g.header() },
		"plaintext method": func(g *signed) *http.Request {
			g.params["oauth_signature_method"] = "PLAINTEXT"
			return g.sign(url.Values{"status": {"t"}})
		},
		"version": func(g *signed) *http.Request {
			g.params["oauth_version"] = "2.0"
			return g.sign(url.Values{"status": {"t"}})
		},
		"early timestamp": func(g *signed) *http.Request {
			g.params["oauth_timestamp"] = fmt.Sprint(time.Now().Add(-6 * time.Minute).Unix())
			return g.sign(url.Values{"status": {"t"}})
		},
		"late timestamp": func(g *signed) *http.Request {
			g.params["oauth_timestamp"] = fmt.Sprint(time.Now().Add(6 * time.Minute).Unix())
			return g.sign(url.Values{"status": {"t"}})
		},
		"no number": func(g *signed) *http.Request {
			g.params["oauth_timestamp"] = "now"
			return g.sign(url.Values{"status": {"t"}})
		},
		"method": func(g *signed) *http.Request {
			g.r.Method = "PUT"
			g.sign(url.Values{"status": {"t"}})
			g.r.Method = "POST"
			return g.r
		},
		"no header": func(g *signed) *http.Request { g.r.Header.Del("Authorization"); return g.r },
		"unquoted":  func(g *signed) *http.Request { g.r.Header.Set("Authorization", "OAuth oauth_token=x"); return g.r },
		"twice the token": func(g *signed) *http.Request {
			g.r.Header.Add("Authorization", `,oauth_token="x"`)
			h := g.r.Header["Authorization"]
			g.r.Header["Authorization"] = []string{h[0] + h[1]}
			return g.r
		},
	} {
		g := newSigned(t, s.X, update("t"))
		g.sign(url.Values{"status": {"t"}})
		if a := send(t, c, tamper(g)); a.Status != http.StatusUnauthorized {
			t.Errorf("%s: answered %d %s", name, a.Status, a.Body)
		}
	}
	equal(t, 0, len(s.X.Posts()))
	g := newSigned(t, s.X, update("un texte: «é» + 100 % & ~*'()"))
	equal(t, 200, send(t, c, g.sign(url.Values{"status": {"un texte: «é» + 100 % & ~*'()"}})).Status)
}

func TestANonceServesOnce(t *testing.T) {
	s := start(t, Options{})
	c := freshClient(t)
	g := newSigned(t, s.X, request(t, "GET", s.X.URL+"/2/users/me", ""))
	r := g.sign(nil)
	equal(t, 200, send(t, c, r).Status)
	a := send(t, c, r)
	equal(t, 401, a.Status)
	equal(t, XErrors()["unauthorized"].Body, strings.TrimSpace(a.Body))
}

func TestV11TellsStrangersApartByCode(t *testing.T) {
	s := start(t, Options{})
	address := s.X.URL + "/1.1/account/verify_credentials.json"
	old := newSigned(t, s.X, request(t, "GET", address, ""))
	old.params["oauth_timestamp"] = "1"
	unknown := newSigned(t, s.X, request(t, "GET", address, ""))
	unknown.params["oauth_token"] = "nobody"
	for want, r := range map[string]*http.Request{
		`"code":135`: old.sign(nil), `"code":89`: unknown.sign(nil), `"code":32`: request(t, "GET", address, ""),
	} {
		if a := send(t, freshClient(t), r); a.Status != 401 || !strings.Contains(a.Body, want) {
			t.Errorf("want %s, got %d %s", want, a.Status, a.Body)
		}
	}
}

func TestV11KnowsSignaturesOnlyAndAKeyOnXIsRecorded(t *testing.T) {
	s := start(t, Options{V11: true})
	r := bearer(request(t, "POST", s.X.URL+"/1.1/statuses/update.json?a=b", "status=x", "Content-Type", "application/x-www-form-urlencoded", "X-Idempotency-Key", "k"), s.X.Credentials().Bearer)
	equal(t, 401, send(t, freshClient(t), r).Status)
	got := s.X.Requests()[0]
	equal(t, Request{N: 1, At: got.At, Op: OpCreate, Method: "POST", Path: "/1.1/statuses/update.json", Query: "a=b", Text: "x", Key: "k", Status: 401}, got)
}

func FuzzOAuthHeader(f *testing.F) {
	f.Add(`OAuth a="b", c="%20"`)
	f.Add(`oauth realm="x",=""`)
	f.Fuzz(func(t *testing.T, h string) {
		p, err := oauthHeader(h)
		if err == nil && len(p) == 0 {
			t.Errorf("%q has neither parameters nor an error", h)
		}
	})
}
