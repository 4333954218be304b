package daemon

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"image"
	"image/jpeg"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"crieur/config"
	"crieur/internal/delivery"
)

func write(t *testing.T, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func jpegImage(t *testing.T) []byte {
	t.Helper()
	var buf bytes.Buffer
	if err := jpeg.Encode(&buf, image.NewGray(image.Rect(0, 0, 600, 315)), nil); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func TestTheRecordProvesWhatWasPosted(t *testing.T) {
	cfg, box := newConfig(t)
	d, stop := start(t, cfg)
	defer stop()
	e := enqueue(t, cfg, "")
	until(t, "the posts", func() bool { return len(box.X.Posts()) == 1 && len(box.Mastodon.Posts()) == 1 })
	sent := map[string]string{"x": box.X.Posts()[0].Text, "mastodon": box.Mastodon.Posts()[0].Text}
	var rec struct {
		Posts []struct {
			Platform string
			SHA256   string `json:"sha256"`
		}
	}
	until(t, "both receipts", func() bool {
		_, body := fetch(t, "http://"+d.Addr("pages")+"/"+e.Slug+".json")
		return json.Unmarshal([]byte(body), &rec) == nil && len(rec.Posts) == 2
	})
	for _, p := range rec.Posts {
		sum := sha256.Sum256([]byte(sent[p.Platform]))
		if want := hex.EncodeToString(sum[:]); p.SHA256 != want {
			t.Errorf("%s: %s, want %s of %q", p.Platform, p.SHA256, want, sent[p.Platform])
		}
	}
	if digest("") != "" {
		t.Error("a text that is not known is proved")
	}
}

func TestThePageNamesItsCreatorAndTheSitesImage(t *testing.T) {
	cfg, box := newConfig(t)
	data := jpegImage(t)
	cfg.Site.ShareImage = write(t, "share.jpg", data)
	cfg.Accounts[1].Creator = "@crieur@mastodon.example"
	d, stop := start(t, cfg)
	defer stop()
	e := enqueue(t, cfg, "")
	until(t, "the posts", func() bool { return len(box.Mastodon.Posts()) == 1 })
	page := "http://" + d.Addr("pages") + "/" + e.Slug
	_, body := fetch(t, page)
	for _, want := range []string{`<meta name="fediverse:creator" content="@crieur@mastodon.example">`, `<meta property="og:image" content="` + e.URL + `.jpg">`} {
		if !strings.Contains(body, want) {
			t.Errorf("page lacks %s:\n%s", want, body)
		}
	}
	if code, got := fetch(t, page+".jpg"); code != http.StatusOK || got != string(data) {
		t.Errorf("image: HTTP %d, %d bytes, want %d", code, len(got), len(data))
	}
}

func TestTheCreatorIsTheOneWhoPostsAndElseTheFirst(t *testing.T) {
	accounts := []config.Account{{Name: "x"}, {Name: "a", Creator: "@a@a.example"}, {Name: "b", Creator: "@b@b.example"}}
	for account, want := range map[string]string{"x": "@a@a.example", "a": "@a@a.example", "b": "@b@b.example"} {
		if got := creator(accounts, []delivery.Delivery{{Account: account}}); got != want {
			t.Errorf("%s: %q, want %q", account, got, want)
		}
	}
	if got := creator(accounts[:1], nil); got != "" {
		t.Errorf("none: %q", got)
	}
}

func TestFilesOfThePagesThatAreWrongAreConfigurationMistakes(t *testing.T) {
	for want, spoil := range map[string]func(*config.Config){
		"pages.words":      func(c *config.Config) { c.Pages.Words = write(t, "words.toml", []byte("[de]\nstay = 'x'\n")) },
		"site.share_image": func(c *config.Config) { c.Site.ShareImage = write(t, "share.png", []byte("GIF89a")) },
	} {
		cfg, _ := newConfig(t)
		spoil(&cfg)
		_, err := New(cfg, quiet())
		var mistake *ConfigError
		if !errors.As(err, &mistake) || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want a ConfigError with %q", err, want)
		}
	}
}

func TestAReloadReadsTheFilesOfThePagesAnewOrNotAtAll(t *testing.T) {
	cfg, box := newConfig(t)
	cfg.Site.ShareImage = write(t, "share.jpg", jpegImage(t))
	d, reload := reloading(t, cfg)
	e := enqueue(t, cfg, "")
	until(t, "the posts", func() bool { return len(box.Mastodon.Posts()) == 1 })
	read := func() string {
		_, body := fetch(t, "http://"+d.Addr("pages")+"/"+e.Slug+".jpg")
		return body
	}
	before := read()
	if err := os.WriteFile(cfg.Site.ShareImage, []byte("damaged"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := d.prepare(); err == nil || !strings.Contains(err.Error(), "site.share_image") {
		t.Errorf("damaged: %v", err)
	}
	if read() != before {
		t.Error("another image")
	}
	larger := jpegImage(t)
	larger = append(larger, make([]byte, 100)...)
	if err := os.WriteFile(cfg.Site.ShareImage, larger, 0o600); err != nil {
		t.Fatal(err)
	}
	reload()
	if read() != string(larger) {
		t.Error("the old image after a reload")
	}
}

func TestAWithdrawnArticleAnswersGoneAndOneWhoseSourceIsGoneStays(t *testing.T) {
	cfg, box := newConfig(t)
	d, stop := start(t, cfg)
	defer stop()
	e := enqueue(t, cfg, "")
	until(t, "the posts", func() bool { return len(box.X.Posts()) == 1 && len(box.Mastodon.Posts()) == 1 })
	page := "http://" + d.Addr("pages") + "/" + e.Slug
	if _, body := fetch(t, page); !strings.Contains(body, "refresh") {
		t.Fatalf("no forward:\n%s", body)
	}
	now := time.Now()
	a, _, err := d.outbox.Article(e.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []time.Time{now.Add(-13 * time.Hour), now} {
		if _, _, err := d.outbox.SetSource(e.ID, a.Source, at, true); err != nil {
			t.Fatal(err)
		}
	}
	if code, body := fetch(t, page); code != http.StatusOK || strings.Contains(body, "refresh") || !strings.Contains(body, "Cette source") {
		t.Errorf("source gone: HTTP %d:\n%s", code, body)
	}
	if _, err := d.outbox.Withdraw(e.ID, now); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{page, page + ".json", page + ".png"} {
		if code, _ := fetch(t, path); code != http.StatusGone {
			t.Errorf("withdrawn: %s: HTTP %d", path, code)
		}
	}
}
