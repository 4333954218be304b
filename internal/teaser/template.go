package teaser

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// DefaultTemplate is used where an account names none.
const DefaultTemplate = "{text}\n\n{hashtags}\n{link}"

// part is what a placeholder stands for.
type part int

const (
	partNone part = iota
	partText
	partTitle
	partEmoji
	partHashtags
	partLink
	partCount
)

// partNames are the placeholders as operators write them, without braces.
var partNames = [partCount]string{partText: "text", partTitle: "title", partEmoji: "emoji", partHashtags: "hashtags", partLink: "link"}

// piece is either literal text (part is partNone) or a placeholder.
type piece struct {
	literal string
	part    part
}

type template []piece

func (t template) has(p part) bool {
	for _, pc := range t {
		if pc.part == p {
			return true
		}
	}
	return false
}

// CheckTemplate tells what is wrong with a template: an unknown placeholder or a
// brace without its partner. "{{" and "}}" write a brace. The empty template
// stands for DefaultTemplate.
func CheckTemplate(s string) error {
	_, err := parseTemplate(s)
	return err
}

func parseTemplate(s string) (template, error) {
	if s == "" {
		s = DefaultTemplate
	}
	if !utf8.ValidString(s) {
		return nil, errors.New("the template is not valid UTF-8: save the configuration file as UTF-8")
	}
	var t template
	var lit strings.Builder
	flush := func() {
		if lit.Len() > 0 {
			t = append(t, piece{literal: cleanLiteral(lit.String())})
			lit.Reset()
		}
	}
	for i := 0; i < len(s); {
		switch {
		case strings.HasPrefix(s[i:], "{{"), strings.HasPrefix(s[i:], "}}"):
			lit.WriteByte(s[i])
			i += 2
		case s[i] == '}':
			return nil, fmt.Errorf(`the template has a "}" without a "{" before %q: write "}}" for a brace`, excerpt(s[i+1:]))
		case s[i] == '{':
			end := strings.IndexAny(s[i+1:], "{}")
			if end < 0 || s[i+1+end] == '{' {
				return nil, fmt.Errorf(`the template does not close the "{" before %q: write "{{" for a brace`, excerpt(s[i+1:]))
			}
			name := s[i+1 : i+1+end]
			p := partNamed(name)
			if p == partNone {
				return nil, fmt.Errorf(`the template has the unknown placeholder {%s}: known are %s ("{{" writes a brace)`, name, knownParts())
			}
			flush()
			t = append(t, piece{part: p})
			i += end + 2
		default:
			lit.WriteByte(s[i])
			i++
		}
	}
	flush()
	return t, nil
}

func partNamed(name string) part {
	for p := partText; p < partCount; p++ {
		if partNames[p] == name {
			return p
		}
	}
	return partNone
}

func knownParts() string {
	var b strings.Builder
	for p := partText; p < partCount; p++ {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString("{" + partNames[p] + "}")
	}
	return b.String()
}

// excerpt is the beginning of s, short enough for an error.
func excerpt(s string) string {
	const most = 20
	n := 0
	for i := range s {
		if n == most {
			return s[:i] + "…"
		}
		n++
	}
	return s
}
