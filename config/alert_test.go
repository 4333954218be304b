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

// Addresses whose secret is in each place where a service has one.
var secretAlerts = []Alert{
	{URL: "ntfy://admin:s3cr3t@ntfy.sh/s3cr3t-topic"},
	{URL: "pushbullet://s3cr3t"},
	{URL: "Generic+HTTPS://hooks.example.org/s3cr3t?@x-key=s3cr3t#s3cr3t"},
	{URL: "s3cr3t:s3cr3t"}, // not valid, and yet somebody may print it
	{URL: "s3cr3t"},
	{Command: []string{"/bin/page", "--token", "s3cr3t"}},
}

func TestAnAlertNeverShowsMoreThanItsScheme(t *testing.T) {
	type holder struct {
		Alert Alert
		Ptr   *Alert
		List  []Alert
		Cfg   Config
	}
	var out bytes.Buffer
	for _, a := range secretAlerts {
		for _, value := range []any{a, &a, []Alert{a}, holder{a, &a, []Alert{a}, Config{Alerts: []Alert{a}}}} {
			for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%10v", "% x"} {
				fmt.Fprintf(&out, verb+"\n", value)
			}
			text, err := json.Marshal(value)
			if err != nil {
				t.Fatal(err)
			}
			out.Write(text)
			for _, handler := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
				slog.New(handler).Info("x", "alert", value)
			}
		}
	}
	for _, secret := range []string{"s3cr3t", fmt.Sprintf("%x", "s3cr3t"), fmt.Sprintf("%X", "s3cr3t")} {
		if strings.Contains(out.String(), secret) {
			t.Errorf("output contains %s:\n%s", secret, out.String())
		}
	}
	if !strings.Contains(out.String(), "ntfy://[redacted]") {
		t.Errorf("output does not name the service:\n%s", out.String())
	}
}

func TestAHeartbeatShowsOfItsAddressTheHostAlone(t *testing.T) {
	cfg := mustParse(t, minimal+"[heartbeat]\nurl = \"https://hc.example.org/s3cr3t?a=s3cr3t\"\n")
	shown, err := cfg.Show()
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	out.Write(shown)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d"} {
		fmt.Fprintf(&out, verb+"\n", cfg.Heartbeat)
	}
	text, err := json.Marshal(cfg.Heartbeat)
	if err != nil {
		t.Fatal(err)
	}
	out.Write(text)
	slog.New(slog.NewTextHandler(&out, nil)).Info("x", "heartbeat", cfg.Heartbeat)
	if strings.Contains(out.String(), "s3cr3t") || !strings.Contains(out.String(), "https://hc.example.org/[redacted]") {
		t.Errorf("shown:\n%s", out.String())
	}
}

func TestShowKeepsOfAnAlertItsSchemeAlone(t *testing.T) {
	cfg := mustParse(t, minimal)
	cfg.Alerts = append(cfg.Alerts, secretAlerts[:3]...)
	cfg.Alerts = append(cfg.Alerts, secretAlerts[5])
	out, err := cfg.Show()
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(out, []byte("s3cr3t")) {
		t.Errorf("shown:\n%s", out)
	}
	want := []Alert{{URL: "ntfy://[redacted]"}, {URL: "pushbullet://[redacted]"}, {URL: "generic+https://[redacted]"}, {Command: []string{"/bin/page", "[redacted]"}}}
	if diff := cmp.Diff(want, mustParse(t, string(out)).Alerts); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if !cfg.Alerts[0].Equal(secretAlerts[0]) || len(cfg.Alerts[3].Command) != 3 {
		t.Error("Show changed the configuration itself")
	}
}
