package sandbox

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha1" // RFC 5849 §3.4.2 has nothing else that X speaks
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	oauthWindow = 5 * time.Minute // how far a timestamp may be off
	maxNonces   = 50_000
)

// consumer checks OAuth 1.0a signatures (RFC 5849) of one client app.
type consumer struct {
	consumerKey, consumerSecret string
	nonces                      map[string]kept[struct{}]
}

var (
	errTimestamp  = errors.New("the timestamp is out of bounds")
	errToken      = errors.New("the token is unknown")
	errNotAllowed = errors.New("the request could not be authenticated")
)

// check verifies the signature of a request and returns its oauth_ parameters.
// secretOf gives the secret of a token; "" is the token of a request that has none yet.
func (o *consumer) check(c *call, secretOf func(token string) (string, bool)) (map[string]string, error) {
	p, err := oauthHeader(c.Header.Get("Authorization"))
	if err != nil {
		return nil, err
	}
	if p["oauth_consumer_key"] != o.consumerKey || p["oauth_signature_method"] != "HMAC-SHA1" ||
		(p["oauth_version"] != "" && p["oauth_version"] != "1.0") || p["oauth_nonce"] == "" {
		return nil, errNotAllowed
	}
	tokenSecret, ok := secretOf(p["oauth_token"])
	if !ok {
		return nil, errToken
	}
	seconds, err := strconv.ParseInt(p["oauth_timestamp"], 10, 64)
	if err != nil {
		return nil, errTimestamp
	}
	if off := c.now.Sub(time.Unix(seconds, 0)).Abs(); off > oauthWindow {
		return nil, errTimestamp
	}
	want := sign(baseString(c, p), o.consumerSecret, tokenSecret)
	got, err := base64.StdEncoding.DecodeString(p["oauth_signature"])
	if err != nil || !hmac.Equal(want, got) {
		return nil, errNotAllowed
	}
	return p, o.spend(p, c.now)
}

// spend refuses a nonce that was used before with the same timestamp and token.
func (o *consumer) spend(p map[string]string, now time.Time) error {
	nonce := strings.Join([]string{p["oauth_timestamp"], p["oauth_token"], p["oauth_nonce"]}, "&")
	if _, used := o.nonces[nonce]; used {
		return errNotAllowed
	}
	prune(o.nonces, now, maxNonces)
	o.nonces[nonce] = kept[struct{}]{until: now.Add(2 * oauthWindow)}
	return nil
}

// oauthHeader reads the parameters of an Authorization header (RFC 5849 §3.5.1).
func oauthHeader(h string) (map[string]string, error) {
	scheme, rest, _ := strings.Cut(h, " ")
	if !strings.EqualFold(scheme, "OAuth") {
		return nil, errNotAllowed
	}
	p := map[string]string{}
	for pair := range strings.SplitSeq(rest, ",") {
		name, value, ok := strings.Cut(strings.TrimSpace(pair), "=")
		value, opened := strings.CutPrefix(value, `"`)
		value, closed := strings.CutSuffix(value, `"`)
		name, err1 := url.PathUnescape(name)
		value, err2 := url.PathUnescape(value)
		if _, twice := p[name]; twice || !ok || !opened || !closed || err1 != nil || err2 != nil {
			return nil, errNotAllowed
		}
		p[name] = value
	}
	return p, nil
}

// baseString is what is signed (RFC 5849 §3.4.1): method, address and all parameters
// of the header, the query and a form body, but the signature and the realm.
func baseString(c *call, oauth map[string]string) string {
	type pair struct{ name, value string }
	var pairs []pair
	for name, value := range oauth {
		if name != "oauth_signature" && name != "realm" {
			pairs = append(pairs, pair{escape(name), escape(value)})
		}
	}
	for _, values := range []url.Values{c.URL.Query(), c.form} {
		for name, list := range values {
			for _, value := range list {
				pairs = append(pairs, pair{escape(name), escape(value)})
			}
		}
	}
	slices.SortFunc(pairs, func(a, b pair) int {
		return cmp.Or(strings.Compare(a.name, b.name), strings.Compare(a.value, b.value))
	})
	joined := make([]string, len(pairs))
	for i, p := range pairs {
		joined[i] = p.name + "=" + p.value
	}
	address := "http://" + strings.TrimSuffix(strings.ToLower(c.Host), ":80") + c.URL.EscapedPath()
	return c.Method + "&" + escape(address) + "&" + escape(strings.Join(joined, "&"))
}

func sign(base, consumerSecret, tokenSecret string) []byte {
	mac := hmac.New(sha1.New, []byte(escape(consumerSecret)+"&"+escape(tokenSecret)))
	mac.Write([]byte(base))
	return mac.Sum(nil)
}

// escape is the percent-encoding of RFC 5849 §3.6: all but the unreserved characters of RFC 3986.
func escape(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-._~", c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}
