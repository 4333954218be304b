package article

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// pictographs are the blocks whose characters are shown as emoji or used like them
// (Unicode emoji-data.txt; arrows, technical signs and letters are text by default).
var pictographs = &unicode.RangeTable{
	R16: []unicode.Range16{
		{0x231A, 0x231B, 1}, {0x23E9, 0x23F3, 1}, {0x23F8, 0x23FA, 1}, {0x25FD, 0x25FE, 1}, {0x2600, 0x27BF, 1},
		{0x2B1B, 0x2B1C, 1}, {0x2B50, 0x2B55, 5},
	},
	R32: []unicode.Range32{{0x1F000, 0x1FAFF, 1}},
}

// isEmoji tells whether a grapheme cluster is an emoji: flags, keycaps and
// characters with the emoji variation selector included.
func isEmoji(cluster string) bool {
	r, size := utf8.DecodeRuneInString(cluster)
	rest := cluster[size:]
	return strings.ContainsAny(rest, "\uFE0F\u20E3") ||
		unicode.Is(pictographs, r) && !strings.HasPrefix(rest, "\uFE0E")
}

// hasEmoji tells whether any character of s is an emoji.
func hasEmoji(s string) bool {
	return strings.ContainsAny(s, "\uFE0F\u20E3") || strings.IndexFunc(s, func(r rune) bool { return unicode.Is(pictographs, r) }) >= 0
}
