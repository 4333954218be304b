package textlen

import (
	"sort"
	"unicode/utf8"
)

// hostRun is a stretch of characters that a host may hold, cut into labels at the
// dots. It is kept while starts within it are tried, for each try must cost little:
// in "a.a.a…" or "日日日…" every character is a start.
type hostRun struct {
	Span
	labels []label
}

// label is one part of a run, without its dot.
type label struct {
	Span
	wellFormed bool // begins and ends with a letter or digit of any script and has a dot after it
	underscore int  // where its last _ is, -1 without: a subdomain may hold it, a domain not
	tldEnd     int  // where the top-level domain at its start ends, 0 without
	last       int  // index of the farthest label that can be the top-level domain of a host beginning here, 0 without
}

// hostEnd returns the end of the longest host that begins at start, or 0. As in the
// pattern, the host ends with the top-level domain even if the label goes on: "example.comと".
func (s *scanner) hostEnd(start int) int {
	if r, _ := utf8.DecodeRuneInString(s.text[start:]); start >= len(s.text) || !s.hostRune(r) {
		return 0
	}
	if start < s.run.Start || start >= s.run.End {
		s.buildRun(start)
	}
	labels := s.run.labels
	i := sort.Search(len(labels), func(i int) bool { return labels[i].Start > start }) - 1
	l := labels[i]
	// Within a label only its beginning differs from what the run knows.
	l.Start, l.wellFormed = start, l.wellFormed || labels[i].dotted(s)
	if tld := lastLabel(labels, i, l); tld > 0 {
		return labels[tld].tldEnd
	}
	return 0
}

// lastLabel returns the index of the top-level domain of a host whose first label is l, at index i; 0 without.
func lastLabel(labels []label, i int, l label) int {
	switch {
	case !l.wellFormed || i+1 >= len(labels):
		return 0
	case labels[i+1].last > 0:
		return labels[i+1].last
	case labels[i+1].tldEnd > 0 && l.underscore < l.Start:
		return i + 1
	}
	return 0
}

// buildRun cuts the run that begins at start into labels and looks for top-level domains.
func (s *scanner) buildRun(start int) {
	s.run = hostRun{Span: Span{start, start}, labels: s.run.labels[:0]}
	for more := true; more; {
		l := label{Span: Span{s.run.End, s.run.End}, underscore: -1}
		if len(s.run.labels) > 0 {
			l.tldEnd = s.tldAt(s.text, l.Start)
		}
		more = s.readLabel(&l)
		s.run.labels = append(s.run.labels, l)
		s.run.End = l.End
		if more {
			s.run.End++
		}
	}
	for i := len(s.run.labels) - 1; i >= 0; i-- {
		s.run.labels[i].last = lastLabel(s.run.labels, i, s.run.labels[i])
	}
}

// readLabel moves the end of l to the next dot or the end of the run, and reports a dot.
func (s *scanner) readLabel(l *label) (dot bool) {
	first, last := false, false
	for l.End < len(s.text) {
		r, n := utf8.DecodeRuneInString(s.text[l.End:])
		letter := s.hostRune(r)
		if r == '.' {
			l.wellFormed = first && last
			return true
		}
		if !letter && r != '-' && r != '_' {
			break
		}
		if r == '_' {
			l.underscore = l.End
		}
		if l.End == l.Start {
			first = letter
		}
		last = letter
		l.End += n
	}
	return false
}

// dotted reports whether the label, begun later, would be well formed: it ends well and has a dot after it.
func (l label) dotted(s *scanner) bool {
	if l.End == l.Start || s.at(l.End) != '.' {
		return false
	}
	r, _ := utf8.DecodeLastRuneInString(s.text[l.Start:l.End])
	return s.hostRune(r)
}
