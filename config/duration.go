package config

import (
	"fmt"
	"strings"
	"time"
)

// Duration is a time.Duration written as Go writes it ("30s").
type Duration time.Duration

// UnmarshalText reads a duration as Go writes it: "30s", "5m", "1h30m".
func (d *Duration) UnmarshalText(text []byte) error {
	v, err := time.ParseDuration(string(text))
	if err != nil {
		return fmt.Errorf("%q is not a duration: write it like \"30s\", \"5m\" or \"48h\"", text)
	}
	*d = Duration(v)
	return nil
}

// MarshalText writes the duration so that UnmarshalText reads the same back.
func (d Duration) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// String is time.Duration's without the zero tail: "48h", not "48h0m0s".
func (d Duration) String() string {
	s := time.Duration(d).String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}
