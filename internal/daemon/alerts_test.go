package daemon

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"crieur/config"
	"crieur/internal/delivery"
	"crieur/internal/sandbox"
)

// newHook is a web hook; got has each body that reached it.
func newHook(t *testing.T) (alerts config.Alert, got chan string) {
	t.Helper()
	got = make(chan string, 64)
	srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		got <- string(body)
	}))
	t.Cleanup(srv.Close)
	return config.Alert{URL: "generic+" + srv.URL}, got
}

func heard(t *testing.T, got <-chan string) string {
	t.Helper()
	select {
	case body := <-got:
		return body
	case <-time.After(15 * time.Second): // the group's five seconds and much air
		t.Fatal("no alert")
		return ""
	}
}

// An outage is one message, and what still waits at the end is sent before the end.
func TestWhatNeedsAPersonReachesOne(t *testing.T) {
	cfg, box := newConfig(t)
	hook, got := newHook(t)
	cfg.Alerts = []config.Alert{hook}
	short := config.Duration(20 * time.Millisecond)
	cfg.Delivery.Settle, cfg.Delivery.RetryMin, cfg.Delivery.RetryMax = short, short, short
	for box, faults := range map[*sandbox.Server][]sandbox.Fault{
		box.X.Server:        {{Kind: sandbox.Documented, Name: "unauthorized", Times: -1}},
		box.Mastodon.Server: {{Kind: sandbox.Garbage}, {Kind: sandbox.Documented, Name: "outside-scopes", On: sandbox.OpTimeline, Times: -1}},
	} {
		if err := box.Script(faults...); err != nil {
			t.Fatal(err)
		}
	}
	d, stop := start(t, cfg)
	e := enqueue(t, cfg, "")
	until(t, "a held delivery", func() bool { return counts(t, d)[delivery.Held] == 1 })
	until(t, "a stopped account", func() bool {
		st, err := d.Service().Status(t.Context())
		return err == nil && st.Accounts[0].State == "stopped"
	})
	stop()
	message := heard(t, got)
	for _, want := range []string{
		"news.example.org: 2 alerts", "stopped on x:", "crieur resume x", "held on mastodon",
		"OpenAI", "crieur resolve " + e.Deliveries[1].ID,
	} {
		if !strings.Contains(message, want) {
			t.Errorf("the message lacks %q:\n%s", want, message)
		}
	}
	if len(got) > 0 {
		t.Errorf("a second message: %s", <-got)
	}
}

func TestAReloadChangesWhereAlertsGo(t *testing.T) {
	cfg, box := newConfig(t)
	hook, got := newHook(t)
	next := cfg
	next.Alerts = []config.Alert{{URL: "ntfy://"}}
	hangup, read := make(chan struct{}), make(chan struct{})
	opt := quiet()
	opt.Hangup = hangup
	opt.Load = func() (config.Config, error) { c := next; read <- struct{}{}; return c, nil }
	d, err := New(cfg, opt)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- d.Run(ctx) }()
	reload := func() { hangup <- struct{}{}; <-read }

	reload() // an address that the service does not take
	next.Alerts = []config.Alert{hook}
	reload()
	until(t, "the new configuration", func() bool {
		return len(d.current.Load().cfg.Alerts) == 1 && d.current.Load().cfg.Alerts[0].Equal(hook)
	})
	before := d.current.Load().alerts
	next.Site.Title = "Another"
	reload()
	until(t, "the one after it", func() bool { return d.current.Load().cfg.Site.Title == "Another" })
	if d.current.Load().alerts != before {
		t.Error("a reload that leaves the alerts alone forgot what it told a moment ago")
	}
	if err := box.X.Script(sandbox.Fault{Kind: sandbox.Documented, Name: "unauthorized", Times: -1}); err != nil {
		t.Fatal(err)
	}
	enqueue(t, cfg, "")
	if message := heard(t, got); !strings.Contains(message, "stopped on x") {
		t.Errorf("heard %q", message)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestAnAlertAddressThatNoServiceTakesIsAConfigurationMistake(t *testing.T) {
	cfg, _ := newConfig(t)
	cfg.Alerts = []config.Alert{{URL: "telegram://s3cr3t"}}
	_, err := New(cfg, quiet())
	if err == nil || !strings.Contains(err.Error(), "alert number 1") || strings.Contains(err.Error(), "s3cr3t") {
		t.Errorf("%v: want the number of the alert, and not its address", err)
	}
}
