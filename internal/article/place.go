package article

import "strings"

// lines are those of the file. The repaired text is no help where a place is asked
// for: its lines may have moved.
func (r *reader) lines() []string {
	if r.split == nil {
		r.split = strings.Split(r.text, "\n")
	}
	return r.split
}

// lineWhere is the first line at or after from that is as wanted, else from.
func (r *reader) lineWhere(from int, wanted func(string) bool) int {
	for i := max(from, 1); i <= len(r.lines()); i++ {
		if wanted(r.lines()[i-1]) {
			return i
		}
	}
	return from
}

// lineWith is the first line at or after from that has one of the texts, else from.
func (r *reader) lineWith(from int, texts ...string) int {
	for _, s := range texts {
		found := r.lineWhere(from, func(l string) bool { return strings.Contains(l, s) })
		if found >= 1 && found <= len(r.lines()) && strings.Contains(r.lines()[found-1], s) {
			return found
		}
	}
	return from
}

// lineOf is the line of the file on which a source label names value, else the first
// one with value in it, else 0.
func (r *reader) lineOf(value string) int {
	lines := r.lines()
	first := 0
	for i, line := range lines {
		if !strings.Contains(line, value) {
			continue
		}
		line = strings.TrimSpace(line)
		if v, ok := labelled(line); ok && v == value {
			return i + 1
		}
		if i > 0 && line == value {
			if v, ok := labelled(strings.TrimSpace(lines[i-1])); ok && v == "" {
				return i + 1
			}
		}
		if first == 0 {
			first = i + 1
		}
	}
	return first
}
