package main

import (
	"fmt"
	"strings"

	"crieur/internal/control"
	"crieur/internal/term"
)

// drawArticle tells how an article was understood, with at most so many repairs.
func (l look) drawArticle(b *strings.Builder, a control.PreviewArticle, repairs int) {
	line := func(style term.Style, label, text string) {
		for i, s := range term.Hang(fmt.Sprintf("  %-8s  ", label), printed(text), l.columns) {
			if i == 0 {
				s = strings.Replace(s, label, l.in(style, label), 1)
			}
			b.WriteString(s + "\n")
		}
	}
	for _, s := range term.Wrap(printed(a.Title), l.columns) {
		b.WriteString(l.in(term.Bold, s) + "\n")
	}
	line(term.Dim, "page", a.URL)
	if a.Source != "" {
		line(term.Dim, "source", a.Source)
	}
	line(term.Dim, "language", a.Language)
	for _, w := range a.Warnings {
		line(term.Loud, "warning", w)
	}
	if n := len(a.Repairs); n > 0 {
		line(term.Good, "repaired", counted(n, "different damaged word"))
		l.drawRepairs(b, a, min(n, repairs))
		if n > repairs {
			fmt.Fprintf(b, "    … and %d more\n", n-repairs)
		}
	}
}

// drawRepairs is a word diff, by the rule that found the damage, as many in a line as fit.
func (l look) drawRepairs(b *strings.Builder, a control.PreviewArticle, most int) {
	const indent, apart = "    ", "  "
	rules, of := []string{}, map[string][]string{}
	for _, r := range a.Repairs[:most] {
		if of[r.Rule] == nil {
			rules = append(rules, r.Rule)
		}
		of[r.Rule] = append(of[r.Rule], term.WordDiff(oneLine(r.Before), oneLine(r.After), l.paint)+times(r.Count))
	}
	for _, rule := range rules {
		for _, s := range term.Hang("  ", printed(rule)+":", l.columns) {
			b.WriteString(l.in(term.Dim, s) + "\n")
		}
		text := ""
		for _, diff := range of[rule] {
			if text != "" && term.Cells(indent+text+apart+diff) > l.columns {
				b.WriteString(indent + text + "\n")
				text = ""
			}
			if text != "" {
				text += apart
			}
			text += diff
		}
		b.WriteString(indent + text + "\n")
	}
}
