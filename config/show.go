package config

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/pelletier/go-toml/v2"
)

// Show writes the effective configuration as TOML, defaults filled in, in a form that
// Parse reads back to the same, but for the addresses of alerts, of which the scheme is
// left, the arguments of their commands, and the addresses of webhooks and heartbeat, of
// which the host is left too. It contains paths of secrets and
// no secret.
func (c Config) Show() ([]byte, error) {
	c.Alerts = slices.Clone(c.Alerts)
	for i, a := range c.Alerts {
		c.Alerts[i] = a.shown()
	}
	c.Webhooks = slices.Clone(c.Webhooks)
	for i, w := range c.Webhooks {
		c.Webhooks[i].URL = w.redacted()
	}
	c.Heartbeat.URL = c.Heartbeat.shown()
	var buf bytes.Buffer
	enc := toml.NewEncoder(&buf)
	if err := enc.Encode(c); err != nil {
		return nil, fmt.Errorf("configuration cannot be written as TOML: %w", err)
	}
	return buf.Bytes(), nil
}
