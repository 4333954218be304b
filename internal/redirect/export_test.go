package redirect

import (
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func exported(t *testing.T, dir string, p Page) int64 {
	t.Helper()
	x, err := OpenExport(dir, Source{
		Page: func(slug string) (Page, bool, error) { return p, slug == p.Slug, nil },
		Feed: func(int) (Feed, error) {
			return Feed{Title: p.SiteTitle, URL: "https://crieur.example.org", Pages: []Page{p}}, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{x.Sweep(), x.Page(p.Slug), x.Shared(), x.Close()} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return x.Changed()
}

func names(t *testing.T, dir string) (out []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			rel, _ := filepath.Rel(dir, path)
			out = append(out, rel)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestFilesAreTheBytesThatAreServed in every coding, of a page that lives and of one
// that was withdrawn.
func TestFilesAreTheBytesThatAreServed(t *testing.T) {
	for _, gone := range []bool{false, true} {
		p := frenchPage()
		p.Withdrawn = gone
		dir, in := filepath.Join(t.TempDir(), "www"), ""
		exported(t, dir, p)
		files := map[string]string{
			"feed.xml": "/feed.xml", "robots.txt": "/robots.txt", "_404.html": "/no-such-page",
		}
		if gone {
			in = "gone/"
		} else {
			files[p.Slug+".stay.html"], files[p.Slug+".png"] = "/"+p.Slug+"?stay", "/"+p.Slug+".png"
		}
		files[in+p.Slug+".html"], files[in+p.Slug+".json"] = "/"+p.Slug, "/"+p.Slug+".json"
		h, want := only(p), 0
		for name, url := range files {
			for suffix, accept := range map[string]string{"": "identity", ".gz": "gzip;q=1, identity;q=0", ".br": "br;q=1, identity;q=0"} {
				if suffix != "" && strings.HasSuffix(name, ".png") {
					continue
				}
				want++
				rec := ask(h, http.MethodGet, url, "Accept-Encoding", accept)
				got, err := os.ReadFile(filepath.Join(dir, name+suffix))
				if err != nil || string(got) != rec.Body.String() || len(got) == 0 {
					t.Errorf("%s%s: %v, %d bytes, served are %d (HTTP %d)", name, suffix, err, len(got), rec.Body.Len(), rec.Code)
				}
				if fi, err := os.Stat(filepath.Join(dir, name+suffix)); err != nil || fi.Mode().Perm() != 0o644 {
					t.Errorf("%s%s: %v, %v", name, suffix, fi, err)
				}
			}
		}
		if got := names(t, dir); len(got) != want {
			t.Errorf("withdrawn %v: want %d files, got %q", gone, want, got)
		}
	}
}

func TestUnchangedFilesAreNotTouched(t *testing.T) {
	dir, p := t.TempDir(), frenchPage()
	if n := exported(t, dir, p); n == 0 {
		t.Error("nothing written")
	}
	stamps := func() string {
		var out string
		for _, name := range names(t, dir) {
			fi, err := os.Stat(filepath.Join(dir, name))
			if err != nil {
				t.Fatal(err)
			}
			out += fmt.Sprintln(name, fi.ModTime())
		}
		return out
	}
	before := stamps()
	if n := exported(t, dir, p); n != 0 || stamps() != before {
		t.Errorf("%d files written again", n)
	}
	// A receipt changes page, page without forward, record and feed, each in three
	// codings, and no image; each gets a moment of its own, by whole seconds.
	page := filepath.Join(dir, p.Slug+".html")
	was, err := os.Stat(page)
	if err != nil {
		t.Fatal(err)
	}
	p.Posts = append(p.Posts, Post{Platform: "x", Account: "second", ID: "9", URL: "https://x.com/c/status/9", PostedAt: time.Date(2026, 7, 2, 0, 0, 0, 0, time.UTC)})
	if n := exported(t, dir, p); n != 12 {
		t.Errorf("%d files written on a receipt, want 12", n)
	}
	if is, err := os.Stat(page); err != nil || is.ModTime().Unix() <= was.ModTime().Unix() {
		t.Errorf("moment of the page: %v, then %v, %v", was.ModTime(), is.ModTime(), err)
	}
}

func TestAWithdrawnPageLeavesOnlyItsNotice(t *testing.T) {
	dir, p := t.TempDir(), frenchPage()
	exported(t, dir, p)
	p.Withdrawn = true
	exported(t, dir, p)
	for _, name := range names(t, dir) {
		if strings.HasPrefix(name, p.Slug) {
			t.Errorf("%s is left", name)
		}
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || strings.Contains(string(b), "OpenAI") {
			t.Errorf("%s: %v: tells of the article", name, err)
		}
	}
}

// TestNothingOutsideOfTheFolderIsWritten whatever links are in it.
func TestNothingOutsideOfTheFolderIsWritten(t *testing.T) {
	dir, p := t.TempDir(), frenchPage()
	outside := filepath.Join(t.TempDir(), "passwd")
	if err := os.WriteFile(outside, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{p.Slug + ".html", p.Slug + ".png", "feed.xml", "robots.txt.gz"} {
		if err := os.Symlink(outside, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	exported(t, dir, p)
	if b, err := os.ReadFile(outside); err != nil || string(b) != "precious" {
		t.Errorf("%q, %v", b, err)
	}
	for _, name := range names(t, dir) {
		if fi, err := os.Lstat(filepath.Join(dir, name)); err != nil || !fi.Mode().IsRegular() {
			t.Errorf("%s: %v, %v", name, fi, err)
		}
	}
	// The folder of what is gone must be none of another place.
	bad := t.TempDir()
	if err := os.Symlink(t.TempDir(), filepath.Join(bad, goneFolder)); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenExport(bad, Source{}); err == nil || !strings.Contains(err.Error(), "no folder") {
		t.Errorf("a link in place of a folder: %v", err)
	}
	x, err := OpenExport(t.TempDir(), Source{})
	if err != nil {
		t.Fatal(err)
	}
	if err := x.Page("../etc/passwd"); err == nil {
		t.Error("a path is no slug")
	}
	if err := x.Close(); err != nil {
		t.Error(err)
	}
}

func TestLeftoversOfACrashAreSwept(t *testing.T) {
	dir := t.TempDir()
	exported(t, dir, frenchPage())
	old := time.Now().Add(-2 * tempLeft)
	for _, name := range []string{tempPrefix + "a", "gone/" + tempPrefix + "b", tempPrefix + "fresh"} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(name, "fresh") {
			if err := os.Chtimes(path, old, old); err != nil {
				t.Fatal(err)
			}
		}
	}
	exported(t, dir, frenchPage())
	var left []string
	for _, name := range names(t, dir) {
		if strings.Contains(name, tempPrefix) {
			left = append(left, name)
		}
	}
	if len(left) != 1 || left[0] != tempPrefix+"fresh" {
		t.Errorf("left: %q, want only what another may be writing", left)
	}
}

// TestTheExampleConfigurationsSendOurHeaders holds what nobody sees where no web
// server is at hand.
func TestTheExampleConfigurationsSendOurHeaders(t *testing.T) {
	for _, name := range []string{"nginx.conf", "Caddyfile"} {
		b, err := os.ReadFile(filepath.Join("..", "..", "deploy", name))
		if err != nil {
			t.Fatal(err)
		}
		for key := range securityHeaders() {
			if v := securityHeaders().Get(key); !strings.Contains(string(b), v) {
				t.Errorf("deploy/%s lacks %s: %s", name, key, v)
			}
		}
		for _, v := range []string{pageCaching, imageCaching, neverCaching, noCaching} {
			if !strings.Contains(string(b), v) {
				t.Errorf("deploy/%s lacks Cache-Control: %s", name, v)
			}
		}
	}
}
