package redirect

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAPageIsServedWithEveryPrecaution(t *testing.T) {
	rec := ask(only(frenchPage()), "GET", "/openai-signe-un-contrat")
	if rec.Code != 200 || rec.Body.String() != mustRender(t, frenchPage()) {
		t.Errorf("status %d, body:\n%s", rec.Code, rec.Body)
	}
	_, css, _ := strings.Cut(rec.Body.String(), "<style>")
	css, _, _ = strings.Cut(css, "</style>")
	sum := sha256.Sum256([]byte(css))
	got := rec.Header().Clone()
	got.Del("ETag")
	got.Del("Last-Modified") // there from the next second on
	want := http.Header{
		"Accept-Ranges":  {"bytes"},
		"Cache-Control":  {"public, max-age=30, stale-while-revalidate=30, stale-if-error=86400"},
		"Content-Length": {strconv.Itoa(len(mustRender(t, frenchPage())))},
		"Content-Security-Policy": {"default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
			"'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
		"Content-Type":               {"text/html; charset=utf-8"},
		"Cross-Origin-Opener-Policy": {"same-origin"},
		"Referrer-Policy":            {"strict-origin-when-cross-origin"},
		"Vary":                       {"Accept-Encoding"},
		"X-Content-Type-Options":     {"nosniff"},
		"X-Frame-Options":            {"DENY"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("headers, of which none sets a cookie (-want +got):\n%s", diff)
	}
	wantNoMarkup(t, "page", rec.Body.String())
}

func TestHeadAnswersAsGetWithoutTheBody(t *testing.T) {
	for _, path := range []string{"/openai-signe-un-contrat", "/openai-signe-un-contrat.json", "/feed.xml", "/robots.txt", "/none", "/"} {
		get, head := ask(only(frenchPage()), "GET", path), ask(only(frenchPage()), "HEAD", path)
		if head.Body.Len() != 0 || get.Body.Len() == 0 {
			t.Errorf("%s: HEAD %d bytes, GET %d", path, head.Body.Len(), get.Body.Len())
		}
		get.Header().Del("Last-Modified") // there from the next second on
		head.Header().Del("Last-Modified")
		if diff := cmp.Diff(get.Header(), head.Header()); diff != "" || get.Code != head.Code {
			t.Errorf("%s: %d and %d (-GET +HEAD):\n%s", path, get.Code, head.Code, diff)
		}
	}
}

func TestAnUnchangedPageIsNotSentAgain(t *testing.T) {
	h := only(frenchPage())
	for _, path := range []string{"/openai-signe-un-contrat", "/openai-signe-un-contrat.json", "/feed.xml", "/robots.txt"} {
		tag := ask(h, "GET", path).Header().Get("ETag")
		for _, match := range []string{tag, "W/" + tag, `"other", ` + tag, "*"} {
			rec := ask(h, "GET", path, "If-None-Match", match)
			if rec.Code != http.StatusNotModified || rec.Body.Len() != 0 || rec.Header().Get("ETag") != tag {
				t.Errorf("%s with %s: status %d, %d bytes", path, match, rec.Code, rec.Body.Len())
			}
			if rec.Header().Get("Content-Security-Policy") == "" {
				t.Errorf("%s: 304 drops the policy", path)
			}
		}
		if rec := ask(h, "GET", path, "If-None-Match", `"other"`); rec.Code != 200 {
			t.Errorf("%s with another tag: status %d", path, rec.Code)
		}
	}
}

func TestTheTagChangesWithThePage(t *testing.T) {
	before, after := frenchPage(), frenchPage()
	before.Posts = nil
	for _, suffix := range []string{"", ".json"} {
		path := "/" + before.Slug + suffix
		tag := ask(only(before), "GET", path).Header().Get("ETag")
		if rec := ask(only(after), "GET", path, "If-None-Match", tag); rec.Code != 200 {
			t.Errorf("%s: status %d though the posts appeared", path, rec.Code)
		}
	}
}

func TestStayIsThePageWithoutItsForward(t *testing.T) {
	rec := ask(only(frenchPage()), "GET", "/openai-signe-un-contrat?stay")
	still := frenchPage()
	still.Forward = ""
	if diff := cmp.Diff(mustRender(t, still), rec.Body.String()); diff != "" || strings.Contains(rec.Body.String(), "refresh") {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestEverythingElseIsNotFoundAndNeverReachesTheSource(t *testing.T) {
	h := Handler(Source{Page: func(slug string) (Page, bool, error) {
		t.Errorf("source was asked for %q", slug)
		return Page{Slug: slug}, true, nil
	}})
	for _, path := range []string{
		"/", "//", "/A", "/a/", "/a/b", "/a.html", "/a.json.json", "/.json", "/robots.txt/", "/ROBOTS.TXT", "/favicon.ico", "/-a", "/a-", "/a--b",
		"/a_b", "/a%00", "/a%2Fb", "/%2e%2e/etc/passwd", "/..", "/a%0d%0aX-Evil:1", "/caf%C3%A9", "/a%20b", "/a'b", "/<script>", "/.well-known/x",
		"/" + strings.Repeat("a", 129), "/wp-login.php", "/a;b", "/a,b", "/%F0%9F%8E%AF",
	} {
		rec := ask(h, "GET", "http://pages.example"+strings.ReplaceAll(path, "<", "%3C"))
		if rec.Code != http.StatusNotFound || rec.Header().Get("Cache-Control") != "public, max-age=300" {
			t.Errorf("%s: status %d", path, rec.Code)
		}
		wantNoMarkup(t, path, rec.Body.String())
	}
	if rec := ask(only(frenchPage()), "GET", "/unknown-slug"); rec.Code != http.StatusNotFound || rec.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("unknown slug, which may be known the next moment: status %d, %s", rec.Code, rec.Header().Get("Cache-Control"))
	}
	if !ValidSlug(strings.Repeat("a", 128)) || !ValidSlug("0") || !ValidSlug("a-1-b") {
		t.Error("good slugs are refused")
	}
}

func TestOtherMethodsAreToldWhatIsAllowed(t *testing.T) {
	for _, method := range []string{"POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND"} {
		for _, path := range []string{"/openai-signe-un-contrat", "/robots.txt", "/", "/none.json"} {
			rec := ask(only(frenchPage()), method, path)
			if rec.Code != http.StatusMethodNotAllowed || rec.Header().Get("Allow") != "GET, HEAD" {
				t.Errorf("%s %s: status %d, Allow %q", method, path, rec.Code, rec.Header().Get("Allow"))
			}
		}
	}
}

func TestAFailingSourceIsUnavailableAndKeepsItsReasonToItself(t *testing.T) {
	denied := errors.New("open /var/lib/crieur: denied")
	h := Handler(Source{
		Version: func() (Version, error) { return Version{}, nil },
		Page:    func(string) (Page, bool, error) { return Page{}, false, denied },
		Feed:    func(int) (Feed, error) { return Feed{}, denied },
	})
	for _, path := range []string{"/a", "/a.json", "/feed.xml"} {
		rec := ask(h, "GET", path)
		if rec.Code != http.StatusServiceUnavailable || rec.Header().Get("Retry-After") != "30" || strings.Contains(rec.Body.String(), "/var/lib") {
			t.Errorf("%s: status %d:\n%s", path, rec.Code, rec.Body)
		}
	}
}

func TestCrawlersAreWelcome(t *testing.T) {
	rec := ask(only(Page{}), "GET", "/robots.txt")
	if rec.Code != 200 || rec.Body.String() != "User-agent: *\nAllow: /\n" || rec.Header().Get("Content-Type") != "text/plain; charset=utf-8" {
		t.Errorf("status %d, %q, %q", rec.Code, rec.Header().Get("Content-Type"), rec.Body)
	}
}
