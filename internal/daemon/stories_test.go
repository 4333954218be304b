package daemon

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"crieur/config"
	"crieur/internal/delivery"
	"crieur/internal/sandbox"
	"crieur/internal/sdnotify"
)

// until waits for a condition, at most ten seconds.
func until(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !done(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within ten seconds: %s", what)
		}
	}
}

func counts(t *testing.T, d *Daemon) map[delivery.State]int {
	t.Helper()
	c, err := d.outbox.Counts("")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestVisibilityWarningAndLanguageReachTheInstance(t *testing.T) {
	cfg, box := newConfig(t)
	cfg.Accounts[1].Visibility, cfg.Accounts[1].ContentWarning = "unlisted", "Politique"
	_, stop := start(t, cfg)
	defer stop()
	enqueue(t, cfg, "")
	until(t, "a post on Mastodon", func() bool { return len(box.Mastodon.Posts()) == 1 })
	if p := box.Mastodon.Posts()[0]; p.Visibility != "unlisted" || p.ContentWarning != "Politique" || p.Language != "fr" || p.Key == "" {
		t.Errorf("posted as %+v", p)
	}
	if p := box.X.Posts(); len(p) == 1 && p[0].Key != "" {
		t.Errorf("X was sent an idempotency key: %+v", p[0])
	}
}

func TestAnOAuth2UserTokenPosts(t *testing.T) {
	cfg, box := newConfig(t)
	c := box.X.Credentials()
	text := fmt.Sprintf("access_token = %q\nclient_id = %q\nclient_secret = %q\nrefresh_token = %q\nexpires_at = %s\n",
		c.Bearer, c.ClientID, c.ClientSecret, c.Refresh, c.ExpiresAt.UTC().Format(time.RFC3339))
	if err := os.WriteFile(cfg.Accounts[0].Credentials, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	_, stop := start(t, cfg)
	defer stop()
	enqueue(t, cfg, "")
	until(t, "a post on X", func() bool { return len(box.X.Posts()) == 1 })
}

func TestThePageForwardsWhereTheConfigurationSays(t *testing.T) {
	for forward, want := range map[string]string{config.ForwardSource: "https://www.reddit.com/", config.ForwardNone: ""} {
		t.Run(forward, func(t *testing.T) {
			cfg, box := newConfig(t)
			cfg.Pages.Forward = forward
			d, stop := start(t, cfg)
			defer stop()
			e := enqueue(t, cfg, "")
			until(t, "a post", func() bool { return len(box.X.Posts()) == 1 })
			_, body := fetch(t, "http://"+d.Addr("pages")+"/"+e.Slug)
			if got := strings.Contains(body, `http-equiv="refresh" content="5; url=`+want); got != (want != "") {
				t.Errorf("forward %q: page forwards to %q: %v", forward, want, got)
			}
		})
	}
}

func TestAThrottledAccountAsksOnceForItsWholeQueue(t *testing.T) {
	cfg, box := newConfig(t)
	cfg.Accounts = cfg.Accounts[1:]
	if err := box.Mastodon.Script(sandbox.Fault{Kind: sandbox.RateLimited, Times: -1, For: time.Hour}); err != nil {
		t.Fatal(err)
	}
	d, err := New(cfg, quiet())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- d.Run(ctx) }()
	for i := range 5 {
		enqueueText(t, cfg, fmt.Sprintf("Brève numéro %d : tout va bien. #Essai\n\nSource: https://example.org/%d\n\nLe corps numéro %d.\n", i, i, i))
	}
	until(t, "a request", func() bool { return creates(box.Mastodon.Server) > 0 })
	time.Sleep(300 * time.Millisecond) // long enough for the other four, were they tried
	if n := creates(box.Mastodon.Server); n != 1 {
		t.Errorf("%d requests to an instance that asked to wait", n)
	}
	if c := counts(t, d); c[delivery.Scheduled] != 5 {
		t.Errorf("%v: want all five waiting", c)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func creates(s *sandbox.Server) (n int) {
	for _, c := range s.Creates() {
		n += c
	}
	return n
}

func TestMaxAttemptsOfTheConfigurationBinds(t *testing.T) {
	cfg, box := newConfig(t)
	cfg.Delivery.MaxAttempts = 1
	cfg.Accounts = cfg.Accounts[1:]
	if err := box.Mastodon.Script(sandbox.Fault{Kind: sandbox.RefuseConnection, For: time.Hour}); err != nil {
		t.Fatal(err)
	}
	d, stop := start(t, cfg)
	defer stop()
	enqueue(t, cfg, "")
	until(t, "a dead delivery", func() bool { return counts(t, d)[delivery.Dead] == 1 })
}

func TestTheServiceManagerIsToldWhatHappens(t *testing.T) {
	cfg, _ := newConfig(t)
	path := filepath.Join(t.TempDir(), "notify")
	manager, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	heard := make(chan string, 1000)
	go func() {
		defer close(heard)
		buf := make([]byte, 4096)
		for {
			n, err := manager.Read(buf)
			if err != nil {
				return
			}
			heard <- string(buf[:n])
		}
	}()
	opt := quiet()
	opt.Notify, opt.Watchdog = sdnotify.New(path), 20*time.Millisecond
	d, err := New(cfg, opt)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- d.Run(ctx) }()
	if got := <-heard; !strings.Contains(got, "READY=1") {
		t.Errorf("first word %q, want READY=1", got)
	}
	if code, _ := fetch(t, "http://"+d.Addr("status")+"/readyz"); code != http.StatusOK {
		t.Errorf("readyz after READY: %d", code)
	}
	if got := <-heard; !strings.Contains(got, "WATCHDOG=1") {
		t.Errorf("second word %q, want WATCHDOG=1", got)
	}
	cancel()
	if err := errors.Join(<-ended, manager.SetReadDeadline(time.Now().Add(5*time.Second))); err != nil {
		t.Error(err)
	}
	for word := range heard {
		if strings.Contains(word, "STOPPING=1") {
			if err := manager.Close(); err != nil {
				t.Error(err)
			}
			return
		}
	}
	t.Error("the service manager never heard STOPPING=1")
}
