package redirect

import (
	"errors"
	"net/http"
	"strings"
	"testing"
)

// TestWhatCannotBeMadeIsTold: the reader gets the page as it was, or 503, and nobody else
// would hear of it. What the source could not read it tells itself.
func TestWhatCannotBeMadeIsTold(t *testing.T) {
	var told []string
	page, wrong := frenchPage(), error(nil)
	url, version := "https://crieur.example.org", Version{}
	h := Handler(Source{
		Version: func() (Version, error) { return version, nil },
		Page: func(slug string) (Page, bool, error) {
			if slug == "panics" {
				var nothing *Page
				return *nothing, true, nil
			}
			return page, slug == page.Slug, wrong
		},
		Feed:   func(int) (Feed, error) { return Feed{URL: url}, wrong },
		Failed: func(slug string, err error) { told = append(told, slug+": "+err.Error()) },
	})
	status := func(path string, want int) {
		t.Helper()
		if rec := ask(h, http.MethodGet, path); rec.Code != want {
			t.Errorf("%s: status %d, want %d", path, rec.Code, want)
		}
	}
	one := func(texts ...string) {
		t.Helper()
		if len(told) != 1 {
			t.Fatalf("told %q", told)
		}
		for _, text := range texts {
			if !strings.Contains(told[0], text) {
				t.Errorf("%q lacks %q", told[0], text)
			}
		}
		told = nil
	}
	status("/feed.xml", http.StatusOK)
	url, version.Articles = "ftp://crieur.example.org", 1
	status("/feed.xml", http.StatusOK) // the one before
	one("feed", "ftp://crieur.example.org")
	status("/panics", http.StatusServiceUnavailable)
	one("panics: ", "nil pointer", "failed_test.go")
	status("/panics.png", http.StatusServiceUnavailable) // nothing is held up
	one("panics: ")

	wrong, version.Articles = errors.New("disk"), 2
	status("/feed.xml", http.StatusOK)
	status("/"+page.Slug, http.StatusServiceUnavailable)
	if len(told) != 0 {
		t.Errorf("of what the source knows: %q", told)
	}
}
