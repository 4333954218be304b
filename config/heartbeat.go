package config

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"time"
)

// Heartbeat is a service elsewhere that raises the alarm when crieur is no longer heard
// of. Its address carries a token, so it prints, logs and marshals with scheme and host
// alone.
type Heartbeat struct {
	URL   string   `toml:"url"`   // asked by GET; https, or http on loopback; empty: none
	Every Duration `toml:"every"` // between two
}

// Bounds of Heartbeat.Every.
const (
	shortestBeat = 10 * time.Second
	longestBeat  = 24 * time.Hour
)

func (h Heartbeat) validate() error {
	var all problems
	if h.URL != "" {
		_, err := tokenAddress(h.URL, "https://hc-ping.example.org/your-check")
		all.add(prefix("heartbeat", err))
	}
	if every := time.Duration(h.Every); every < shortestBeat || every > longestBeat {
		all.addf("heartbeat.every %q: want \"10s\" to \"24h\"", h.Every)
	}
	return all.err()
}

// shown is the address as it may be shown.
func (h Heartbeat) shown() string {
	if h.URL == "" {
		return ""
	}
	return hostAlone(h.URL)
}

// Format covers every verb: %d or %x would walk the fields in spite of String.
func (h Heartbeat) Format(f fmt.State, _ rune) {
	// A write to a fmt.State is to memory and has nobody to report to.
	_, _ = io.WriteString(f, h.shown())
}

// String shows scheme and host alone.
func (h Heartbeat) String() string { return h.shown() }

// GoString shows scheme and host alone.
func (h Heartbeat) GoString() string { return h.shown() }

// LogValue shows scheme and host alone.
func (h Heartbeat) LogValue() slog.Value { return slog.StringValue(h.shown()) }

// MarshalJSON shows of the address scheme and host alone.
func (h Heartbeat) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		URL   string   `json:"url"`
		Every Duration `json:"every"`
	}{h.shown(), h.Every})
}
