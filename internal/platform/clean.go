package platform

import (
	"net/url"
	"strings"
	"unicode"
)

const (
	maxErrorRunes  = 400 // of foreign text in an error: a log line stays a line
	minSecretBytes = 4   // a shorter one would blank out ordinary words
)

// fault is an error whose text was cleaned of secrets.
type fault struct {
	text  string
	cause error // nil when its own text names a secret
}

func (f *fault) Error() string { return f.text }
func (f *fault) Unwrap() error { return f.cause }

// cleanError returns err with a text that is fit for logs; errors.Is still finds the causes.
func cleanError(err error, secrets []string) error {
	whole := err.Error()
	if scrub(whole, secrets) != whole {
		return &fault{text: clean(whole, secrets)} // unwrapping would give the secret away
	}
	return &fault{text: clean(whole, secrets), cause: err}
}

// clean makes foreign text one short printable line without secrets.
func clean(text string, secrets []string) string {
	text = strings.Map(func(r rune) rune {
		if r == ' ' || unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, text)
	text = strings.Join(strings.Fields(scrub(text, secrets)), " ")
	if runes := []rune(text); len(runes) > maxErrorRunes {
		text = string(runes[:maxErrorRunes]) + "…"
	}
	return text
}

// scrub replaces every secret, also as a URL or a form writes it: servers like to
// echo what they were sent.
func scrub(text string, secrets []string) string {
	for _, s := range secrets {
		if len(s) < minSecretBytes {
			continue
		}
		for _, form := range []string{s, url.QueryEscape(s), url.PathEscape(s)} {
			text = strings.ReplaceAll(text, form, "[secret]")
		}
	}
	return text
}
