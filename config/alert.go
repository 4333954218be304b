package config

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Alert is one place where the operator hears of what needs a person: a service, or a
// command of this machine. Address and arguments carry secrets, so it prints, logs and
// marshals with the scheme, or the name of the command, alone.
type Alert struct {
	URL     string   `toml:"url,omitempty"`
	Command []string `toml:"command,omitempty"` // absolute path of a program, and its arguments
}

// AlertServices are the schemes of alert addresses, those of shoutrrr without its
// "logger", which would tell nobody. A test of package alert compares them with the
// library, which this package must not import.
func AlertServices() []string {
	return []string{"bark", "discord", "generic", "googlechat", "gotify", "hangouts", "ifttt", "join", "lark", "matrix",
		"mattermost", "notifiarr", "ntfy", "opsgenie", "pagerduty", "pushbullet", "pushover", "rocketchat", "signal",
		"slack", "smtp", "teams", "telegram", "wecom", "zulip"}
}

// alertScheme wants "://" too: what stands before a mere colon may be a secret.
var alertScheme = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^([a-zA-Z][a-zA-Z0-9]*)(\+(?i:https?))?://`)
})

// validateAlerts judges the form only: whether a service takes its address is for
// package alert. No error contains more of an address than its scheme.
func validateAlerts(alerts []Alert) error {
	var all problems
	for i, a := range alerts {
		all.add(prefix(fmt.Sprintf("alert number %d", i+1), a.validate()))
		// Two that were shown may look alike and were not.
		shown := slices.Contains(a.Command, Redacted) || a.URL != "" && a.URL == a.shown().URL
		first := slices.IndexFunc(alerts, a.Equal)
		if first < i && !shown && (a.URL != "" || len(a.Command) > 0) {
			all.addf("alert number %d is alert number %d once more: remove one of them", i+1, first+1)
		}
	}
	return all.err()
}

func (a Alert) validate() error {
	const example = "ntfy://ntfy.sh/your-topic"
	switch {
	case a.URL != "" && len(a.Command) > 0:
		return errors.New("it has a url and a command: write an [[alert]] for each")
	case len(a.Command) > 0:
		return a.validateCommand()
	case a.URL == "":
		return fmt.Errorf("url is missing: set the address of a notification service, e.g. %q, or a command", example)
	}
	if strings.ContainsFunc(a.URL, func(r rune) bool { return r <= ' ' || r == 0x7f }) {
		return fmt.Errorf("url contains a space or control character: write it as %%20 or remove it, want one like %q", example)
	}
	m := alertScheme().FindStringSubmatch(a.URL)
	if m == nil {
		return fmt.Errorf("url has no scheme that names a service: want one like %q", example)
	}
	scheme := strings.ToLower(m[1])
	switch {
	case slices.Contains(AlertServices(), scheme):
		return nil
	case scheme == "http" || scheme == "https":
		return fmt.Errorf("url scheme %q names no service: write a web hook of your own as \"generic+%s://…\"", scheme, scheme)
	default:
		return oneOf("url scheme", scheme, AlertServices()...)
	}
}

// validateCommand judges the form; whether the program is there is for who runs it.
func (a Alert) validateCommand() error {
	if !filepath.IsAbs(a.Command[0]) {
		return fmt.Errorf("command %q is no absolute path: write it whole, e.g. %q", a.Command[0], "/usr/local/bin/page-me")
	}
	for i, arg := range a.Command {
		if strings.ContainsRune(arg, 0) {
			return fmt.Errorf("command: word %d contains a NUL character: remove it", i+1)
		}
	}
	return nil
}

// Equal tells whether both lead to the same place.
func (a Alert) Equal(b Alert) bool { return a.URL == b.URL && slices.Equal(a.Command, b.Command) }

// shown is the alert as it may be shown.
func (a Alert) shown() Alert {
	if a.URL != "" {
		a.URL = a.redacted()
	}
	if len(a.Command) > 1 {
		a.Command = []string{a.Command[0], Redacted}
	}
	return a
}

// redacted keeps the scheme or the name of the command. Host names can be secrets too:
// Pushbullet and IFTTT have their token there.
func (a Alert) redacted() string {
	if a.URL == "" && len(a.Command) > 0 {
		return strings.Join(a.shown().Command, " ")
	}
	if m := alertScheme().FindString(a.URL); m != "" {
		return strings.ToLower(m) + Redacted
	}
	return Redacted
}

// Format covers every verb: %d or %x would walk the field in spite of String.
func (a Alert) Format(f fmt.State, _ rune) {
	// A write to a fmt.State is to memory and has nobody to report to.
	_, _ = io.WriteString(f, a.redacted())
}

// String never shows a secret.
func (a Alert) String() string { return a.redacted() }

// GoString never shows a secret.
func (a Alert) GoString() string { return a.redacted() }

// LogValue never shows a secret.
func (a Alert) LogValue() slog.Value { return slog.StringValue(a.redacted()) }

// MarshalJSON never shows a secret.
func (a Alert) MarshalJSON() ([]byte, error) {
	s := a.shown()
	return json.Marshal(struct {
		URL     string   `json:"url,omitempty"`
		Command []string `json:"command,omitempty"`
	}{s.URL, s.Command})
}
