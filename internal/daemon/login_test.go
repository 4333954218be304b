package daemon

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"crieur/config"
	"crieur/internal/delivery"
	"crieur/internal/dispatch"
	"crieur/internal/login"
	"crieur/internal/sandbox"
)

// giveOAuth2 replaces the login of the X account.
func giveOAuth2(t *testing.T, cfg config.Config, box *sandbox.Sandbox, pair login.Pair) (path string) {
	t.Helper()
	c := box.X.Credentials()
	path = cfg.Accounts[0].Credentials
	text := fmt.Sprintf("client_id = %q\nclient_secret = %q\naccess_token = %q\nrefresh_token = %q\nexpires_at = %s\n",
		c.ClientID, c.ClientSecret, pair.AccessToken, pair.RefreshToken, pair.ExpiresAt.UTC().Format(time.RFC3339))
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// overnight is the login of the start, whose access token is over.
func overnight(box *sandbox.Sandbox) login.Pair {
	c := box.X.Credentials()
	return login.Pair{AccessToken: c.Bearer, RefreshToken: c.Refresh, ExpiresAt: time.Now().Add(-time.Hour)}
}

// logIn does what "crieur auth x NAME --oauth2" and the account's owner do.
func logIn(t *testing.T, box *sandbox.Sandbox) login.Pair {
	t.Helper()
	c := box.X.Credentials()
	begun, err := login.BeginPKCE(login.XApp{API: box.X.URL, Web: box.X.URL, Key: c.ClientID, Secret: c.ClientSecret}, "https://news.example.org/back", login.Options{})
	if err != nil {
		t.Fatal(err)
	}
	browser := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := browser.Get(begun.URL)
	if err != nil {
		t.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil {
		t.Fatal(err)
	}
	pair, err := begun.Finish(t.Context(), resp.Header.Get("Location"))
	if err != nil {
		t.Fatal(err)
	}
	return pair
}

func refreshes(box *sandbox.Sandbox) (n int) {
	for _, r := range box.X.Requests() {
		if r.Op == sandbox.OpToken {
			n++
		}
	}
	return n
}

func accountX(t *testing.T, d *Daemon) dispatch.AccountStatus {
	t.Helper()
	st, err := d.Service().Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return st.Accounts[0]
}

// The credentials may be a copy that systemd hands over, which nobody can write.
func TestALoginIsRefreshedWithoutTouchingItsCredentials(t *testing.T) {
	cfg, box := newConfig(t)
	path := giveOAuth2(t, cfg, box, overnight(box))
	given, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o400); err != nil {
		t.Fatal(err)
	}
	for life := 1; life <= 2; life++ {
		d, stop := start(t, cfg)
		enqueueText(t, cfg, fmt.Sprintf("La nouvelle %d 📰 #Essai\n\nSource: https://example.org/%d\n\nLe corps.\n", life, life))
		until(t, "both posts", func() bool { return counts(t, d)[delivery.Delivered] == 2*life })
		until(t, "the check of the login", func() bool { return accountX(t, d).VerifiedAs == "crieur_demo" })
		stop()
	}
	if n := refreshes(box); n != 1 {
		t.Errorf("%d refreshes, want 1: the second life has the pair of the first", n)
	}
	if now, err := os.ReadFile(path); err != nil || string(now) != string(given) {
		t.Errorf("the credentials were changed: %v", err)
	}
	files, err := filepath.Glob(filepath.Join(filepath.Dir(cfg.Outbox.Path), "token-x-*.json"))
	if err != nil || len(files) != 1 {
		t.Errorf("%v %v", files, err)
	}
}

func TestALoginThatIsGoneStopsTheAccountUntilANewOneIsThere(t *testing.T) {
	cfg, box := newConfig(t)
	hook, got := newHook(t)
	cfg.Alerts = []config.Alert{hook}
	giveOAuth2(t, cfg, box, overnight(box))
	box.X.Revoke()
	d, reload := reloading(t, cfg)
	until(t, "the stop", func() bool { return accountX(t, d).State == dispatch.StateStopped })
	const way = "crieur auth x x --oauth2"
	if reason := accountX(t, d).Reason; !strings.Contains(reason, "auth: the login is gone") || !strings.Contains(reason, way) {
		t.Errorf("reason %q", reason)
	}
	if message := heard(t, got); !strings.Contains(message, "stopped on x") || !strings.Contains(message, way) {
		t.Errorf("the alert lacks the way out: %s", message)
	}
	enqueue(t, cfg, "")
	until(t, "the other account's post", func() bool { return counts(t, d)[delivery.Delivered] == 1 })

	giveOAuth2(t, cfg, box, logIn(t, box))
	reload()
	until(t, "the post", func() bool { return counts(t, d)[delivery.Delivered] == 2 })
	if s := accountX(t, d); s.State != dispatch.StateRunning {
		t.Errorf("%s: %s", s.State, s.Reason)
	}
}

// Only what X says itself stops an account: trouble on the way never does.
func TestAPlatformInTroubleStopsNoLogin(t *testing.T) {
	cfg, box := newConfig(t)
	short := config.Duration(20 * time.Millisecond)
	cfg.Delivery.RetryMin, cfg.Delivery.RetryMax = short, short
	cfg.Delivery.MaxAttempts = 1000
	giveOAuth2(t, cfg, box, overnight(box))
	for _, f := range []sandbox.Fault{
		{Kind: sandbox.ResetBefore, On: sandbox.OpToken, Times: 3},
		{Kind: sandbox.Answer, On: sandbox.OpToken, Status: 503, Times: 2},
		{Kind: sandbox.Answer, On: sandbox.OpToken, Status: 401, Body: "<html>a proxy</html>", Times: 2},
	} {
		if err := box.X.Script(f); err != nil {
			t.Fatal(err)
		}
	}
	d, stop := start(t, cfg)
	defer stop()
	enqueue(t, cfg, "")
	until(t, "both posts", func() bool { return counts(t, d)[delivery.Delivered] == 2 })
	if s := accountX(t, d); s.State != dispatch.StateRunning {
		t.Errorf("%s: %s", s.State, s.Reason)
	}
}

// A clock that is behind takes a token that is over for a good one.
func TestATokenThatXCallsOverIsReplacedAndThePostGoesOut(t *testing.T) {
	cfg, box := newConfig(t)
	short := config.Duration(20 * time.Millisecond)
	cfg.Delivery.RetryMin, cfg.Delivery.RetryMax = short, short
	pair := overnight(box)
	pair.AccessToken, pair.ExpiresAt = "at-over", time.Now().Add(time.Hour)
	giveOAuth2(t, cfg, box, pair)
	d, stop := start(t, cfg)
	defer stop()
	enqueue(t, cfg, "")
	until(t, "both posts", func() bool { return counts(t, d)[delivery.Delivered] == 2 })
	if n := refreshes(box); n != 1 {
		t.Errorf("%d refreshes, want 1", n)
	}
}

func TestADailyCheckThatIsRefusedIsNews(t *testing.T) {
	cfg, box := newConfig(t)
	hook, got := newHook(t)
	cfg.Alerts = []config.Alert{hook}
	box.Mastodon.Revoke()
	d, stop := start(t, cfg)
	until(t, "the check", func() bool {
		st, err := d.Service().Status(t.Context())
		return err == nil && st.Accounts[1].CheckedAt != nil && st.Accounts[0].VerifiedAt != nil
	})
	st, err := d.Service().Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if m := st.Accounts[1]; !strings.Contains(m.VerifyError, "The access token is invalid") || m.VerifiedAt != nil || m.VerifiedAs != "" {
		t.Errorf("%+v", m)
	}
	stop()
	if message := heard(t, got); !strings.Contains(message, "token on mastodon") {
		t.Errorf("%s", message)
	}
	// It outlives the process, and is shown while none runs.
	o, err := OpenOffline(cfg, "test", ToLook)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := o.Close(); err != nil {
			t.Error(err)
		}
	}()
	if st, err = o.Status(t.Context()); err != nil || st.Accounts[1].VerifyError == "" || st.Accounts[0].VerifiedAs != "crieur_demo" {
		t.Errorf("%v %+v", err, st.Accounts)
	}
	if err := o.Outbox.Verify(); err != nil {
		t.Error(err)
	}
}
