package card

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
)

const (
	inputBytes = 64 << 10 // more is not read
	keptRunes  = 600      // more than any card holds, so that the ellipsis shows
	stacked    = 2        // accents that Unicode has no letter for, on one letter
	emojiStyle = '\uFE0F'
	hole       = '\uFFFC' // where something was dropped
)

// clean returns what the font can set of text: one line, composed, emoji and characters
// without a glyph dropped with the space they leave. It returns "" where what is left
// would not be read as that text.
func (s *setter) clean(text, lang string) string {
	text = head(text, inputBytes)
	text = respell(norm.NFC.String(strings.ToValidUTF8(text, " ")), lang)
	var out strings.Builder
	var kept, lost, runes, marks int
	for i, r := range text {
		next, _ := utf8.DecodeRuneInString(text[i+utf8.RuneLen(r):])
		form := ""
		switch {
		case unicode.IsSpace(r) || unbreakable(r):
			form = space(r)
		case unicode.IsControl(r), unicode.In(r, unicode.Cf, unicode.Variation_Selector, unicode.Me):
			continue
		case isMark(r) && marks == stacked:
			continue
		case next == emojiStyle && styled(r):
		default:
			form = s.form(r)
		}
		if marks++; !isMark(r) {
			marks = 0
		}
		if (unicode.IsLetter(r) || unicode.IsNumber(r)) && next != emojiStyle {
			if form == "" {
				lost++
			} else {
				kept++
			}
		}
		if form == "" {
			out.WriteRune(hole)
			continue
		}
		out.WriteString(form)
		if runes++; runes >= keptRunes && kept > 0 {
			break
		}
	}
	if kept == 0 || lost > kept/2 {
		return ""
	}
	return mend(out.String())
}

// form returns r, or its compatibility form, where the font has glyphs for it.
func (s *setter) form(r rune) string {
	if s.settable(r) {
		return string(r)
	}
	if code := currency(r); code != "" {
		return code
	}
	plain := norm.NFKD.String(string(r))
	for _, p := range plain {
		if !s.settable(p) && p != ' ' {
			return ""
		}
	}
	return norm.NFC.String(plain)
}

// currency returns the code of a currency whose sign is younger than the fonts: a price
// needs it.
func currency(r rune) string {
	switch r {
	case '₺':
		return "TRY"
	case '₼':
		return "AZN"
	case '₽':
		return "RUB"
	case '₾':
		return "GEL"
	}
	return ""
}

// settable tells whether r can be set as it is. Scripts that need shaping or run from the
// right are not; nor are the patterns of a terminal, which are no text.
func (s *setter) settable(r rune) bool {
	if r >= 0x2300 && r <= 0x25FF {
		return false
	}
	return unicode.In(r, unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Common, unicode.Inherited) && s.glyph(r) != 0
}

// styled tells whether r before the emoji style is an emoji: not ©️ and 1️⃣.
func styled(r rune) bool { return r > 0xFF && !strings.ContainsRune("™‼⁉", r) }

func isMark(r rune) bool { return unicode.Is(unicode.Mn, r) }

// unbreakable tells the spaces that hold two words together.
func unbreakable(r rune) bool { return r == '\u00A0' || r == '\u202F' || r == '\u2007' }

func space(r rune) string {
	if r == '\u202F' {
		return string(r)
	}
	if unbreakable(r) {
		return "\u00A0"
	}
	return " "
}

// respell puts right what older encodings could not write: Romanian has a comma under
// its s and t, never a cedilla.
func respell(text, lang string) string {
	if base, _ := language.Make(lang).Base(); base.String() != "ro" {
		return text
	}
	return strings.NewReplacer("Ş", "Ș", "ş", "ș", "Ţ", "Ț", "ţ", "ț").Replace(text)
}

// mend closes the holes that dropped characters left: one space between words, none
// before a comma or within a bracket, no empty brackets, no separator at the start.
func mend(text string) string {
	const inner = " \u00A0\u202F" + string(hole)
	var out []rune
	for _, r := range text {
		n := len(out)
		switch {
		case strings.ContainsRune(inner, r):
			if n > 0 && strings.ContainsRune(inner, out[n-1]) {
				out[n-1] = max(out[n-1], r) // by their numbers: a hole, else the space that binds most
				continue
			}
		case strings.ContainsRune(",.…)]}", r) && n > 0 && out[n-1] == hole:
			out = out[:n-1]
			if n = len(out); n > 0 && closes(out[n-1], r) {
				out[n-1] = hole
				continue
			}
		case n > 1 && out[n-1] == hole && strings.ContainsRune("([{", out[n-2]):
			out = out[:n-1]
		}
		out = append(out, r)
	}
	mended := string(out)
	if trimmed := strings.TrimLeft(mended, inner); strings.ContainsRune(mended[:len(mended)-len(trimmed)], hole) {
		mended = strings.TrimLeft(trimmed, inner+"|·•:;,–—-")
	}
	return tidy(strings.ReplaceAll(mended, string(hole), " "))
}

func closes(open, r rune) bool {
	return open == '(' && r == ')' || open == '[' && r == ']' || open == '{' && r == '}'
}

// tidy makes one line of text: single spaces between words, nothing around them.
func tidy(text string) string {
	breakable := func(r rune) bool { return (unicode.IsSpace(r) || unicode.IsControl(r)) && !unbreakable(r) }
	words := strings.FieldsFunc(strings.ToValidUTF8(text, ""), breakable)
	return strings.TrimFunc(strings.Join(words, " "), unicode.IsSpace)
}

// head returns at most n bytes of text, whole characters.
func head(text string, n int) string {
	if len(text) <= n {
		return text
	}
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:n]
}
