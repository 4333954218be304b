package article

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"crieur/internal/mojibake"
)

// lettersOf are the letters beyond ASCII that a language writes and Windows-1252 has.
// A language without a line here is never decoded by guess.
func lettersOf(language string) string {
	base, _, _ := strings.Cut(language, "-")
	switch base {
	case "fr":
		return "àâæçéèêëîïôœùûüÿ"
	case "de":
		return "äöüß"
	case "es":
		return "áéíñóúü¿¡"
	case "it":
		return "àèéìíîòóùú"
	case "pt":
		return "àáâãçéêíóôõúü"
	case "nl":
		return "áèéëïíóöúü"
	case "ca":
		return "àçèéíïòóúü·"
	case "sv", "fi":
		return "åäöé"
	case "da", "nb", "nn", "no":
		return "æøåéèòôü"
	}
	return ""
}

// latinSigns are the other characters that such texts use.
const latinSigns = "\u00a0«»‘’“”–—…€£°§"

// fromWindows1252 decodes bytes that are not UTF-8, only when nothing else can be
// meant: no byte sequence is UTF-8 already, every character belongs to the language
// that the text is in, and stands where that language writes it.
func fromWindows1252(data []byte) (string, *mojibake.Repair, bool) {
	if hasMultibyte(data) {
		return "", nil, false // a mixture: which bytes are wrong is a guess
	}
	text, err := charmap.Windows1252.NewDecoder().String(string(data))
	if err != nil {
		return "", nil, false
	}
	letters := lettersOf(mojibake.Language(text))
	if letters == "" {
		return "", nil, false
	}
	evidence, count := 0, 0
	var before rune
	for _, r := range text {
		if r >= utf8.RuneSelf {
			count++
			letter := strings.ContainsRune(letters, unicode.ToLower(r)) && unicode.IsLetter(r)
			// A capital in mid-word is another character set's (Mac Roman writes ’ as Õ).
			if letter && unicode.IsUpper(r) && unicode.IsLower(before) {
				return "", nil, false
			}
			if !letter && !strings.ContainsRune(letters+latinSigns, r) {
				return "", nil, false
			}
			// 0x80-0x9F are letters in the DOS code pages, so they prove nothing.
			if letter && r >= 0xC0 && r <= 0xFF {
				evidence++
			}
		}
		before = r
	}
	if evidence == 0 {
		return "", nil, false
	}
	bad, good := firstWord(data, text)
	return text, &mojibake.Repair{Before: bad, After: good, Rule: "bytes of Windows-1252, not UTF-8", Count: count}, true
}

// hasMultibyte tells whether any bytes are a UTF-8 sequence of more than one.
func hasMultibyte(data []byte) bool {
	for i := 0; i < len(data); {
		_, size := utf8.DecodeRune(data[i:])
		if size > 1 {
			return true
		}
		i += size
	}
	return false
}

// firstWord is the first word with a byte beyond ASCII, as it stood and as it reads.
func firstWord(data []byte, text string) (before, after string) {
	for _, word := range strings.Fields(text) {
		if strings.IndexFunc(word, func(r rune) bool { return r >= utf8.RuneSelf }) < 0 {
			continue
		}
		raw, err := charmap.Windows1252.NewEncoder().Bytes([]byte(word))
		if err != nil {
			return "", word
		}
		return strings.Trim(fmt.Sprintf("%+q", raw), `"`), word
	}
	return fmt.Sprintf("%d bytes", len(data)), ""
}
