package textlen

import (
	"strings"
	"unicode/utf8"
)

// pathTo returns the end of a path that begins with the slash at at, or 0.
// Trailing punctuation is not part of it, a balanced group in parentheses is.
func (s *scanner) pathTo(at int) int {
	if !strings.HasPrefix(s.text[at:], "/") {
		return 0
	}
	end := at + 1
	for i := end; i < len(s.text); {
		r, n := utf8.DecodeRuneInString(s.text[i:])
		if r == '(' {
			closed := s.groupTo(i, s.pathRune)
			if closed == 0 {
				break
			}
			if (s.groupAnywhere || i == end) && s.groupTo(i, s.groupRune) == closed {
				end = closed
			}
			i = closed
			continue
		}
		if !s.pathRune(r) {
			break
		}
		i += n
		if s.pathEnd(r) {
			end = i
		}
	}
	return end
}

// groupTo returns the end of the group "(a)" or "(a(b)c)" at at, or 0.
func (s *scanner) groupTo(at int, inside func(rune) bool) int {
	first := s.skip(at+1, inside)
	switch s.at(first) {
	case ')':
		if first > at+1 {
			return first + 1
		}
	case '(':
		inner := s.skip(first+1, inside)
		if inner == first+1 || s.at(inner) != ')' {
			return 0
		}
		if last := s.skip(inner+1, inside); s.at(last) == ')' {
			return last + 1
		}
	}
	return 0
}

// queryTo returns the end of a query that begins with the question mark at at, else at.
func (s *scanner) queryTo(at int) int {
	if s.at(at) != '?' {
		return at
	}
	end := at
	for i := at + 1; i < len(s.text); {
		r, n := utf8.DecodeRuneInString(s.text[i:])
		if !s.queryRune(r) {
			break
		}
		i += n
		if s.queryEnd(r) {
			end = i
		}
	}
	return end
}

// skip returns the first position from at on whose character is not in class.
func (s *scanner) skip(at int, class func(rune) bool) int {
	for at < len(s.text) {
		r, n := utf8.DecodeRuneInString(s.text[at:])
		if !class(r) {
			break
		}
		at += n
	}
	return at
}

// at returns the byte at i, 0 past the end.
func (s *scanner) at(i int) byte {
	if i < len(s.text) {
		return s.text[i]
	}
	return 0
}
