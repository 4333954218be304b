package x

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"crieur/internal/platform"
)

type request struct {
	Method, Path, Body string
	Header             http.Header
}

// recording answers 200 with body and hands out the requests.
func recording(t testing.TB, body string) (*httptest.Server, chan request) {
	t.Helper()
	seen := make(chan request, 8)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		read, _ := io.ReadAll(r.Body)
		seen <- request{r.Method, r.URL.Path, string(read), r.Header}
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(server.Close)
	return server, seen
}

const text = "Défense 🇹🇳 <b> & “c” https://news.example/a?b=1&c=2 #IA"

func TestAPostIsTheTextAloneAndHasNoKey(t *testing.T) {
	t.Parallel()
	server, seen := recording(t, `{"data":{"id":"42"}}`)
	c := client(t, Options{BaseURL: server.URL + "/", BearerToken: "bearer-token-5", UserAgent: "crieur/9", WebURL: "https://web.example"})
	receipt, err := c.Post(t.Context(), platform.Post{Text: text, Key: "k", ContentWarning: "cw", Language: "fr"})
	if err != nil {
		t.Fatal(err)
	}
	got := <-seen
	want := request{"POST", "/2/tweets", `{"text":"` + strings.ReplaceAll(text, `"`, `\"`) + `"}`, http.Header{
		"Authorization": {"Bearer bearer-token-5"}, "Content-Type": {"application/json"}, "User-Agent": {"crieur/9"},
		"Accept-Encoding": {"identity"}, "Connection": {"close"}, "Content-Length": got.Header["Content-Length"],
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("request (-want +got):\n%s", diff)
	}
	if receipt.PostID != "42" || receipt.URL != "https://web.example/i/status/42" {
		t.Errorf("receipt %+v", receipt)
	}
}

func TestOAuth1SignsTheRequestThatIsSent(t *testing.T) {
	t.Parallel()
	for api, body := range map[string]string{"v2": `{"data":{"id":"42"}}`, "v1.1": `{"id":42}`} {
		server, seen := recording(t, body)
		if _, err := client(t, Options{BaseURL: server.URL, API: api}).Post(t.Context(), platform.Post{Text: text, Key: "k"}); err != nil {
			t.Fatal(err)
		}
		got := <-seen
		path, form := "/2/tweets", url.Values{}
		if api == "v1.1" {
			path = "/1.1/statuses/update.json"
			form = url.Values{"status": {text}}
			if sent, err := url.ParseQuery(got.Body); err != nil || !maps.EqualFunc(sent, form, slices.Equal[[]string]) {
				t.Errorf("v1.1 sent %s, %v", got.Body, err)
			}
		}
		if got.Path != path {
			t.Errorf("%s went to %s", api, got.Path)
		}
		signature, params := authorization(t, got.Header.Get("Authorization"))
		for k := range form {
			params[k] = form.Get(k)
		}
		if want := sign("POST", server.URL+path, params); signature != want {
			t.Errorf("%s: signature %s, want %s", api, signature, want)
		}
		if got.Header.Get("Idempotency-Key") != "" {
			t.Errorf("%s: a key was sent", api)
		}
	}
}

// authorization takes an OAuth header apart (RFC 5849 §3.5.1).
func authorization(t *testing.T, value string) (string, map[string]string) {
	t.Helper()
	fields, ok := strings.CutPrefix(value, "OAuth ")
	if !ok {
		t.Fatalf("Authorization is %q", value)
	}
	params := map[string]string{}
	for field := range strings.SplitSeq(fields, ", ") {
		k, v, _ := strings.Cut(field, "=")
		plain, err := url.PathUnescape(strings.Trim(v, `"`))
		if err != nil {
			t.Fatal(err)
		}
		params[k] = plain
	}
	signature := params["oauth_signature"]
	delete(params, "oauth_signature")
	if params["oauth_consumer_key"] != "consumer-key-1" || params["oauth_token"] != "access-token-3" || params["oauth_signature_method"] != "HMAC-SHA1" {
		t.Errorf("OAuth parameters %v", params)
	}
	return signature, params
}

// sign computes the signature from the RFC, without the library.
func sign(method, address string, params map[string]string) string {
	var pairs []string
	for k, v := range params {
		pairs = append(pairs, percent(k)+"="+percent(v))
	}
	slices.Sort(pairs)
	mac := hmac.New(sha1.New, []byte("consumer-secret-2&access-secret-4"))
	_, _ = io.WriteString(mac, method+"&"+percent(address)+"&"+percent(strings.Join(pairs, "&")))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// percent is RFC 3986's encoding with the unreserved characters alone left bare.
func percent(s string) string {
	return strings.ReplaceAll(url.QueryEscape(s), "+", "%20")
}

func TestTwitterCompatibleServersAreFound(t *testing.T) {
	t.Parallel()
	for prefix, want := range map[string]string{"": "/1.1/statuses/update.json", "/x": "/x/1.1/statuses/update.json", "/api": "/api/statuses/update.json", "/gs/api/": "/gs/api/statuses/update.json"} {
		server, seen := recording(t, `{"id":42,"external_url":"https://social.example/notice/42","user":{"screen_name":"crier"}}`)
		receipt, err := client(t, Options{BaseURL: server.URL + prefix, API: "v1.1"}).Post(t.Context(), platform.Post{Text: "a"})
		if err != nil || receipt.URL != "https://social.example/notice/42" {
			t.Fatalf("%s: %+v, %v", prefix, receipt, err)
		}
		if got := <-seen; got.Path != want {
			t.Errorf("%s went to %s, want %s", prefix, got.Path, want)
		}
	}
}
