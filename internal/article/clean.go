package article

import (
	"strings"
	"unicode"
)

// The characters that cleaning takes out, and what they are called in a warning.
const (
	removedControls = "removed control characters"
	removedBidi     = "removed characters that override the writing direction: they can make text read as something else"
	removedHidden   = "removed invisible characters (zero-width space or byte order mark)"
)

// clean takes out what no reader can see and no platform wants; joiners, which
// emoji, Arabic and Persian need, stay. Line and page separators become line feeds.
// It returns what a person should know.
func clean(s string) (string, []string) {
	if plain(s) {
		return s, nil
	}
	said := map[string]bool{}
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r == '\u2028' || r == '\u2029' || r == '\u0085' || r == '\f' || r == '\v' || r == '\r':
			return '\n'
		case unicode.Is(unicode.Cc, r):
			said[removedControls] = true
			return -1
		case r == '\uFEFF' || r == '\u200B' || r == '\uFFFE' || r == '\uFFFF':
			said[removedHidden] = true
			return -1
		}
		return r
	}, s)
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		if misdirects(line) {
			lines[i] = strings.Map(func(r rune) rune {
				if isDirection(r) {
					return -1
				}
				return r
			}, line)
			said[removedBidi] = true
		}
	}
	var warnings []string
	for _, w := range [...]string{removedControls, removedBidi, removedHidden} {
		if said[w] {
			warnings = append(warnings, w)
		}
	}
	return strings.Join(lines, "\n"), warnings
}

// plain tells whether there is nothing to clean: the common case.
func plain(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool {
		return r != '\n' && r != '\t' && (unicode.Is(unicode.Cc, r) || r == '\u200B' ||
			r >= '\u2028' && r <= '\u202E' || r >= '\u2066' && r <= '\u2069' ||
			r == '\uFEFF' || r == '\uFFFE' || r == '\uFFFF')
	}) < 0
}

// isDirection tells the embeddings, overrides and isolates (Unicode Annex 9). The
// marks U+200E, U+200F and U+061C change only their neighbours and stay.
func isDirection(r rune) bool {
	return r >= '\u202A' && r <= '\u202E' || r >= '\u2066' && r <= '\u2069'
}

// misdirects tells whether a line overrides its direction, or opens or closes an
// embedding or isolate that it does not close or open.
func misdirects(line string) bool {
	var open []rune
	for _, r := range line {
		switch r {
		case '\u202D', '\u202E':
			return true
		case '\u202A', '\u202B':
			open = append(open, '\u202C')
		case '\u2066', '\u2067', '\u2068':
			open = append(open, '\u2069')
		case '\u202C', '\u2069':
			if len(open) == 0 || open[len(open)-1] != r {
				return true
			}
			open = open[:len(open)-1]
		}
	}
	return len(open) > 0
}

// oneLine makes white space single blanks; a no-break space is a character of the
// text (French sets it before "?") and stays.
func oneLine(s string) string {
	return strings.TrimSpace(strings.Join(strings.FieldsFunc(s, isBlank), " "))
}

func isBlank(r rune) bool { return r == ' ' || r == '\t' || r == '\n' }

// fewLines keeps line breaks, at most one empty line in a row.
func fewLines(s string) string {
	var out []string
	for _, line := range strings.Split(s, "\n") {
		line = oneLine(line)
		if line == "" && (len(out) == 0 || out[len(out)-1] == "") {
			continue
		}
		out = append(out, line)
	}
	return strings.TrimSpace(strings.Join(out, "\n"))
}
