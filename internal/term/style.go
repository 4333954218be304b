package term

import "strings"

// Style is how a text looks where colour is wanted. What is loud is said in words too.
type Style string

// The styles, as parameters of the terminal's own palette, so that they suit light and
// dark ones.
const (
	Plain  Style = ""
	Bold   Style = "1"
	Dim    Style = "2"
	Good   Style = "32"
	Loud   Style = "1;33"
	Bad    Style = "1;31"
	Gone   Style = "31"
	Link   Style = "34"
	Invert Style = "7"
)

// Paint tells whether colour is wanted.
type Paint bool

// In styles a text of one line.
func (p Paint) In(s Style, text string) string {
	if !p || s == Plain || text == "" {
		return text
	}
	return "\x1b[" + string(s) + "m" + text + "\x1b[0m"
}

// Bar draws how much of how much, in so many cells. Without colour it reads as well.
func Bar(part, whole float64, cells int) string {
	full := 0
	if whole > 0 {
		full = int(part/whole*float64(cells) + 0.5)
	}
	if part > 0 {
		full = max(full, 1)
	}
	full = min(max(full, 0), cells)
	return strings.Repeat("█", full) + strings.Repeat("░", cells-full)
}
