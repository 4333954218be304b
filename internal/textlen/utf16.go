package textlen

import "unicode/utf8"

// The reference library counts and moves in UTF-16 code units.

func utf16Len(s string) int {
	n := 0
	for _, r := range s {
		n += utf16Units(r)
	}
	return n
}

func utf16Units(r rune) int {
	if r > 0xFFFF {
		return 2
	}
	return 1
}

// skipUTF16 returns the position units code units after at, after a character that is cut in two.
func skipUTF16(s string, at, units int) (end int, cut bool) {
	for units > 0 && at < len(s) {
		r, n := utf8.DecodeRuneInString(s[at:])
		units -= utf16Units(r)
		at += n
	}
	return at, units < 0
}
