// Package term lays text out for people at a terminal: its width as they see it, colour
// where it is wanted, tables, boxes, word diffs, and a full screen that leaves the
// terminal as it found it. It knows nothing of what is shown.
package term

import (
	"strings"
	"unicode"

	"github.com/clipperhouse/displaywidth"
)

// measure counts what a terminal shows: colours take no room.
var measure = displaywidth.Options{ControlSequences: true}

// Cells counts the columns that a terminal gives a text, by characters as people see
// them: an emoji takes two, a combining accent none.
func Cells(s string) int { return measure.String(s) }

// Cut shortens a text to so many columns, between characters as people see them; what
// was cut ends in "…".
func Cut(s string, columns int) string {
	if Cells(s) <= columns {
		return s
	}
	if columns < 1 {
		return ""
	}
	kept, _ := split(s, columns-1)
	kept = strings.TrimRight(kept, " ") + "…"
	if strings.Contains(kept, "\x1b[") { // the end of its colour may be gone
		kept += "\x1b[0m"
	}
	return kept
}

// split cuts a text where so many columns are full.
func split(s string, columns int) (fits, rest string) {
	end := 0
	for it := measure.StringGraphemes(s); it.Next(); {
		if columns -= it.Width(); columns < 0 {
			break
		}
		end += len(it.Value())
	}
	return s[:end], s[end:]
}

// Pad fills a text up to so many columns.
func Pad(s string, columns int) string { return s + Spaces(columns-Cells(s)) }

// PadLeft is Pad for figures, which end where their column ends.
func PadLeft(s string, columns int) string { return Spaces(columns-Cells(s)) + s }

// Spaces are so many, none for less than one.
func Spaces(n int) string { return strings.Repeat(" ", max(n, 0)) }

// Printable keeps a text on its line, and a terminal from taking it for commands.
// Characters that turn the direction of what follows are left out.
func Printable(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r), r == '\u2028', r == '\u2029':
			return ' '
		case r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069':
			return -1
		}
		return r
	}, s)
}
