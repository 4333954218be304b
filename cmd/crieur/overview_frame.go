package main

import (
	"fmt"
	"strings"

	"crieur/internal/term"
)

// A window below these shows the word and the totals alone; from twoPanes on the
// sections stand side by side.
const (
	leastColumns, leastRows = 40, 10
	twoPanes                = 150
)

// frame is a window's content, of so many lines at most.
func (o overview) frame(rows int) []string {
	if o.columns < leastColumns || rows < leastRows {
		lines := []string{o.heading(false), o.totals(), o.in(term.Dim, term.Cut(fmt.Sprintf("a larger window shows more (%d×%d)", leastColumns, leastRows), o.columns))}
		return lines[:min(len(lines), max(rows, 0))]
	}
	top := []string{o.heading(true), o.about(), ""}
	accounts := o.accounts()
	if most := rows - len(top) - 6; len(accounts) > most { // what waits for a person is seen too
		hidden := min(len(accounts)-most+1, len(o.Accounts))
		text := fmt.Sprintf("… %d accounts more: crieur status", hidden)
		if most < 3 { // room for titles, but for no account
			accounts, most, text = nil, 1, fmt.Sprintf("%s: crieur status", counted(len(o.Accounts), "account"))
		}
		accounts = append(accounts[:most-1], o.in(term.Dim, text))
	}
	top = append(append(top, accounts...), "")
	const quit = "  q quits"
	short := o
	short.columns -= len(quit)
	foot := []string{term.Pad(short.totals(), short.columns) + o.in(term.Dim, quit)}
	middle := rows - len(top) - len(foot) - 1
	var body []string
	if o.columns >= twoPanes {
		left := (o.columns - 3) / 2
		right := o.columns - 3 - left
		body = term.Beside([][]string{
			pad(o.stack(middle, left, o.needsSection(left, true), o.recentSection(left)), left),
			o.stack(middle, right, o.comingSection(right)),
		}, 3)
	} else {
		body = o.stack(middle, o.columns, o.needsSection(o.columns, false), o.comingSection(o.columns), o.recentSection(o.columns))
	}
	for len(body) < middle+1 {
		body = append(body, "")
	}
	for i, l := range body {
		body[i] = strings.TrimRight(l, " ")
	}
	return append(append(top, body...), foot...)
}

// pad keeps a pane as wide as it is meant to be, also where its lines are short.
func pad(lines []string, columns int) []string {
	if len(lines) == 0 {
		lines = []string{""}
	}
	lines[0] = term.Pad(lines[0], columns)
	return lines
}

// stack lays sections out one below the other in so many rows. Each gets its items in
// turn until the room is used; what found none is told.
func (o overview) stack(rows, columns int, sections ...section) (out []string) {
	const frame = 2 // a title, and an empty line below
	shown := make([]int, len(sections))
	left := rows + 1 // nothing is below the last one
	for i, s := range sections {
		switch {
		case len(s.items) == 0:
		case frame+len(s.items[0]) > left:
			sections[i].items = nil
		default:
			left -= frame + len(s.items[0])
			shown[i] = 1
		}
	}
	for more := true; more; {
		more = false
		for i, s := range sections {
			if shown[i] == len(s.items) {
				continue
			}
			if need := len(s.items[shown[i]]); need <= left {
				left -= need
				shown[i]++
				more = true
			}
		}
	}
	for i, s := range sections {
		if len(s.items) == 0 {
			continue
		}
		title := o.in(term.Dim, s.title)
		if hidden := len(s.items) - shown[i]; hidden > 0 {
			title += o.in(term.Dim, term.Cut(fmt.Sprintf(" · %d more: %s", hidden, s.more), columns-term.Cells(s.title)))
		}
		out = append(out, title)
		for _, item := range s.items[:shown[i]] {
			out = append(out, item...)
		}
		out = append(out, "")
	}
	return out[:max(len(out)-1, 0)]
}
