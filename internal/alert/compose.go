package alert

import (
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Longest texts, in characters.
const (
	maxName  = 64
	maxField = 400
	maxTitle = 100
	// maxText fits the shortest of the services, Pushover: 1024 characters
	// (https://pushover.net/api#limits).
	maxText = 1000
)

// news is one composed message.
type news struct{ title, text string }

// compose writes one message of all topics, each on a line of its own.
func compose(site string, zone *time.Location, topics []topic) news {
	title := "crieur"
	if site = clean(site, maxName); site != "" {
		title += " " + site
	}
	if len(topics) == 1 {
		title += ": " + topics[0].name()
	} else {
		title += fmt.Sprintf(": %d alerts", len(topics))
	}
	var b strings.Builder
	for i, t := range topics {
		line := t.line(zone)
		if i > 0 {
			line = "\n" + line
		}
		rest := fmt.Sprintf("\nand %d more alerts: see \"crieur status\"", len(topics)-i)
		room := maxText - utf8.RuneCountInString(b.String())
		if i < len(topics)-1 {
			room -= utf8.RuneCountInString(rest)
		}
		if utf8.RuneCountInString(line) > room {
			b.WriteString(rest)
			break
		}
		b.WriteString(line)
	}
	return news{clean(title, maxTitle), b.String()}
}

func (t topic) name() string {
	name := t.first.Kind
	if t.first.Over {
		name = "recovered (" + name + ")"
	}
	if t.first.Account == "" {
		return name
	}
	return name + " on " + t.first.Account
}

func (t topic) line(zone *time.Location) string {
	if t.first.Over {
		return t.name() + ": " + t.last.line(zone) // that it ended before as well is no news
	}
	if t.told.IsZero() {
		out := t.name() + ": " + t.first.line(zone)
		if t.count > 1 {
			out += fmt.Sprintf(" (and %d more)", t.count-1)
		}
		return out
	}
	return fmt.Sprintf("%s: and %d more since %s, the latest: %s", t.name(), t.count, t.told.In(zone).Format("15:04 MST"), t.last.line(zone))
}

func (m Message) line(zone *time.Location) string {
	var b strings.Builder
	if !m.At.IsZero() {
		b.WriteString(m.At.In(zone).Format("15:04 MST") + ", ")
	}
	if m.Title != "" {
		fmt.Fprintf(&b, "“%s” ", m.Title)
	}
	if m.Delivery != "" {
		fmt.Fprintf(&b, "(%s) ", m.Delivery)
	}
	return b.String() + m.Text
}

// stamp is a moment as the engine writes it for programs.
var stamp = regexp.MustCompile(`\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)`)

// inZone writes the moments in a text as people there read them: 27 Nov 14:05 CET.
func inZone(text string, zone *time.Location) string {
	return stamp.ReplaceAllStringFunc(text, func(s string) string {
		at, err := time.Parse(time.RFC3339, s)
		if err != nil {
			return s
		}
		return at.In(zone).Format("2 Jan 15:04 MST")
	})
}

// bounded keeps any message small, and on one line.
func bounded(m Message) Message {
	m.Kind, m.Account, m.Delivery = clean(m.Kind, maxName), clean(m.Account, maxName), clean(m.Delivery, maxName)
	m.Title, m.Text = clean(m.Title, maxTitle), clean(m.Text, maxField)
	return m
}

// clean makes one line of s, at most limit characters. Titles become headers of mails
// and requests, where a line break would begin another header; format characters could
// turn the text around.
func clean(s string, limit int) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r), unicode.IsControl(r), r == '\u2028', r == '\u2029':
			return ' '
		case r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069':
			return -1
		default:
			return r
		}
	}, strings.ToValidUTF8(s, "\ufffd"))
	s = strings.Join(strings.Fields(s), " ")
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	return string([]rune(s)[:limit-1]) + "…"
}
