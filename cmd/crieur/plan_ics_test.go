package main

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"crieur/config"
	"crieur/internal/dispatch"
)

// icsProperty is a content line of RFC 5545, unfolded.
type icsProperty struct{ name, value string }

var icsLine = regexp.MustCompile(`^([A-Z][A-Z0-9-]*):(.*)$`)

// parseICS reads an iCalendar object by the grammar of RFC 5545, 3.1 and 3.6, and
// returns the calendar's properties and those of each event.
func parseICS(text string) (props []icsProperty, events [][]icsProperty, err error) {
	if !strings.HasSuffix(text, "\r\n") || strings.Count(text, "\r") != strings.Count(text, "\r\n") || strings.Count(text, "\n") != strings.Count(text, "\r\n") {
		return nil, nil, fmt.Errorf("lines do not end with CRLF alone")
	}
	lines := strings.Split(strings.TrimSuffix(text, "\r\n"), "\r\n")
	for _, l := range lines {
		if len(l) > 75 || !utf8.ValidString(l) {
			return nil, nil, fmt.Errorf("%d octets, valid UTF-8 %t: %q", len(l), utf8.ValidString(l), l)
		}
	}
	unfolded := strings.Split(strings.ReplaceAll(strings.Join(lines, "\r\n"), "\r\n ", ""), "\r\n")
	var open []string
	for _, l := range unfolded {
		m := icsLine.FindStringSubmatch(l)
		if m == nil {
			return nil, nil, fmt.Errorf("no content line: %q", l)
		}
		p := icsProperty{m[1], m[2]}
		switch {
		case p.name == "BEGIN":
			if want := []string{"VCALENDAR", "VEVENT"}; len(open) > 1 || p.value != want[len(open)] {
				return nil, nil, fmt.Errorf("%s within %v", p.value, open)
			}
			if open = append(open, p.value); p.value == "VEVENT" {
				events = append(events, nil)
			}
		case len(open) == 0:
			return nil, nil, fmt.Errorf("%q outside of the calendar", l)
		case p.name == "END":
			if p.value != open[len(open)-1] {
				return nil, nil, fmt.Errorf("END:%s within %v", p.value, open)
			}
			open = open[:len(open)-1]
		case len(open) == 2:
			events[len(events)-1] = append(events[len(events)-1], p)
		default:
			props = append(props, p)
		}
	}
	if len(open) > 0 {
		return nil, nil, fmt.Errorf("%v is not ended", open)
	}
	return props, events, nil
}

// textOf reads a TEXT value (RFC 5545, 3.3.11).
func textOf(value string) (string, error) {
	var b strings.Builder
	for i := 0; i < len(value); i++ {
		switch c := value[i]; {
		case c == ';' || c == ',' || c < ' ' || c == 0x7f:
			return "", fmt.Errorf("%q stands bare in %q", c, value)
		case c != '\\':
			b.WriteByte(c)
		case i+1 == len(value) || !strings.ContainsRune(`\;,nN`, rune(value[i+1])):
			return "", fmt.Errorf("a lone backslash in %q", value)
		default:
			i++
			b.WriteByte(strings.NewReplacer("n", "\n", "N", "\n").Replace(value[i : i+1])[0])
		}
	}
	return b.String(), nil
}

// the returns the one value of a property.
func the(ps []icsProperty, name string) (value string) {
	n := 0
	for _, p := range ps {
		if p.name == name {
			value = p.value
			n++
		}
	}
	if n != 1 {
		return fmt.Sprintf("(%d times %s)", n, name)
	}
	return value
}

// TestEveryPlanIsAValidCalendarWithAnEventAPost reads back what is written, whatever the titles.
func TestEveryPlanIsAValidCalendarWithAnEventAPost(t *testing.T) {
	now := time.Date(2026, 11, 27, 9, 8, 7, 0, time.UTC)
	title := rapid.OneOf(rapid.String(), rapid.StringOfN(rapid.RuneFrom([]rune("aé日🚢,;\\\n:\"\u0301")), 0, 120, -1))
	rapid.Check(t, func(t *rapid.T) {
		var entries, posts []dispatch.PlanEntry
		for i := range rapid.IntRange(0, 4).Draw(t, "entries") {
			kind := rapid.SampledFrom([]string{dispatch.PlanPost, dispatch.PlanPost, dispatch.PlanEmpty, dispatch.PlanExpires}).Draw(t, "kind")
			e := entry(now.Add(time.Duration(i)*time.Hour).In(time.FixedZone("", 3600)).Format(time.RFC3339), fmt.Sprintf("a%d", i), kind, title.Draw(t, "title"), "slot", 0.2)
			entries = append(entries, e)
			if kind == dispatch.PlanPost {
				posts = append(posts, e)
			}
		}
		var b bytes.Buffer
		site := config.Site{BaseURL: "https://news.example.org/", Title: title.Draw(t, "site")}
		if err := writeICS(&b, entries, site, now); err != nil {
			t.Fatal(err)
		}
		props, events, err := parseICS(b.String())
		if err != nil {
			t.Fatalf("%v\n%s", err, &b)
		}
		if the(props, "VERSION") != "2.0" || the(props, "METHOD") != "PUBLISH" || the(props, "PRODID") == "" || the(props, "X-WR-CALNAME") != the(props, "NAME") {
			t.Fatalf("properties %q", props)
		}
		if len(events) != len(posts) {
			t.Fatalf("%d events for %d posts", len(events), len(posts))
		}
		for i, e := range events {
			p := posts[i]
			got, err := textOf(the(e, "SUMMARY"))
			if err != nil {
				t.Fatal(err)
			}
			if want := p.Account + ": " + printableLines(p.Title); got != want {
				t.Fatalf("summary %q, want %q", got, want)
			}
			if _, err := textOf(the(e, "DESCRIPTION")); err != nil {
				t.Fatal(err)
			}
			if the(e, "UID") != *p.Delivery+"@news.example.org" || the(e, "DTSTAMP") != "20261127T090807Z" || the(e, "DTSTART") != p.At.UTC().Format("20060102T150405")+"Z" {
				t.Fatalf("event %q", e)
			}
		}
	})
}

// printableLines is a text as a calendar can carry it: lines, without other control characters.
func printableLines(s string) string {
	var b strings.Builder
	for _, r := range strings.ReplaceAll(s, "\r\n", "\n") {
		if r != '\n' && (r < ' ' || r >= 0x7f && r <= 0x9f) {
			r = ' '
		}
		b.WriteRune(r)
	}
	return b.String()
}

func TestAFoldedLineNeverCutsACharacter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOfN(rapid.RuneFrom([]rune("xé日🚢")), 0, 300, -1).Draw(t, "text")
		folded := foldICS(s)
		for l := range strings.SplitSeq(folded, "\r\n") {
			if len(l) > 75 || !utf8.ValidString(l) {
				t.Fatalf("%d octets: %q", len(l), l)
			}
		}
		if got := strings.ReplaceAll(strings.TrimSuffix(folded, "\r\n"), "\r\n ", ""); got != s {
			t.Fatalf("unfolded %q, want %q", got, s)
		}
	})
}
