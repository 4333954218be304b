package daemon

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"crieur/config"
	"crieur/internal/article"
	"crieur/internal/control"
	"crieur/internal/outbox"
	"crieur/internal/sandbox"
)

// newConfig is a configuration for a sandbox, with its logins, in a folder of its own.
func newConfig(t testing.TB) (config.Config, *sandbox.Sandbox) {
	t.Helper()
	box, err := sandbox.Start(sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := box.Close(); err != nil {
			t.Error(err)
		}
	})
	dir := t.TempDir()
	c := box.X.Credentials()
	for name, text := range map[string]string{
		"x.toml": fmt.Sprintf("consumer_key = %q\nconsumer_secret = %q\naccess_token = %q\naccess_token_secret = %q\n",
			c.ConsumerKey, c.ConsumerSecret, c.AccessToken, c.AccessTokenSecret),
		"mastodon.toml": fmt.Sprintf("access_token = %q\n", box.Mastodon.Token()),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cfg := config.Default()
	cfg.Site.BaseURL = "https://news.example.org"
	cfg.Outbox.Path = filepath.Join(dir, "outbox.db")
	cfg.Control.Socket = filepath.Join(dir, "control.sock")
	cfg.Status.Listen, cfg.Pages.Listen = "127.0.0.1:0", "127.0.0.1:0"
	x, m := config.DefaultAccount(config.PlatformX), config.DefaultAccount(config.PlatformMastodon)
	x.Name, x.APIURL, x.Credentials = "x", box.X.URL, filepath.Join(dir, "x.toml")
	m.Name, m.Server, m.Credentials = "mastodon", box.Mastodon.URL, filepath.Join(dir, "mastodon.toml")
	for _, a := range []*config.Account{&x, &m} {
		a.MinSpacing, a.MaxPerDay = 0, 0
	}
	cfg.Accounts = []config.Account{x, m}
	return cfg, box
}

// quiet logs everything to where nobody reads it, but for secrets.
func quiet() Options {
	return Options{Version: "test", Log: slog.New(slog.NewTextHandler(noSecrets{}, &slog.HandlerOptions{Level: slog.LevelDebug}))}
}

type noSecrets struct{}

func (noSecrets) Write(line []byte) (int, error) {
	if bytes.Contains(line, []byte(sandbox.Marker)) {
		panic("a secret in the log: " + string(line))
	}
	return len(line), nil
}

// start runs a daemon and returns a function that ends it.
func start(t testing.TB, cfg config.Config) (d *Daemon, stop func()) {
	t.Helper()
	d, err := New(cfg, quiet())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- d.Run(ctx) }()
	return d, func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run: %v", err)
		}
	}
}

// enqueue hands the sample over, through the socket as an operator does.
func enqueue(t *testing.T, cfg config.Config, at string) control.Enqueued {
	t.Helper()
	return hand(t, cfg, article.Sample(), at)
}

func enqueueText(t *testing.T, cfg config.Config, text string) control.Enqueued {
	t.Helper()
	return hand(t, cfg, []byte(text), "")
}

func hand(t *testing.T, cfg config.Config, text []byte, at string) control.Enqueued {
	t.Helper()
	r, err := article.Read("article.txt", text, article.Options{})
	if err != nil {
		t.Fatal(err)
	}
	c, err := control.Dial(t.Context(), cfg.Control.Socket)
	if err != nil {
		t.Fatal(err)
	}
	got, err := c.Enqueue(t.Context(), []control.Request{{Article: r, At: at}})
	if err != nil {
		t.Fatal(err)
	}
	return got[0]
}

func fetch(t testing.TB, url string) (int, string) {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	if err := errors.Join(err, resp.Body.Close()); err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

func TestThePageAnswersOnceItsPostExistsAndShowsTheReceipts(t *testing.T) {
	cfg, box := newConfig(t)
	d, stop := start(t, cfg)
	defer stop()
	page := "http://" + d.Addr("pages") + "/openai-signe-un-contrat-de-200m-avec-la-defense-us"
	if code, _ := fetch(t, page); code != http.StatusNotFound {
		t.Errorf("before the article: HTTP %d", code)
	}
	enqueue(t, cfg, "")
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		code, body := fetch(t, page)
		posts := append(box.X.Posts(), box.Mastodon.Posts()...)
		if len(posts) > 0 && code != http.StatusOK {
			t.Fatalf("a post exists and its page answers HTTP %d", code)
		}
		if len(posts) == 2 && strings.Contains(body, posts[0].ID) && strings.Contains(body, posts[1].ID) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("the page never showed both posts (%+v):\n%s", posts, body)
		}
	}
}

func TestThePageOfAWaitingArticleDoesNotExist(t *testing.T) {
	cfg, _ := newConfig(t)
	d, stop := start(t, cfg)
	defer stop()
	e := enqueue(t, cfg, "2099-01-01T00:00:00Z")
	if code, _ := fetch(t, "http://"+d.Addr("pages")+"/"+e.Slug); code != http.StatusNotFound {
		t.Errorf("HTTP %d", code)
	}
}

func TestAFailedStartLeavesNothingOpen(t *testing.T) {
	cfg, _ := newConfig(t)
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	cfg.Pages.Listen = taken.Addr().String()
	if _, err := New(cfg, quiet()); err == nil || !strings.Contains(err.Error(), "pages.listen") {
		t.Fatalf("error %v, want one that names pages.listen", err)
	}
	if err := taken.Close(); err != nil {
		t.Fatal(err)
	}
	_, stop := start(t, cfg)
	stop()
}

func TestAMistakeInTheConfigurationIsTold(t *testing.T) {
	for name, row := range map[string]struct {
		spoil func(*config.Config)
		want  string
	}{
		"template": {func(c *config.Config) { c.Accounts[0].Template = "{txet}" }, `account "x": template`},
		"login":    {func(c *config.Config) { c.Accounts[1].Credentials = "nowhere.toml" }, `account "mastodon"`},
		"platform": {func(c *config.Config) { c.Accounts[0].Platform = "telegraph" }, `platform "telegraph" is unknown`},
	} {
		t.Run(name, func(t *testing.T) {
			cfg, _ := newConfig(t)
			row.spoil(&cfg)
			_, err := New(cfg, quiet())
			var mistake *ConfigError
			if !errors.As(err, &mistake) || !strings.Contains(err.Error(), row.want) {
				t.Errorf("error %v, want a ConfigError with %q", err, row.want)
			}
		})
	}
}

func TestAPreviewNeitherMakesNorNeedsTheOutbox(t *testing.T) {
	cfg, _ := newConfig(t)
	r, err := article.Read("sample.txt", article.Sample(), article.Options{})
	if err != nil {
		t.Fatal(err)
	}
	preview := func() {
		t.Helper()
		o, err := OpenPreview(cfg, "test")
		if err != nil {
			t.Fatal(err)
		}
		p, err := o.Preview(t.Context(), control.Request{Article: r})
		if err := errors.Join(err, o.Close()); err != nil || len(p.Posts) != 2 {
			t.Errorf("%v, %+v", err, p)
		}
	}
	preview()
	if _, err := os.Stat(cfg.Outbox.Path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a preview made the outbox: %v", err)
	}
	held, err := outbox.Open(cfg.Outbox.Path, outbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	preview() // while another process has it
	if err := held.Close(); err != nil {
		t.Fatal(err)
	}
}
