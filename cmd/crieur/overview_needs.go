package main

import (
	"cmp"
	"fmt"
	"strings"

	"crieur/internal/control"
	"crieur/internal/delivery"
	"crieur/internal/dispatch"
	"crieur/internal/term"
)

// need is something that waits for a person, with what to type.
type need struct {
	style   term.Style
	what    string
	why     string
	command string
}

// needs lists what waits for a person, the worst first.
func (o overview) needs() (out []need) {
	var warn []need
	if o.ExportError != "" {
		out = append(out, need{style: term.Bad, what: "pages are not written to pages.export_dir: posts may lead to none", why: o.ExportError, command: "crieur check"})
	}
	for _, a := range o.Accounts {
		n := need{what: a.Name + " is " + a.State, why: plainError(a.Why()), command: "crieur resume " + a.Name}
		switch a.State {
		case dispatch.StateStopped:
			n.style = term.Bad
			if a.Platform == "" { // not in the configuration any more
				n.command = "crieur list --state scheduled --account " + a.Name
			}
			out = append(out, n)
		case dispatch.StatePaused:
			n.style = term.Loud
			warn = append(warn, n)
		case dispatch.StateWaiting:
			n.style, n.command = term.Loud, "" // it goes on by itself
			warn = append(warn, n)
		}
	}
	for _, d := range o.held {
		ways := "--posted URL | --not-posted"
		if delivery.Unsent(d.Reason) {
			ways = "--not-posted"
		}
		out = append(out, o.ofDelivery(d, term.Bad, fmt.Sprintf("crieur resolve %s %s", d.ID, ways)))
	}
	if more := o.Counts[string(delivery.Held)] - len(o.held); more > 0 {
		out = append(out, need{style: term.Bad, what: fmt.Sprintf("and %d more held", more), command: "crieur list --state held"})
	}
	for _, h := range o.Webhooks {
		if h.Error != "" || h.Stopped {
			warn = append(warn, need{style: term.Loud, what: "webhook " + h.Host, why: fmt.Sprintf("%s; %d receipts wait", cmp.Or(h.Error, "it wants no more"), h.Waiting)})
		}
	}
	for _, d := range o.recentlyDead() {
		warn = append(warn, o.ofDelivery(d, term.Loud, "crieur show "+d.ID))
	}
	return append(out, warn...)
}

func (o overview) ofDelivery(d control.ListedDelivery, style term.Style, command string) need {
	reason, _, _ := strings.Cut(d.Reason, ", then \"crieur resolve")
	reason = strings.TrimSuffix(reason, ": look at the account")
	return need{style: style, what: fmt.Sprintf("%s on %s: %s", d.State, d.Account, d.Title), why: plainError(reason), command: command}
}

// section is a part of the view that gets as many lines as there is room for.
type section struct {
	title string
	items [][]string // each of one line or more; shown whole or not at all
	more  string     // what to type to see those that found no room
}

// needsSection has each need with its reason and its command; whole: reasons are not cut.
func (o overview) needsSection(columns int, whole bool) section {
	s := section{title: "NEEDS YOU", more: "crieur status"}
	_, word, _ := o.verdict()
	if word != "Needs you" {
		s.title = "HAVE A LOOK"
	}
	for _, n := range o.needs() {
		text := term.Printable(n.what)
		if n.why != "" {
			text += " — " + term.Printable(n.why)
		}
		lines := []string{term.Cut(text, columns-4)}
		if whole {
			lines = term.Wrap(text, columns-4)
		}
		for i, l := range lines {
			mark := "    "
			if i == 0 {
				mark = "  " + o.in(n.style, "!") + " "
			}
			lines[i] = mark + l
		}
		if n.command != "" {
			lines = append(lines, "    "+o.in(term.Bold, term.Cut(n.command, columns-4)))
		}
		s.items = append(s.items, lines)
	}
	return s
}

// comingSection is what will be posted, or expires unposted.
func (o overview) comingSection(columns int) section {
	s := section{title: "COMING UP", more: "crieur plan"}
	t := term.Table{Columns: []term.Column{{Title: "  WHEN"}, {Title: "ACCOUNT", Least: 8}, {Title: "TITLE", Least: 16}}}
	for _, e := range o.plan {
		title, style := term.Printable(e.Title), term.Plain
		switch e.Kind {
		case dispatch.PlanPost:
			if e.CostUSD > 0 {
				title += " · " + usd(e.CostUSD)
			}
		case dispatch.PlanExpires:
			title, style = "EXPIRES UNPOSTED: "+title, term.Loud
		default:
			continue
		}
		t.Add(term.Cell{Text: "  " + o.short(e.At)}, term.Cell{Text: e.Account}, term.Cell{Text: title, Style: style})
	}
	s.items = o.rows(&t, columns)
	if len(s.items) == 0 {
		s.items = [][]string{{"  " + o.in(term.Dim, term.Cut(fmt.Sprintf("nothing in the next %s", counted(watchDays, "day")), columns-2))}}
	}
	return s
}

// recentSection is what was posted last.
func (o overview) recentSection(columns int) section {
	s := section{title: "POSTED", more: "crieur list --state delivered"}
	t := term.Table{Columns: []term.Column{{Title: "  WHEN"}, {Title: "ACCOUNT", Least: 8}, {Title: "TITLE", Least: 28}, {Title: "POST", Spare: 1}}}
	for _, d := range o.delivered {
		url := ""
		if d.Receipt != nil {
			url = d.Receipt.URL
		}
		t.Add(term.Cell{Text: "  " + o.short(endOf(d.StoryDelivery))}, term.Cell{Text: d.Account}, term.Cell{Text: term.Printable(d.Title)}, term.Cell{Text: url, Style: term.Dim})
	}
	s.items = o.rows(&t, columns)
	return s
}

func (o overview) rows(t *term.Table, columns int) (items [][]string) {
	w := t.Widths(columns)
	for _, row := range t.Rows {
		items = append(items, []string{t.Line(row, w, o.paint)})
	}
	return items
}
