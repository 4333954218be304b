package config

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"strings"
)

// Webhook is one place that every receipt is sent to, signed with a secret of its own.
// Its address may carry a token, so it prints, logs and marshals with scheme and host alone.
type Webhook struct {
	URL    string `toml:"url"`    // https, or http on loopback
	Secret string `toml:"secret"` // file with the HMAC secret
}

const webhookExample = "https://hooks.example.org/crieur"

// validateWebhooks judges the form only. No error contains more of an address than its host.
func validateWebhooks(hooks []Webhook, accounts []Account) error {
	var all problems
	numbers, files := map[string]int{}, map[string]string{}
	for i, w := range hooks {
		label := fmt.Sprintf("webhook number %d", i+1)
		u, err := w.parse()
		all.add(prefix(label, err))
		// Two that were shown may look alike and were not.
		if err == nil && w.URL != w.redacted() {
			if first, taken := numbers[canonical(*u)]; taken {
				all.addf("%s: url is that of webhook number %d too: remove one of them", label, first)
			} else {
				numbers[canonical(*u)] = i + 1
			}
		}
		if err := w.validateSecret(accounts, files); err != nil {
			all.addf("%s: %w", label, err)
		}
	}
	return all.err()
}

// parse never hands on what url.Parse says: that contains the address.
func (w Webhook) parse() (*url.URL, error) {
	if w.URL == "" {
		return nil, fmt.Errorf("url is missing: set the address that receipts are sent to, e.g. %q", webhookExample)
	}
	return tokenAddress(w.URL, webhookExample)
}

// validateSecret also keeps apart what systemd keeps in one flat folder. files are the
// secrets of earlier webhooks by their name there.
func (w Webhook) validateSecret(accounts []Account, files map[string]string) error {
	if w.Secret == "" {
		return errors.New("secret is missing: name the file with the secret that signs what is sent")
	}
	if err := fileName("secret", w.Secret, "webhook.key"); err != nil {
		return err
	}
	id := credentialsID(w.Secret)
	for _, acc := range accounts {
		if acc.Credentials != "" && credentialsID(acc.Credentials) == id {
			return fmt.Errorf("secret file name %q is that of account %q too: give it its own, as systemd keeps them in one folder", id, acc.Name)
		}
	}
	if other, taken := files[id]; taken && other != w.Secret {
		return fmt.Errorf("secret %q has the file name of %q: name the same file or one of another name, as systemd keeps them in one folder", w.Secret, other)
	}
	files[id] = w.Secret
	return nil
}

// canonical is the same for two spellings of one address.
func canonical(u url.URL) string {
	u.Host = strings.ToLower(u.Host)
	u.Host = strings.TrimSuffix(u.Host, map[string]string{"https": ":443", "http": ":80"}[u.Scheme])
	if u.Path == "" {
		u.Path = "/"
	}
	return u.String()
}

// redacted keeps scheme and host, which operators need to tell one webhook from another.
func (w Webhook) redacted() string { return hostAlone(w.URL) }

// Format covers every verb: %d or %x would walk the fields in spite of String.
func (w Webhook) Format(f fmt.State, _ rune) {
	// A write to a fmt.State is to memory and has nobody to report to.
	_, _ = io.WriteString(f, w.redacted())
}

// String shows scheme and host alone.
func (w Webhook) String() string { return w.redacted() }

// GoString shows scheme and host alone.
func (w Webhook) GoString() string { return w.redacted() }

// LogValue shows scheme and host alone.
func (w Webhook) LogValue() slog.Value { return slog.StringValue(w.redacted()) }

// MarshalJSON shows of the address scheme and host alone; the secret is a file name.
func (w Webhook) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		URL    string `json:"url"`
		Secret string `json:"secret"`
	}{w.redacted(), w.Secret})
}
