package daemon

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"crieur/config"
	"crieur/internal/webhook"
)

const hookSecret = "0123456789abcdef0123456789abcdef"

// hook is a receiver that answers with code; it keeps what was signed well.
type hook struct {
	mu   sync.Mutex
	code int
	hang chan struct{} // nil: it answers at once
	got  []webhook.Receipt
	ids  []string // of the headers
	bad  int
}

func (h *hook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	var got webhook.Receipt
	h.mu.Lock()
	signed := webhook.Sign([]byte(hookSecret), r.Header.Get("X-Crieur-Timestamp"), body)
	if err != nil || r.Header.Get("X-Crieur-Signature") != signed || json.Unmarshal(body, &got) != nil {
		h.bad++
	}
	h.got, h.ids = append(h.got, got), append(h.ids, r.Header.Get("X-Crieur-Delivery"))
	code, hang := h.code, h.hang
	h.mu.Unlock()
	if hang != nil {
		select {
		case <-hang:
		case <-r.Context().Done():
		}
	}
	w.WriteHeader(code)
}

func (h *hook) say(code int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.code = code
}

func (h *hook) receipts() []webhook.Receipt {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.got)
}

// hooked adds a receiver to a configuration.
func hooked(t *testing.T, cfg *config.Config, path string) *hook {
	t.Helper()
	h := &hook{code: http.StatusOK}
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	secret := filepath.Join(t.TempDir(), "webhook.key")
	if err := os.WriteFile(secret, []byte(hookSecret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg.Webhooks = append(cfg.Webhooks, config.Webhook{URL: server.URL + path, Secret: secret})
	return h
}

func TestEveryReceiptIsPushedToEveryWebhook(t *testing.T) {
	cfg, box := newConfig(t)
	hooks := []*hook{hooked(t, &cfg, "/s3cr3t"), hooked(t, &cfg, "/")}
	_, stop := start(t, cfg)
	defer stop()
	e := enqueue(t, cfg, "")
	for _, h := range hooks {
		until(t, "two receipts", func() bool { return len(h.receipts()) == 2 })
		if h.bad != 0 {
			t.Errorf("%d not signed, or no JSON", h.bad)
		}
		for i, r := range h.receipts() {
			post, platform := box.X.Posts()[0], "x"
			if r.Account == "mastodon" {
				post, platform = box.Mastodon.Posts()[0], "mastodon"
			}
			sum := sha256.Sum256([]byte(post.Text))
			if r.ID != e.ID+"."+r.Account || h.ids[i] != r.ID || r.Event != "receipt" || r.Platform != platform || r.PostID != post.ID ||
				!strings.HasSuffix(r.URL, post.ID) || r.PostedAt.IsZero() || r.SHA256 != hex.EncodeToString(sum[:]) {
				t.Errorf("%+v of %+v", r, post)
			}
			if a := r.Article; a.ID != e.ID || a.Slug != e.Slug || a.URL != "https://news.example.org/"+e.Slug || a.Title == "" || !strings.HasPrefix(a.Source, "https://") {
				t.Errorf("article %+v", a)
			}
		}
	}
}

func webhookStatus(t *testing.T, d *Daemon) []webhook.Status {
	t.Helper()
	s, err := d.Service().Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return s.Webhooks
}

// A reload tries at once what failed; the other webhook and the posts never wait.
func TestAFailingWebhookKeepsItsReceiptsAndDisturbsNobody(t *testing.T) {
	cfg, box := newConfig(t)
	failing, well := hooked(t, &cfg, "/s3cr3t"), hooked(t, &cfg, "/")
	failing.say(http.StatusInternalServerError)
	d, reload := reloading(t, cfg)
	enqueue(t, cfg, "")
	until(t, "two receipts", func() bool { return len(well.receipts()) == 2 && len(failing.receipts()) == 1 })
	until(t, "the cursors", func() bool {
		s := webhookStatus(t, d)
		return s[0].Waiting == 2 && s[0].Error != "" && s[1].Waiting == 0
	})
	s := webhookStatus(t, d)
	if s[0].Error != "the receiver answered 500 Internal Server Error" || s[1].Error != "" || strings.Contains(s[0].Host, "s3cr3t") {
		t.Errorf("%+v", s)
	}
	if _, page := fetch(t, "http://"+d.Addr("status")+"/"); !strings.Contains(page, "takes no receipts") || strings.Contains(page, "s3cr3t") {
		t.Errorf("the status page does not tell:\n%s", page)
	}
	if len(box.X.Posts()) != 1 || len(box.Mastodon.Posts()) != 1 {
		t.Error("not posted")
	}
	failing.say(http.StatusNoContent)
	reload()
	until(t, "all receipts", func() bool { s := webhookStatus(t, d); return s[0].Waiting == 0 && s[0].Error == "" })
	if ids := failing.ids; len(ids) != 3 || ids[0] != ids[1] || ids[1] == ids[2] {
		t.Errorf("arrived: %v", ids)
	}
	if n := len(well.receipts()); n != 2 {
		t.Errorf("the other got %d", n)
	}
}

// TestTheEndOfAWebhooksFailureIsToldAcrossAReload: who was told outlives the webhook, which
// each reload makes anew.
func TestTheEndOfAWebhooksFailureIsToldAcrossAReload(t *testing.T) {
	cfg, _ := newConfig(t)
	h := hooked(t, &cfg, "/")
	h.say(http.StatusGone)
	alerts, got := newHook(t)
	cfg.Alerts = []config.Alert{alerts}
	_, reload := reloading(t, cfg)
	enqueue(t, cfg, "")
	if text := heard(t, got); !strings.Contains(text, "410 Gone") {
		t.Errorf("heard %q", text)
	}
	h.say(http.StatusNoContent)
	reload()
	if text := heard(t, got); !strings.Contains(text, "takes receipts again") {
		t.Errorf("of the end: %q", text)
	}
}

// What was posted before a webhook was configured is not for it, and what is posted while
// the daemon is down or its receiver hangs is.
func TestAWebhookStartsWithWhatComesAndGoesOnAfterARestart(t *testing.T) {
	cfg, box := newConfig(t)
	_, stop := start(t, cfg)
	enqueue(t, cfg, "")
	until(t, "the posts", func() bool { return len(box.X.Posts()) == 1 && len(box.Mastodon.Posts()) == 1 })
	stop()

	h := hooked(t, &cfg, "/")
	h.hang = make(chan struct{})
	_, stop = start(t, cfg)
	late := enqueueText(t, cfg, "Une brève de plus. #Essai\n\nSource: https://example.org/2\n\nLe corps.\n")
	until(t, "a request", func() bool { return len(h.receipts()) == 1 })
	until(t, "both posts", func() bool { return len(box.X.Posts()) == 2 && len(box.Mastodon.Posts()) == 2 })
	begun := time.Now()
	stop()
	if took := time.Since(begun); took > 10*time.Second { // 3 s, on a machine that is not busy
		t.Errorf("the end waited %s for a receiver that hangs", took)
	}
	o, err := OpenOffline(cfg, "test", ToLook)
	if err != nil {
		t.Fatal(err)
	}
	st, err := o.Status(context.Background())
	if err != nil || len(st.Webhooks) != 1 || st.Webhooks[0].Waiting != 2 {
		t.Errorf("without a daemon: %+v, %v", st.Webhooks, err)
	}
	if err := o.Close(); err != nil {
		t.Fatal(err)
	}
	close(h.hang)
	d, stop := start(t, cfg)
	defer stop()
	until(t, "the rest", func() bool { return webhookStatus(t, d)[0].Waiting == 0 && len(h.receipts()) == 3 })
	for _, id := range h.ids {
		if !strings.HasPrefix(id, late.ID) {
			t.Errorf("arrived: %v, want those of %s alone", h.ids, late.ID)
		}
	}
}

func TestAWebhookWithoutItsSecretIsAMistakeInTheConfiguration(t *testing.T) {
	cfg, _ := newConfig(t)
	hooked(t, &cfg, "/s3cr3t")
	if err := CheckWebhooks(cfg, ""); err != nil {
		t.Error(err)
	}
	if err := os.Remove(cfg.Webhooks[0].Secret); err != nil {
		t.Fatal(err)
	}
	_, err := New(cfg, quiet())
	for _, err := range []error{err, CheckWebhooks(cfg, "")} {
		if ce := new(ConfigError); !errors.As(err, &ce) || strings.Contains(err.Error(), "s3cr3t") || !strings.Contains(err.Error(), "webhook.key") {
			t.Errorf("%v", err)
		}
	}
}
