package teaser

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// isCJK is a character of a script that is written without spaces and may be
// broken between characters.
func isCJK(r rune) bool {
	return r >= 0x2E80 && (unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Bopomofo) || r == 'ー')
}

// isUnspaced is a script written without spaces whose words only a dictionary
// finds; it is broken between clusters when nothing else is left.
func isUnspaced(r rune) bool {
	return r >= 0x0E00 && unicode.In(r, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

// noLineStart and noLineEnd are the characters that must not begin or end a line
// (JIS X 4051, the kinsoku rules), so neither what is cut nor what is left.
const (
	noLineStart = "、。，．・：；？！゛゜ヽヾゝゞ々ー）］｝〕〉》」』】〙〗»ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶ…‥—％"
	noLineEnd   = "（［｛〔〈《「『【〘〖«＃＠￥"
)

// breakCJK judges the place between two adjacent clusters neither of which is white
// space. Chinese may be cut between any two characters; Japanese is cut where a new
// phrase begins, which is where kanji, katakana or Latin follows hiragana, and
// elsewhere only when nothing else is left. A katakana word and a number with its
// counter stay whole.
func breakCJK(before, after string, japanese bool) breakKind {
	b, _ := utf8.DecodeLastRuneInString(before)
	first, _ := utf8.DecodeRuneInString(before)
	a, _ := utf8.DecodeRuneInString(after)
	switch {
	case strings.ContainsRune(noLineStart, a), strings.ContainsRune(noLineEnd, b), isCloser(a), isOpener(b), a == '\u200D':
		return noBreak
	case isEmoji(before) || isEmoji(after):
		if strings.ContainsRune("!?.,;:%", a) {
			return noBreak
		}
		return wordBreak
	case strings.ContainsRune("、。，；：！？」』）】》", b):
		return wordBreak
	case !isCJK(first) && !isCJK(a), isKatakana(first) && isKatakana(a), unicode.IsDigit(first):
		return noBreak
	case !isCJK(first) && !isLatinWord(first), !isCJK(a) && !isLatinWord(a) && !isOpener(a):
		return noBreak
	case !japanese, unicode.Is(unicode.Hiragana, first) && !unicode.Is(unicode.Hiragana, a):
		return wordBreak
	}
	return clusterBreak
}

// isJapanese tells whether a text has kana in it.
func isJapanese(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return unicode.In(r, unicode.Hiragana, unicode.Katakana) })
}

func isKatakana(r rune) bool { return unicode.Is(unicode.Katakana, r) || r == 'ー' }

func isLatinWord(r rune) bool { return unicode.IsLetter(r) && !isCJK(r) || unicode.IsDigit(r) }
