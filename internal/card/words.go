package card

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"
)

// word is what no line break may cut.
type word struct {
	text  string
	width int  // in units of the font
	tight bool // follows the word before without a space
}

// words cuts text where a line may break: at spaces, and after the hyphens, dashes and
// slashes between letters. A sign that stands alone stays with its word: « ! ? : ; % with
// the one before, an opening « with the one after, as French has it even where the space is
// a plain one. A word wider than limit is cut between graphemes.
func (s *setter) words(text string, limit int) []word {
	var whole []string
	opened := false
	for _, w := range strings.Split(text, " ") {
		if n := len(whole); n > 0 && (opened || clings(w)) {
			whole[n-1] += "\u00A0" + w
		} else {
			whole = append(whole, w)
		}
		opened = w == "«" || w == "„" || w == "“"
	}
	var words []word
	for _, w := range whole {
		for i, part := range hyphened(w) {
			for j, piece := range s.pieces(part, limit) {
				words = append(words, word{piece, s.units(piece), i+j > 0})
			}
		}
	}
	return words
}

// clings tells a word of signs alone that never begins a line.
func clings(w string) bool {
	return w != "" && strings.Trim(w, "!?:;%‰€…–—»”") == ""
}

// hyphened cuts w after the hyphens, dashes and slashes with two letters or more next to them on both sides.
func hyphened(w string) []string {
	var parts []string
	before := 0 // letters since the last of them
	for rest := w; rest != ""; {
		end := len(rest)
		if i := strings.IndexAny(rest, "-–—/"); i >= 0 {
			_, size := utf8.DecodeRuneInString(rest[i:])
			end = i + size
		}
		n := letters(rest[:end])
		if len(parts) > 0 && (before < 2 || n < 2) {
			parts[len(parts)-1] += rest[:end]
		} else {
			parts = append(parts, rest[:end])
		}
		before, rest = n, rest[end:]
	}
	return parts
}

func letters(s string) int {
	n := 0
	for _, r := range s {
		if unicode.IsLetter(r) {
			n++
		}
	}
	return n
}

// pieces cuts what is wider than limit between graphemes, letters with a hyphen.
func (s *setter) pieces(text string, limit int) []string {
	if s.units(text) <= limit {
		return []string{text}
	}
	var pieces []string
	hyphen := s.units("-")
	start, width := 0, 0
	for g := graphemes.FromString(text); g.Next(); {
		w := s.units(g.Value())
		if width+w > limit-hyphen && g.Start() > start {
			pieces = append(pieces, hyphenate(text[start:g.Start()], text[g.Start():]))
			start, width = g.Start(), 0
		}
		width += w
	}
	return append(pieces, text[start:])
}

// hyphenate ends left with a hyphen where a word goes on in right.
func hyphenate(left, right string) string {
	l, _ := utf8.DecodeLastRuneInString(left)
	r, _ := utf8.DecodeRuneInString(right)
	if (unicode.IsLetter(l) || isMark(l)) && unicode.IsLetter(r) {
		return left + "-"
	}
	return left
}

// units is the width of text, 0 where the font cannot be read: drawing the text returns that error.
func (s *setter) units(text string) int {
	_, width, err := s.place(text)
	if err != nil {
		return 0
	}
	return width
}
