package term

import "strings"

// Wrap breaks a text into lines of at most so many columns: between words, within a
// word only where it is longer than a line. Line breaks of the text stay. Less than one
// column means no limit.
func Wrap(text string, columns int) (lines []string) {
	for line := range strings.SplitSeq(text, "\n") {
		if columns < 1 || Cells(line) <= columns {
			lines = append(lines, strings.TrimRight(line, " "))
			continue
		}
		lines = append(lines, wrapLine(line, columns)...)
	}
	return lines
}

func wrapLine(text string, columns int) (lines []string) {
	line, used := "", 0
	for word := range strings.SplitSeq(text, " ") {
		n := Cells(word)
		if used > 0 && used+1+n <= columns {
			line, used = line+" "+word, used+1+n
			continue
		}
		if used > 0 && n > columns && used+2 < columns { // too long for any line: it begins on this one
			fits, rest := split(word, columns-used-1)
			line, word = line+" "+fits, rest
		}
		if used > 0 || line != "" {
			lines = append(lines, line)
		}
		for Cells(word) > columns {
			fits, rest := split(word, columns)
			if fits == "" { // one character is wider than the line
				return append(lines, word)
			}
			lines, word = append(lines, fits), rest
		}
		line, used = word, Cells(word)
	}
	return append(lines, line)
}

// Hang wraps a text behind a label: further lines begin below the text's first one.
func Hang(label, text string, columns int) []string {
	indent := Cells(label)
	room := columns - indent
	if columns < 1 || room < 10 { // nothing is readable in less
		room = 0
	}
	lines := Wrap(text, room)
	for i, l := range lines {
		before := label
		if i > 0 {
			before = Spaces(indent)
		}
		lines[i] = strings.TrimRight(before+l, " ")
	}
	return lines
}
