package config

import (
	"fmt"
	"io"
	"log/slog"
)

// Redacted is what stands for credentials wherever they are printed.
const Redacted = "[redacted]"

// Format covers every verb: %d or %x would walk the fields in spite of String.
func (Credentials) Format(f fmt.State, _ rune) {
	// A write to a fmt.State is to memory and has nobody to report to.
	_, _ = io.WriteString(f, Redacted)
}

// String never shows a secret.
func (Credentials) String() string { return Redacted }

// GoString never shows a secret.
func (Credentials) GoString() string { return Redacted }

// LogValue never shows a secret.
func (Credentials) LogValue() slog.Value { return slog.StringValue(Redacted) }

// MarshalJSON never shows a secret.
func (Credentials) MarshalJSON() ([]byte, error) { return []byte(`"` + Redacted + `"`), nil }

// MarshalText never shows a secret; it covers TOML, XML and YAML encoders too.
func (Credentials) MarshalText() ([]byte, error) { return []byte(Redacted), nil }
