package mojibake

import (
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// Leftover is a word that looks damaged though nothing tells what it was.
type Leftover struct {
	Word string // as it stands
	Line int    // 1-based line of the text
}

// Leftovers finds what Fix cannot undo: letters that became "?" (D?fense), escapes
// that stand where letters should (\u00e9, =C3=A9), and, when leads is true, what is
// left of a character that was read in the wrong set (Åodzi). The last needs the
// language: a BCP 47 tag, or empty for a guess.
func Leftovers(text, language string, leads bool) []Leftover {
	d := &document{text: text, protected: protect(text)}
	var marks []int
	for _, m := range questioned().FindAllStringIndex(text, -1) {
		marks = append(marks, m[0]+strings.IndexByte(text[m[0]:], '?'))
	}
	if len(marks) > 0 || baseLanguage(language) == "fr" {
		// Where letters were lost within words, they were lost at their ends, too.
		for _, m := range questionedEnd().FindAllStringIndex(text, -1) {
			marks = append(marks, m[0]+strings.IndexByte(text[m[0]:], '?'))
		}
	}
	for _, m := range spelled().FindAllStringIndex(text, -1) {
		// "x=C3" may be a formula; a whole sequence of UTF-8 is none.
		if _, _, whole := decodeEscape(text[m[0]:m[1]]); whole || text[m[0]] == '\\' {
			marks = append(marks, m[0])
		}
	}
	marks = slices.DeleteFunc(marks, func(i int) bool { return inAddress(text, i, i+1) })
	if leads && !isASCII(text) {
		marks = append(marks, d.leads(language)...)
	}
	slices.Sort(marks)
	var out []Leftover
	end, line, counted := 0, 1, 0
	for _, i := range marks {
		if i < end || d.isProtected(i) {
			continue
		}
		var start int
		start, end = tokenAround(text, i)
		line += strings.Count(text[counted:i], "\n")
		counted = i
		out = append(out, Leftover{text[start:end], line})
	}
	return out
}

var (
	questioned    = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\pL\?\pL`) })
	questionedEnd = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\pL\?[ \x{00a0}]\p{Ll}`) })
)

// leads finds characters that begin a UTF-8 sequence in some set, are none of the
// language's and stand as correct text does not have them.
func (d *document) leads(language string) []int {
	if language == "" {
		language = Language(d.text)
	}
	home, c := alphabetOf(language), codecs()
	var found []int
	for i, r := range d.text {
		if r < utf8.RuneSelf || home.main.has(r) && language != "" || !c.leads(r) {
			continue
		}
		size := utf8.RuneLen(r)
		before, after := lastRunes(d.text, i, nil)[0], runeAt(d.text, i+size)
		cut := after != 0 && strings.ContainsRune("€„†‡ˆ‰‹•™›¡¢£¤¥¦§¨©ª¬®¯°±²³´¶¹º¼½¾¿", after) || after >= 0x80 && after < 0xa0
		cut = cut && unicode.Is(unicode.Latin, r)
		amid := unicode.IsUpper(r) && unicode.IsLower(before)
		begins := !unicode.IsLetter(before) && headless(unicode.ToLower(after), r)
		if cut || language != "" && (amid || begins) {
			found = append(found, i)
		}
	}
	return found
}

// headless tells a capital that no language writes before the letter after it at the
// beginning of a word: Ã and Â outside those that have them, Å and Ä before a vowel.
func headless(after, r rune) bool {
	switch r {
	case 'Ã', 'Â':
		return unicode.IsLower(after)
	case 'Å', 'Ä', 'Ă', 'Ĺ':
		return strings.ContainsRune("aeiouyàâéèêëîïôöùûüąęó", after)
	}
	return false
}

// tokenAround is the run of non-blanks at an offset without the marks around it.
func tokenAround(text string, i int) (start, end int) {
	_, size := utf8.DecodeRuneInString(text[i:])
	start, end = between(text, i, i+size)
	const marks = `.,;:!()[]{}"“”«»*_`
	start += i - start - len(strings.TrimLeft(text[start:i], marks))
	end = i + size + len(strings.TrimRight(text[i+size:end], marks))
	return start, end
}
