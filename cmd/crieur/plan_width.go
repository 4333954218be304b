package main

import (
	"os"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"
	"golang.org/x/term"
	"golang.org/x/text/width"
)

// screen tells the columns of a terminal on standard output and whether it wants
// colour; a pipe and a file have neither.
func (a *app) screen() (columns int, colour bool) {
	f, ok := a.out.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return 0, false
	}
	columns, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		columns = 0
	}
	return columns, hostEnv("NO_COLOR") == "" && hostEnv("TERM") != "dumb"
}

// cells counts the columns that a terminal gives a text.
func cells(s string) (n int) {
	for it := graphemes.FromString(s); it.Next(); {
		n += clusterCells(it.Value())
	}
	return n
}

// clusterCells counts those of one character as people see it: two for an emoji or a
// letter of the wide scripts.
func clusterCells(cluster string) int {
	r, _ := utf8.DecodeRuneInString(cluster)
	kind := width.LookupRune(r).Kind()
	switch {
	case strings.ContainsRune(cluster, '\ufe0f'), kind == width.EastAsianWide, kind == width.EastAsianFullwidth:
		return 2
	case r >= 0x1f1e6 && r <= 0x1f1ff: // half of a flag
		return 2
	case unicode.In(r, unicode.Mn, unicode.Cf):
		return 0
	}
	return 1
}

// cut shortens a text to so many columns, between characters as people see them.
func cut(s string, columns int) string {
	if cells(s) <= columns {
		return s
	}
	var b strings.Builder
	left := columns - 1
	for it := graphemes.FromString(s); it.Next(); {
		if left -= clusterCells(it.Value()); left < 0 {
			break
		}
		b.WriteString(it.Value())
	}
	return strings.TrimRight(b.String(), " ") + "…"
}

func pad(s string, columns int) string {
	return s + strings.Repeat(" ", max(columns-cells(s), 0))
}

// printable keeps a title on its line, and a terminal from taking it for commands.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, s)
}
