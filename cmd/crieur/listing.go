package main

import (
	"io"
	"strings"

	"crieur/internal/control"
	"crieur/internal/delivery"
	"crieur/internal/term"
)

// measured is how many rows of a list decide how wide its columns are; the others come
// as they are read, however many there are.
const measured = 200

// listing is a list of deliveries as a table on a terminal.
type listing struct {
	look
	out    io.Writer
	table  term.Table
	widths []int // nil: not decided yet
}

func newListing(l look, out io.Writer) *listing {
	return &listing{look: l, out: out, table: term.Table{Columns: []term.Column{
		{Title: "DELIVERY"}, {Title: "STATE"}, {Title: "WHEN"}, {Title: "TITLE", Least: 12}, {Title: "", Least: 30, Spare: 1},
	}}}
}

func (t *listing) add(d control.ListedDelivery) error {
	t.table.Add(t.row(d)...)
	if t.widths == nil && len(t.table.Rows) < measured {
		return nil
	}
	return t.flush()
}

func (t *listing) end() error { return t.flush() }

func (t *listing) flush() error {
	if len(t.table.Rows) == 0 {
		return nil
	}
	var b strings.Builder
	if t.widths == nil {
		t.widths = t.table.Widths(t.columns)
		b.WriteString(t.table.Head(t.widths, t.paint) + "\n")
	}
	for _, row := range t.table.Rows {
		b.WriteString(t.table.Line(row, t.widths, t.paint) + "\n")
	}
	t.table.Rows = t.table.Rows[:0]
	_, err := io.WriteString(t.out, b.String())
	return err
}

// row is a delivery with what matters in its state: when it was posted and where, when
// it is due, why it was not posted.
func (t *listing) row(d control.ListedDelivery) []term.Cell {
	state := delivery.State(d.State)
	when, note := t.brief(endOf(d.StoryDelivery)), ""
	switch {
	case waitsItsTurn(d):
		when = inTurn
	case state == delivery.Scheduled:
		when = t.brief(d.Due)
	}
	switch {
	case d.Receipt != nil:
		note = d.Receipt.URL
	case d.Reason != "":
		note = plainError(d.Reason)
	case len(d.Attempts) > 0:
		note = plainError(d.Attempts[len(d.Attempts)-1].Error)
	}
	return []term.Cell{
		{Text: d.ID}, {Text: d.State, Style: stateStyle(state)}, {Text: when},
		{Text: term.Printable(d.Title)}, {Text: term.Printable(note), Style: term.Dim},
	}
}
