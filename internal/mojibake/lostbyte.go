package mojibake

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// undefined are the bytes that Windows-1252 has no character for, so that some
// programs drop them: what is left of ” is "â€", of Ł "Å".
var undefined = [...]byte{0x81, 0x8d, 0x8f, 0x90, 0x9d}

const ruleLostByte = "UTF-8 read as Windows-1252, a byte lost"

// lostBytes proposes the character whose last byte was dropped, where only one fits.
func (d *document) lostBytes() []edit {
	var edits []edit
	for i := 0; ; {
		k := strings.IndexFunc(d.text[i:], func(r rune) bool { return r >= 'Â' && r <= 'ô' })
		if k < 0 {
			return edits
		}
		at := i + k
		r, size := utf8.DecodeRuneInString(d.text[at:])
		i = at + size
		if d.isProtected(at) {
			continue
		}
		if strings.HasPrefix(d.text[i:], "€") && r == 'â' {
			end := i + len("€")
			before, after := lastRunes(d.text, at, nil)[0], runeAt(d.text, end)
			if before != 0 && !unicode.IsSpace(before) && !unicode.IsLetter(after) && !unicode.IsDigit(after) && !d.readable(at) {
				edits = append(edits, edit{start: at, end: end, out: "”", rule: ruleLostByte})
			}
			continue
		}
		if out := d.lostLetter(at, i, r); out != 0 {
			edits = append(edits, edit{start: at, end: i, out: string(out), rule: ruleLostByte})
		}
	}
}

// lostLetter is the only letter of the language that r, with one lost byte, was; else
// 0. The text has to show the same damage elsewhere.
func (d *document) lostLetter(at, end int, r rune) (only rune) {
	lead := d.codec.encode(r, windows1252)
	if sequenceLen(lead) != 2 || d.alphabet.main.has(r) || !d.from[windows1252] || !unicode.IsLetter(runeAt(d.text, end)) || d.readable(at) {
		return 0
	}
	before, after := lastRunes(d.text, at, nil), runeAt(d.text, end)
	for _, b := range undefined {
		was, _ := utf8.DecodeRune([]byte{lead, b})
		if !d.alphabet.main.has(was) || !d.caseFits(before, was, after) || d.unlikely(before, was, after) {
			continue
		}
		if only != 0 {
			return 0
		}
		only = was
	}
	return only
}

// readable tells whether a whole sequence begins at an offset, which runs judges.
func (d *document) readable(at int) bool { return len(d.codec.readings(d.text, at, nil)) > 0 }
