package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"crieur/internal/control"
	"crieur/internal/dispatch"
	"crieur/internal/term"
)

// fewArticles are told one by one; more are a table.
const fewArticles = 5

// drawEnqueued tells on a terminal what became of the articles of a command.
func (a *app) drawEnqueued(l look, asked []control.Request, stored []control.Enqueued, when outlook) error {
	var b strings.Builder
	if len(stored) > fewArticles {
		l.enqueuedTable(&b, asked, stored, when)
	} else {
		for i, e := range stored {
			l.enqueuedArticle(&b, asked[i], e, when)
		}
	}
	_, err := io.WriteString(a.out, b.String())
	return err
}

func enqueuedVerb(e control.Enqueued) (verb string, style term.Style) {
	switch {
	case e.Added > 0:
		return "already there, now for more accounts", term.Good
	case e.Existing:
		return "already there (--again stores it anew)", term.Loud
	}
	return "enqueued", term.Good
}

func (l look) enqueuedArticle(b *strings.Builder, asked control.Request, e control.Enqueued, when outlook) {
	verb, style := enqueuedVerb(e)
	for _, line := range term.Wrap(term.Printable(asked.Article.Article.Title), l.columns) {
		b.WriteString(l.in(term.Bold, line) + "\n")
	}
	fmt.Fprintf(b, "  %s  %s\n", e.ID, l.in(style, verb))
	for _, line := range term.Hang("  ", e.URL, l.columns) {
		b.WriteString(line + "\n")
	}
	const indent = "  "
	account, state := 0, 0
	for _, d := range e.Deliveries {
		account, state = max(account, term.Cells(d.Account)), max(state, len(d.State))
	}
	for _, d := range e.Deliveries {
		before := indent + term.Pad(d.Account, account) + "  " + term.Pad(d.State, state) + "  "
		for _, line := range term.Hang(before, when.when(d.ID, d.Account, d.State, d.Due), l.columns) {
			b.WriteString(line + "\n")
		}
	}
	l.enqueuedWarnings(b, indent, e)
}

func (l look) enqueuedWarnings(b *strings.Builder, indent string, e control.Enqueued) {
	for _, w := range e.Warnings {
		for i, line := range term.Hang(indent+"warning  ", term.Printable(w), l.columns) {
			if i == 0 {
				line = strings.Replace(line, "warning", l.in(term.Loud, "warning"), 1)
			}
			b.WriteString(line + "\n")
		}
	}
}

// enqueuedTable has a line an article, the warnings of each below it, and a last line
// with all of it in numbers.
func (l look) enqueuedTable(b *strings.Builder, asked []control.Request, stored []control.Enqueued, when outlook) {
	t := term.Table{Columns: []term.Column{{Title: "ARTICLE"}, {Title: "RESULT"}, {Title: "FIRST POST"}, {Title: "TITLE", Least: 20}}}
	added, existing, deliveries := 0, 0, 0
	for i, e := range stored {
		result, style := "enqueued", term.Good
		switch {
		case e.Added > 0:
			result = "+" + counted(e.Added, "account")
			deliveries += e.Added
		case e.Existing:
			result, style = "already there", term.Dim
			existing++
		default:
			added++
			deliveries += len(e.Deliveries)
		}
		first := "in the queue"
		if at := when.first(e); !at.IsZero() {
			first = l.short(at)
		}
		t.Add(term.Cell{Text: e.ID}, term.Cell{Text: result, Style: style}, term.Cell{Text: first}, term.Cell{Text: term.Printable(asked[i].Article.Article.Title)})
	}
	w := t.Widths(l.columns)
	b.WriteString(t.Head(w, l.paint) + "\n")
	for i, row := range t.Rows {
		b.WriteString(t.Line(row, w, l.paint) + "\n")
		l.enqueuedWarnings(b, "  ", stored[i])
	}
	parts := []string{counted(added, "article") + " enqueued", counted(deliveries, "delivery")}
	if existing > 0 {
		parts = append(parts, fmt.Sprintf("%d already there (--again stores them anew)", existing))
	}
	b.WriteString(l.in(term.Bold, strings.Join(parts, ", ")) + "\n")
}

// first is when the first delivery of an article is posted, as far as is known.
func (o outlook) first(e control.Enqueued) (at time.Time) {
	for _, d := range e.Deliveries {
		p, ok := o.planned[d.ID]
		if !ok || p.Kind != dispatch.PlanPost {
			continue
		}
		if at.IsZero() || p.At.Before(at) {
			at = p.At
		}
	}
	if at.IsZero() { // a moment of its own that is further away than the plan
		i := slices.IndexFunc(e.Deliveries, func(d control.EnqueuedDelivery) bool { return d.Due.After(o.now) })
		if i >= 0 {
			at = e.Deliveries[i].Due
		}
	}
	return at
}
