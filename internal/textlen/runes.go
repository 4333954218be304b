package textlen

import "unicode"

const zeroWidthJoiner = '\u200D'

func isASCIILetter(r rune) bool { return 'a' <= r|0x20 && r|0x20 <= 'z' }

func isASCIIDigit(r rune) bool { return '0' <= r && r <= '9' }

func isASCIIAlnum(r rune) bool { return isASCIILetter(r) || isASCIIDigit(r) }

// isInvalid reports the characters that X forbids.
func isInvalid(r rune) bool { return r == 0xFFFE || r == 0xFEFF || r == 0xFFFF }

// isDirectional reports the marks of bidirectional text, which end a host and may stand before a link.
func isDirectional(r rune) bool {
	switch {
	case r == 0x061C, r == 0x200E, r == 0x200F, 0x202A <= r && r <= 0x202E, 0x2066 <= r && r <= 0x2069:
		return true
	}
	return false
}

// isHostSpace is twitter-text's own list of spaces; unlike Unicode's it has U+180E.
func isHostSpace(r rune) bool { return r == 0x180E || unicode.Is(unicode.White_Space, r) }

// isLatinAccent is twitter-text's accented Latin without × and ÷, and without regard to case.
func isLatinAccent(r rune) bool { return foldsInto(r, latinAccent) }

// isCyrillic is the Cyrillic block, without regard to case.
func isCyrillic(r rune) bool {
	return foldsInto(r, func(r rune) bool { return 0x0400 <= r && r <= 0x04FF })
}

func latinAccent(r rune) bool {
	switch {
	case r < 0xC0:
		return false
	case r <= 0x024F:
		return r != 0xD7 && r != 0xF7
	case 0x0300 <= r && r <= 0x036F, 0x1E00 <= r && r <= 0x1EFF:
		return true
	}
	switch r {
	case 0x0253, 0x0254, 0x0256, 0x0257, 0x0259, 0x025B, 0x0263, 0x0268, 0x026F, 0x0272, 0x0289, 0x028B, 0x02BB:
		return true
	}
	return false
}

// foldsInto reports whether a case-blind ECMAScript class matches r: some member of
// the class has the same upper case. So ι is in, for the combining iota U+0345 is.
func foldsInto(r rune, class func(rune) bool) bool {
	if r < 0x80 {
		return false
	}
	if class(r) {
		return true
	}
	upper := unicode.ToUpper(r)
	for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
		if f >= 0x80 && class(f) && unicode.ToUpper(f) == upper {
			return true
		}
	}
	return false
}
