package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Addresses whose secret is in each place but the host.
var secretWebhooks = []Webhook{
	{URL: "https://Hooks.example.org/s3cr3t/hook", Secret: "/etc/crieur/webhook.key"},
	{URL: "https://hooks.example.org:8443/?token=s3cr3t", Secret: "/etc/crieur/webhook.key"},
	{URL: "HTTP://[::1]:80/%73s3cr3t?s3cr3t", Secret: "/etc/crieur/webhook.key"},
	// These are not valid, and yet somebody may print them.
	{URL: "https://admin:s3cr3t@hooks.example.org/#s3cr3t"},
	{URL: "https:s3cr3t"},
	{URL: "ftp://s3cr3t/s3cr3t"},
	{URL: "https://hooks.example.org:s3cr3t/"},
	{URL: "https://hooks.example.org/\x00s3cr3t"},
	{URL: "s3cr3t"},
}

func TestAWebhookShowsOfItsAddressSchemeAndHostAlone(t *testing.T) {
	type holder struct {
		Webhook Webhook
		Ptr     *Webhook
		List    []Webhook
		Cfg     Config
	}
	var out bytes.Buffer
	for _, w := range secretWebhooks {
		for _, value := range []any{w, &w, []Webhook{w}, holder{w, &w, []Webhook{w}, Config{Webhooks: []Webhook{w}}}} {
			for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%10v", "% x"} {
				fmt.Fprintf(&out, verb+"\n", value)
			}
			text, err := json.Marshal(value)
			if err != nil {
				t.Fatal(err)
			}
			out.Write(text)
			for _, handler := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
				slog.New(handler).Info("x", "webhook", value)
			}
		}
		fmt.Fprintln(&out, w.String(), w.GoString(), validateWebhooks([]Webhook{w, w}, nil))
	}
	for _, secret := range []string{"s3cr3t", fmt.Sprintf("%x", "s3cr3t"), fmt.Sprintf("%X", "s3cr3t")} {
		if strings.Contains(out.String(), secret) {
			t.Errorf("output contains %s:\n%s", secret, out.String())
		}
	}
	for _, host := range []string{"https://Hooks.example.org/[redacted]", "https://hooks.example.org:8443/[redacted]", "http://[::1]:80/[redacted]"} {
		if !strings.Contains(out.String(), host) {
			t.Errorf("output does not name %s:\n%s", host, out.String())
		}
	}
}

func TestShowKeepsOfAWebhookSchemeHostAndFile(t *testing.T) {
	cfg := mustParse(t, minimal)
	cfg.Webhooks = append(cfg.Webhooks, secretWebhooks[:3]...)
	out, err := cfg.Show()
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(out, []byte("s3cr3t")) {
		t.Errorf("shown:\n%s", out)
	}
	want := []Webhook{
		{URL: "https://Hooks.example.org/[redacted]", Secret: "/etc/crieur/webhook.key"},
		{URL: "https://hooks.example.org:8443/[redacted]", Secret: "/etc/crieur/webhook.key"},
		{URL: "http://[::1]:80/[redacted]", Secret: "/etc/crieur/webhook.key"},
	}
	fields := cmp.Transformer("fields", func(w Webhook) []string { return []string{w.URL, w.Secret} })
	if diff := cmp.Diff(want, mustParse(t, string(out)).Webhooks, fields); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if cfg.Webhooks[0] != secretWebhooks[0] {
		t.Error("Show changed the configuration itself")
	}
}

// Once shown, two of one host are spelled alike.
func TestWhatIsShownOfPlacesOnOneHostReadsBack(t *testing.T) {
	cfg := mustParse(t, minimal)
	cfg.Webhooks = []Webhook{{URL: "https://e.org/1", Secret: "/k"}, {URL: "https://e.org/2", Secret: "/k"}}
	cfg.Alerts = []Alert{{URL: "ntfy://ntfy.sh/1"}, {URL: "ntfy://ntfy.sh/2"}}
	out, err := cfg.Show()
	if err != nil {
		t.Fatal(err)
	}
	again := mustParse(t, string(out))
	if len(again.Webhooks) != 2 || len(again.Alerts) != 2 {
		t.Errorf("read back %v and %v", again.Webhooks, again.Alerts)
	}
}

func TestWebhooksMayGoAnywhereOverTLSAndToThisMachineWithout(t *testing.T) {
	var text strings.Builder
	text.WriteString(minimal)
	for _, url := range []string{
		"https://hooks.example.org", "https://hooks.example.org/a", "https://hooks.example.org/a/", "https://hooks.example.org/a?token=b",
		"https://hooks.example.org:8443/a", "https://xn--bcher-kva.example/", "https://bücher.example/", "https://192.0.2.1/", "https://[2001:db8::1]/",
		"http://localhost:8080/", "http://127.0.0.2/", "http://[::1]:65535/", "https://hooks.example.org/%20",
	} {
		fmt.Fprintf(&text, "[[webhook]]\nurl = %q\nsecret = \"webhook.key\"\n", url)
	}
	mustParse(t, text.String())
}
