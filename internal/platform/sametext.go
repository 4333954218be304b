package platform

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// textKey is a text without what platforms change on their own: normal form, kind and
// amount of white space, marks that nobody sees.
func textKey(text string) string {
	text = strings.Map(func(r rune) rune {
		switch r {
		case '\u200b', '\u2060', '\ufeff', '\ufe0e', '\ufe0f': // zero width; text or emoji presentation
			return -1
		}
		return r
	}, text)
	return strings.Join(strings.Fields(norm.NFC.String(text)), " ")
}

// lettersOf is what is left of a text by a server that renders Markdown or emoji in it.
func lettersOf(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, norm.NFC.String(text))
}
