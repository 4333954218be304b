package teaser

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"
)

// emojiPresentation are the characters below U+1F000 that are shown as emoji
// without a variation selector (Unicode emoji-data, Emoji_Presentation=Yes).
var emojiPresentation = &unicode.RangeTable{
	R16: []unicode.Range16{
		{0x231A, 0x231B, 1}, {0x23E9, 0x23EC, 1}, {0x23F0, 0x23F3, 3}, {0x25FD, 0x25FE, 1}, {0x2614, 0x2615, 1},
		{0x2648, 0x2653, 1}, {0x267F, 0x2693, 20}, {0x26A1, 0x26A1, 1}, {0x26AA, 0x26AB, 1}, {0x26BD, 0x26BE, 1},
		{0x26C4, 0x26C5, 1}, {0x26CE, 0x26D4, 6}, {0x26EA, 0x26EA, 1}, {0x26F2, 0x26F3, 1}, {0x26F5, 0x26FA, 5},
		{0x26FD, 0x26FD, 1}, {0x2705, 0x2705, 1}, {0x270A, 0x270B, 1}, {0x2728, 0x2728, 1}, {0x274C, 0x274E, 2},
		{0x2753, 0x2755, 1}, {0x2757, 0x2757, 1}, {0x2795, 0x2797, 1}, {0x27B0, 0x27BF, 15}, {0x2B1B, 0x2B1C, 1},
		{0x2B50, 0x2B55, 5},
	},
	R32: []unicode.Range32{
		{0x1F004, 0x1F004, 1}, {0x1F0CF, 0x1F0CF, 1}, {0x1F18E, 0x1F18E, 1}, {0x1F191, 0x1F19A, 1}, {0x1F1E6, 0x1F1FF, 1},
		{0x1F200, 0x1F265, 1}, {0x1F300, 0x1F6FF, 1}, {0x1F7E0, 0x1F7F0, 1}, {0x1F900, 0x1FAFF, 1},
	},
}

// isEmojiRune tells whether a rune by itself begins an emoji.
func isEmojiRune(r rune) bool { return r >= 0x231A && unicode.Is(emojiPresentation, r) }

// isEmoji tells whether a grapheme cluster is shown as emoji: flags, keycaps, ZWJ
// sequences and characters with the emoji variation selector included.
func isEmoji(cluster string) bool {
	if len(cluster) < 3 {
		return false
	}
	if strings.Contains(cluster, "\uFE0F") || strings.Contains(cluster, "\u20E3") {
		return true
	}
	r, size := utf8.DecodeRuneInString(cluster)
	return isEmojiRune(r) && !strings.HasPrefix(cluster[size:], "\uFE0E")
}

// takeEmoji takes the emoji out of a clean text and returns them in order, each
// once. Where one stood between two sentences without a stop (teasers use emoji so)
// the first sentence gets one. Emoji within a URL stay.
func takeEmoji(text, language string) (rest string, emoji []string) {
	var out []byte
	seen := map[string]bool{}
	atoms := atomsOf(text)
	it := graphemes.FromString(text)
	var before rune // the last one kept that is no white space
	taken := false
	for it.Next() {
		c, at := it.Value(), it.Start()
		for len(atoms) > 0 && atoms[0].End <= at {
			atoms = atoms[1:]
		}
		if isEmoji(c) && (len(atoms) == 0 || at < atoms[0].Start) {
			if !seen[c] {
				seen[c] = true
				emoji = append(emoji, c)
			}
			taken = true
			continue
		}
		r, _ := utf8.DecodeRuneInString(c)
		if isSpace(r) {
			out = append(out, c...)
			continue
		}
		if taken && isWordRune(before) {
			kept := bytes.TrimRightFunc(out, isSpace)
			gap := out[len(kept):]
			switch {
			case unicode.IsUpper(r) && emojiSeparates(language) && !bytes.Contains(gap, []byte("\n")):
				out = append(out[:len(kept)], ". "...)
			case isWordRune(r) && len(gap) == 0:
				out = append(out, ' ')
			}
		}
		taken = false
		before, _ = utf8.DecodeLastRuneInString(c)
		out = append(out, c...)
	}
	return clean(string(out)), emoji
}

// emojiSeparates tells whether a capital after an emoji is the sign of a new
// sentence: not in German, where every noun has one.
func emojiSeparates(language string) bool { return primary(language) != "de" }
