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

	"github.com/google/go-cmp/cmp"

	"crieur/config"
	"crieur/internal/control"
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
	for wanted := map[string]bool{"STATUS=nothing queued": true, "WATCHDOG=1": true}; len(wanted) > 0; {
		got := <-heard
		if got != "STATUS=nothing queued" && got != "WATCHDOG=1" {
			t.Errorf("then %q, want the status line and the heartbeat", got)
		}
		delete(wanted, got)
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

func TestAReloadIsTakenWholeOrNotAtAll(t *testing.T) {
	cfg, box := newConfig(t)
	next, failing := cfg, errors.New("crieur.toml:7: unknown key")
	hangup, read := make(chan struct{}), make(chan struct{})
	opt := quiet()
	opt.Hangup, opt.Load = hangup, func() (config.Config, error) {
		c, err := next, failing
		read <- struct{}{}
		return c, err
	}
	d, err := New(cfg, opt)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- d.Run(ctx) }()
	names := func() (out []string) {
		st, err := d.Service().Status(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range st.Accounts {
			out = append(out, a.Name+" "+a.State)
		}
		return out
	}
	reload := func() { hangup <- struct{}{}; <-read }
	both := []string{"x running", "mastodon running"}

	enqueue(t, cfg, "2099-01-01T00:00:00Z")
	refused := func(want bool) {
		t.Helper()
		until(t, "the status line", func() bool {
			return strings.Contains(d.readStatusLine(time.Now()), "was refused") == want
		})
	}
	refused(false)
	reload() // does not load
	refused(true)
	failing = nil
	next.Status.Listen = "127.0.0.1:1"
	reload() // takes a restart
	next = cfg
	next.Accounts = []config.Account{cfg.Accounts[0], cfg.Accounts[1]}
	next.Accounts[1].Credentials = "nowhere.toml"
	reload() // a login is missing
	until(t, "both accounts as before", func() bool { return cmp.Equal(names(), both) })

	next = cfg
	next.Accounts = []config.Account{cfg.Accounts[0]}
	next.Accounts[0].Name = "x-renamed"
	reload()
	until(t, "the new accounts, the old ones' deliveries reported", func() bool {
		return cmp.Equal(names(), []string{"x-renamed running", "mastodon stopped", "x stopped"})
	})
	refused(false)
	e := enqueueText(t, cfg, "Le port de Brest rouvre lundi. #Brest\n\nSource: https://example.org/port\n\nLe corps.\n")
	if len(e.Deliveries) != 1 || e.Deliveries[0].Account != "x-renamed" {
		t.Errorf("enqueued for %+v", e.Deliveries)
	}
	until(t, "a post under the new name", func() bool { return len(box.X.Posts()) == 1 })

	next = cfg
	reload()
	until(t, "the old accounts again", func() bool { return cmp.Equal(names(), both) })
	if c := counts(t, d); c[delivery.Scheduled] != 2 {
		t.Errorf("%v: want the two deliveries kept", c)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestAHeldDeliveryIsResolvedByAPerson(t *testing.T) {
	cfg, box := newConfig(t)
	cfg.Accounts = cfg.Accounts[1:]
	short := config.Duration(20 * time.Millisecond)
	cfg.Delivery.Settle, cfg.Delivery.RetryMin, cfg.Delivery.RetryMax = short, short, short
	if err := box.Mastodon.Script(
		sandbox.Fault{Kind: sandbox.Garbage},
		sandbox.Fault{Kind: sandbox.Documented, Name: "outside-scopes", On: sandbox.OpTimeline, Times: -1},
	); err != nil {
		t.Fatal(err)
	}
	d, stop := start(t, cfg)
	defer stop()
	id := enqueue(t, cfg, "").Deliveries[0].ID
	until(t, "a held delivery", func() bool { return counts(t, d)[delivery.Held] == 1 })
	c, err := control.Dial(t.Context(), cfg.Control.Socket)
	if err != nil {
		t.Fatal(err)
	}
	post := box.Mastodon.Posts()[0]
	for name, r := range map[string]control.Resolution{
		"another server": {ID: id, Posted: "https://mastodon.social/@crieur_demo/" + post.ID},
		"not a post":     {ID: id, Posted: box.Mastodon.URL + "/about"},
		"both at once":   {ID: id, Posted: post.URL, NotPosted: true},
		"neither":        {ID: id},
	} {
		var mistake *control.InputError
		if _, err := c.Resolve(t.Context(), r); !errors.As(err, &mistake) {
			t.Errorf("%s: %v, want the operator's mistake", name, err)
		}
	}
	got, err := c.Resolve(t.Context(), control.Resolution{ID: id, Posted: post.URL})
	if err != nil || got.State != "delivered" || got.Receipt == nil || got.Receipt.PostID != post.ID {
		t.Errorf("resolved as %+v, %v", got, err)
	}
	if n := creates(box.Mastodon.Server); n != 1 {
		t.Errorf("%d requests", n)
	}
	if _, err := c.Resolve(t.Context(), control.Resolution{ID: id, NotPosted: true}); err == nil {
		t.Error("a delivered delivery was resolved again")
	}
}
