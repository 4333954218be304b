package config

import (
	"bytes"
	"fmt"
)

// The length of a webhook's secret, in bytes.
const (
	minWebhookSecret = 16
	maxWebhookSecret = 4 << 10
)

// LoadWebhookSecret reads the secret that signs what is sent to w: the bytes of its file
// without one newline at the end. credentialsDir is the value of $CREDENTIALS_DIRECTORY,
// where a file of the same base name comes first, as in LoadCredentials; "" when there is
// none. w comes from Load, which made its path absolute. It refuses a file that group or
// others may open (but for those of credentialsDir), one of less than 16 bytes and one of
// more than 4096. No error contains a byte of the secret, or of the address more than its
// host.
func LoadWebhookSecret(w Webhook, credentialsDir string) ([]byte, error) {
	secret, err := loadWebhookSecret(w, credentialsDir)
	if err != nil {
		return nil, prefix("webhook "+w.redacted(), err)
	}
	return secret, nil
}

func loadWebhookSecret(w Webhook, dir string) ([]byte, error) {
	if err := w.validateSecret(nil, map[string]string{}); err != nil {
		return nil, err
	}
	path, data, err := readSecret("secret", w.Secret, dir, maxWebhookSecret)
	if err != nil {
		return nil, err
	}
	secret, ended := bytes.CutSuffix(data, []byte("\n"))
	if ended {
		secret = bytes.TrimSuffix(secret, []byte("\r"))
	}
	if len(secret) < minWebhookSecret {
		return nil, fmt.Errorf("secret %s has %d bytes, which can be guessed: want at least %d, e.g. of \"openssl rand -hex 32\"", path, len(secret), minWebhookSecret)
	}
	return secret, nil
}
