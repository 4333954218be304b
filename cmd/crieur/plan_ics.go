package main

import (
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"crieur/config"
	"crieur/internal/dispatch"
)

// icsTime is RFC 5545's form 2: UTC needs no time zone component.
const icsTime = "20060102T150405Z"

// writeICS writes the posts of a plan as an iCalendar object (RFC 5545). A delivery's
// event has the same UID in every plan, so that a later import moves it.
func writeICS(w io.Writer, entries []dispatch.PlanEntry, site config.Site, now time.Time) error {
	host := "crieur.invalid"
	if u, err := url.Parse(site.BaseURL); err == nil && u.Hostname() != "" {
		host = u.Hostname()
	}
	var b strings.Builder
	line := func(name, value string) { b.WriteString(foldICS(name + ":" + value)) }
	line("BEGIN", "VCALENDAR")
	line("VERSION", "2.0")
	line("PRODID", "-//crieur//plan//EN")
	line("METHOD", "PUBLISH")
	name := escapeICS(strings.TrimSpace(site.Title + " · planned posts"))
	line("NAME", name) // RFC 7986
	line("X-WR-CALNAME", name)
	for _, e := range entries {
		if e.Kind != dispatch.PlanPost || e.Delivery == nil {
			continue
		}
		about := fmt.Sprintf("%s (%s)\n%s", e.Account, e.Platform, e.Reason)
		if e.CostUSD > 0 {
			about += fmt.Sprintf("\n$%.3f", e.CostUSD)
		}
		line("BEGIN", "VEVENT")
		line("UID", escapeICS(*e.Delivery+"@"+host))
		line("DTSTAMP", now.UTC().Format(icsTime))
		line("DTSTART", e.At.UTC().Format(icsTime))
		line("SUMMARY", escapeICS(e.Account+": "+e.Title))
		line("DESCRIPTION", escapeICS(about+"\ncrieur show "+*e.Delivery))
		line("TRANSP", "TRANSPARENT") // nobody is busy meanwhile
		line("END", "VEVENT")
	}
	line("END", "VCALENDAR")
	_, err := io.WriteString(w, b.String())
	return err
}

// escapeICS writes a text as a TEXT value; control characters have no form in it.
func escapeICS(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' {
			return ' '
		}
		return r
	}, strings.ReplaceAll(s, "\r\n", "\n"))
	return strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\n", `\n`).Replace(s)
}

// foldICS ends a content line, folded so that no line has more than 75 octets; no
// character is cut.
func foldICS(s string) string {
	const most = 75
	var b strings.Builder
	room := most
	for _, r := range s {
		n := utf8.RuneLen(r)
		if n > room {
			b.WriteString("\r\n ")
			room = most - 1
		}
		b.WriteRune(r)
		room -= n
	}
	return b.String() + "\r\n"
}
