package main

import (
	"regexp"
	"strings"
)

var (
	referenceKey   = regexp.MustCompile(`^#?([a-z_0-9]+) = (.+)$`)
	referenceTable = regexp.MustCompile(`^#?(\[\[?[a-z]+\]?\])$`)
)

// configPage is crieur.toml(5), made of the annotated reference: its comments explain
// the table or the key that follows them.
func configPage(reference, date string) string {
	r := begin("crieur.toml", 5, date, "the configuration of crieur")
	r.request("SH", "DESCRIPTION")
	// The first line of the file is its title, which the page has.
	head, rest, _ := strings.Cut(reference, "\n\n")
	_, head, _ = strings.Cut(head, "\n")
	r.prose(comment(strings.TrimPrefix(head, "#\n")))
	var note []string // comment lines that wait for what they explain
	seen := map[string]bool{}
	for line := range strings.SplitSeq(rest, "\n") {
		table, key := referenceTable.FindStringSubmatch(line), referenceKey.FindStringSubmatch(line)
		text := comment(strings.Join(note, "\n"))
		switch {
		case table != nil:
			if !seen[table[1]] { // the reference has two accounts
				r.request("SH", table[1])
			}
			seen[table[1]] = true
			r.prose(text)
		case key != nil:
			if text != "" { // without one it is an example of what was explained before
				r.item(key[1]+" = "+key[2], text)
			}
		case strings.HasPrefix(line, "#"):
			note = append(note, line)
			continue
		case len(note) > 0: // a paragraph that explains what is further below
			if strings.TrimSpace(line) == "" {
				note = append(note, "#")
				continue
			}
		}
		note = nil
	}
	r.request("SH", "FILES")
	r.item("/etc/crieur/crieur.toml, ./crieur.toml", "Where it is looked for, in this order, unless --config names another.")
	r.request("SH", "SEE ALSO")
	r.line("crieur(1), crieur\\-config(1), crieur\\-check(1)")
	return r.b.String()
}

// comment is the text of comment lines.
func comment(lines string) string {
	var out []string
	for line := range strings.SplitSeq(lines, "\n") {
		out = append(out, strings.TrimPrefix(strings.TrimPrefix(line, "#"), " "))
	}
	return strings.TrimSpace(strings.Join(out, "\n"))
}
