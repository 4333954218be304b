package teaser

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// clean brings a text into the form in which it is posted: NFC, no control
// characters, single spaces, no white space at the ends of lines, at most one blank
// line between paragraphs, white space around links and hashtags. It changes
// nothing in a text that it has cleaned.
func clean(s string) string {
	return tidy(spaceOut(normalise(s)))
}

// cleanLiteral keeps the white space at the ends, which the template needs.
func cleanLiteral(s string) string {
	return spaceOut(normalise(s))
}

// normalise gives NFC without control characters and with "\n" as the only line end.
func normalise(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\r\n", "\n")
	return norm.NFC.String(strings.Map(allowed, s))
}

// allowed maps a rune to the one that is posted for it, -1 for none. X refuses
// U+FFFE, U+FEFF and U+FFFF (twitter-text, invalid characters).
func allowed(r rune) rune {
	switch {
	case r == '\n', r == '\r', r == '\u0085', r == '\u2028', r == '\u2029':
		return '\n'
	case r == '\t', r == '\v', r == '\f':
		return ' '
	case unicode.IsControl(r), r == '\uFEFF', unicode.Is(unicode.Noncharacter_Code_Point, r):
		return -1
	}
	return r
}

// isSpace is white space of any kind, no-break spaces included.
func isSpace(r rune) bool { return unicode.IsSpace(r) }

// isNoBreak is white space at which a line, and so a post, must not be broken.
func isNoBreak(r rune) bool { return r == '\u00A0' || r == '\u202F' || r == '\u2007' }

// isBreakable is white space at which a text may be cut.
func isBreakable(r rune) bool { return isSpace(r) && !isNoBreak(r) }

func notInLink(r rune) bool { return isSpace(r) || allowed(r) != r }

// nothing marks where an empty placeholder stood, so that its line goes with it.
// Control characters are in no text, so it cannot be mistaken.
const nothing = '\x00'

// tidy collapses white space; a line of nothing but empty placeholders disappears.
func tidy(s string) string {
	var out strings.Builder
	out.Grow(len(s))
	blank := false
	for line := range strings.SplitSeq(s, "\n") {
		tidied := tidyLine(line)
		if tidied == "" {
			blank = blank || !strings.ContainsRune(line, nothing)
			continue
		}
		if out.Len() > 0 {
			out.WriteByte('\n')
			if blank {
				out.WriteByte('\n')
			}
		}
		blank = false
		out.WriteString(tidied)
	}
	return out.String()
}

// tidyLine trims a line and turns each run of white space into one: a no-break
// space if there is one in it, itself if it is a single one, else a space.
func tidyLine(s string) string {
	var out strings.Builder
	out.Grow(len(s))
	var run rune
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		i += size
		switch {
		case r == nothing:
		case isSpace(r):
			run = joinSpaces(run, r)
		default:
			if run != 0 && out.Len() > 0 {
				out.WriteRune(run)
			}
			run = 0
			out.WriteRune(r)
		}
	}
	return out.String()
}

func joinSpaces(run, r rune) rune {
	switch {
	case run == 0 || isNoBreak(r) && !isNoBreak(run):
		return r
	case isNoBreak(run) || run == r:
		return run
	}
	return ' '
}
