package textlen

import (
	"iter"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// match is what the pattern of a grammar took, before the rules on schemes and lengths.
type match struct {
	Span
	before  rune // the character before, 0 at the start of the text
	bare    bool // without scheme
	half    rune // the second half of a character that the host begins with, 0 without
	host    Span
	hasPath bool
}

// scanner finds matches in one text, in time linear in its length.
type scanner struct {
	*grammar
	text string
	run  hostRun
}

// matches yields what the pattern takes, left to right. The character before a link
// belongs to the match, so of two links that touch only the first is seen.
func matches(g *grammar, text string) iter.Seq[match] {
	return func(yield func(match) bool) {
		s := &scanner{grammar: g, text: text}
		for at := 0; at < len(text); {
			m, ok := s.next(at)
			if !ok || !yield(m) {
				return
			}
			at = m.End
		}
	}
}

// next returns the first match whose preceding character is at from or later.
func (s *scanner) next(from int) (match, bool) {
	for at := from; at < len(s.text); {
		r, n := utf8.DecodeRuneInString(s.text[at:])
		if s.utf16 && r > 0xFFFF {
			if m, ok := s.matchAt(at+n/2, r); ok {
				_, m.half = utf16.EncodeRune(r)
				return m, true
			}
		}
		// At the start of the text a link after the first character comes before one with it.
		if mayPrecede(r) {
			if m, ok := s.matchAt(at+n, r); ok {
				return m, true
			}
		}
		if at == 0 {
			if m, ok := s.matchAt(0, 0); ok {
				return m, true
			}
		}
		at += n
	}
	return match{}, false
}

// mayPrecede reports whether a link may begin right after r.
func mayPrecede(r rune) bool {
	return !isASCIIAlnum(r) && !oneOf(r, "@＠$#＃") && !isInvalid(r)
}

func (s *scanner) matchAt(start int, before rune) (match, bool) {
	m := match{before: before, bare: true}
	m.host.Start = start
	for _, scheme := range s.schemes {
		if len(s.text)-start >= len(scheme) && strings.EqualFold(s.text[start:start+len(scheme)], scheme) {
			m.bare, m.host.Start = false, start+len(scheme)
			break
		}
	}
	m.host.End = s.hostEnd(m.host.Start)
	if m.host.End == 0 {
		return match{}, false
	}
	end := s.portEnd(m.host.End)
	if e := s.pathTo(end); e > 0 {
		m.hasPath, end = true, e
	}
	m.Span = Span{start, s.queryTo(end)}
	return m, true
}

// portEnd returns the end of a ":8080" at at, else at.
func (s *scanner) portEnd(at int) int {
	if !strings.HasPrefix(s.text[at:], ":") {
		return at
	}
	end := at + 1
	for end < len(s.text) && isASCIIDigit(rune(s.text[end])) {
		end++
	}
	if end == at+1 {
		return at
	}
	return end
}
