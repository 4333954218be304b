package term

import (
	"slices"
	"strings"
)

// gap stands between two columns.
const gap = 2

// Column is one of a table.
type Column struct {
	Title string
	Right bool // for figures
	Least int  // columns that it keeps when room is short; 0: it is never shortened
	Spare int  // columns go where room is short, the highest Spare first; 0: never
}

// Cell is one of a row.
type Cell struct {
	Text  string // of one line
	Style Style
}

// Table lays rows out in columns.
type Table struct {
	Columns []Column
	Rows    [][]Cell
}

// Add is a row of plain cells.
func (t *Table) Add(cells ...Cell) { t.Rows = append(t.Rows, cells) }

// Widths are those of the columns in a terminal of so many: each as wide as it needs,
// shortened or left out (-1) where room is short. No limit: room 0.
func (t *Table) Widths(room int) []int {
	w := make([]int, len(t.Columns))
	for i, c := range t.Columns {
		w[i] = Cells(c.Title)
		for _, row := range t.Rows {
			w[i] = max(w[i], Cells(row[i].Text))
		}
	}
	if room < 1 {
		return w
	}
	t.leaveOut(w, room)
	for i, c := range slices.Backward(t.Columns) { // names come first, and stay whole longest
		if over := width(w) - room; over > 0 && c.Least > 0 && w[i] > c.Least {
			w[i] = max(w[i]-over, c.Least)
		}
	}
	for i := range slices.Backward(w) { // a window too small for anything better
		if over := width(w) - room; over > 0 && w[i] >= 0 {
			if w[i] -= over; w[i] < 1 {
				w[i] = -1
			}
		}
	}
	return w
}

// leaveOut drops columns until the rest fits at its least.
func (t *Table) leaveOut(w []int, room int) {
	for {
		least, worst := make([]int, len(w)), -1
		for i, c := range t.Columns {
			least[i] = w[i]
			if w[i] < 0 {
				continue
			}
			if c.Least > 0 {
				least[i] = min(w[i], c.Least)
			}
			if c.Spare > 0 && (worst < 0 || c.Spare > t.Columns[worst].Spare) {
				worst = i
			}
		}
		if worst < 0 || width(least) <= room {
			return
		}
		w[worst] = -1
	}
}

func width(columns []int) int {
	all := -gap
	for _, n := range columns {
		if n >= 0 {
			all += n + gap
		}
	}
	return max(all, 0)
}

// Head is the line of titles.
func (t *Table) Head(widths []int, p Paint) string {
	row := make([]Cell, len(t.Columns))
	for i, c := range t.Columns {
		row[i].Text = c.Title
	}
	return p.In(Dim, t.Line(row, widths, false))
}

// Line is one row. Nothing wraps, and nothing stands behind the last column.
func (t *Table) Line(row []Cell, widths []int, p Paint) string {
	var b strings.Builder
	pending := 0 // spaces that a later text needs before it
	first := true
	for i, c := range row {
		if widths[i] < 0 {
			continue
		}
		if !first {
			pending += gap
		}
		first = false
		text := Cut(c.Text, widths[i])
		fill := widths[i] - Cells(text)
		if t.Columns[i].Right {
			pending, fill = pending+fill, 0
		}
		if text != "" {
			b.WriteString(Spaces(pending) + p.In(c.Style, text))
			pending = 0
		}
		pending += fill
	}
	return b.String()
}

// Render is the whole table, each line ended.
func (t *Table) Render(room int, p Paint) string {
	var b strings.Builder
	w := t.Widths(room)
	b.WriteString(t.Head(w, p) + "\n")
	for _, row := range t.Rows {
		b.WriteString(t.Line(row, w, p) + "\n")
	}
	return b.String()
}
