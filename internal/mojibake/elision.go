package mojibake

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// eliding are the words that lose their vowel before another, by language.
var eliding = map[string]string{
	"fr": " l d j m t s c n qu jusqu lorsqu puisqu quoiqu aujourd quelqu presqu ",
	"it": " l d c s m t n dell nell dall sull coll quell ",
	"ca": " l d s n m t ",
}

// notBefore are words that do not follow an elision, though they begin with a
// vowel: after them a single letter is a name ("l et m", "n ou p").
var notBefore = map[string]string{
	"fr": " et ou à au aux ",
	"it": " e ed o od a ad ",
	"ca": " i o a ",
}

// namesLetter are words before which a single letter is a name ("la lettre l est").
var namesLetter = map[string]string{
	"fr": " le la les un une des du au lettre variable constante vecteur point axe entier nombre indice vitamine ",
	"it": " il lo la gli un uno una lettera variabile punto numero ",
	"ca": " el els la un una lletra variable punt nombre ",
}

// onlyBefore are the words that an elision is confined to. A euphonic t is none:
// euphonic joins it with hyphens.
var onlyBefore = map[string]map[string]string{"fr": {
	"c": " est était étaient étais eût eut en ", "aujourd": " hui ", "quelqu": " un une ", "presqu": " île îles ",
}}

// neverBefore are the words that an elision does not stand before: "soit n entier", "y a-t-il".
var neverBefore = map[string]map[string]string{"fr": {
	"n": " entier entiers entière entières impair impairs impaire impaires élément éléments inconnu inconnue arbitraire ",
	"t": pronouns,
}}

// joining are nouns that a small d (de) follows, though other letters after them may be names ("le nombre d élèves").
const joining = " un une point axe entier nombre indice "

type elisionTables struct {
	eliding, notBefore, namesLetter, joining map[string]bool
	onlyBefore, neverBefore                  map[string]map[string]bool
}

var elisionsOf = sync.OnceValue(func() map[string]*elisionTables {
	set := func(words string) map[string]bool {
		m := map[string]bool{}
		for _, w := range strings.Fields(words) {
			m[w] = true
		}
		return m
	}
	sets := func(by map[string]string) map[string]map[string]bool {
		m := map[string]map[string]bool{}
		for w, words := range by {
			m[w] = set(words)
		}
		return m
	}
	out := map[string]*elisionTables{}
	for language := range eliding {
		out[language] = &elisionTables{
			eliding: set(eliding[language]), notBefore: set(notBefore[language]), namesLetter: set(namesLetter[language]),
			joining: set(joining), onlyBefore: sets(onlyBefore[language]), neverBefore: sets(neverBefore[language]),
		}
	}
	return out
})

// elisions proposes the apostrophe where a space stands in its place ("l IA").
func (d *document) elisions() []edit {
	language := baseLanguage(d.language)
	tables := elisionsOf()[language]
	if tables == nil {
		return nil
	}
	apostrophe := usualApostrophe(d.text)
	var edits []edit
	var last word
	spans := d.protected
	for w := nextWord(d.text, 0); w.text != ""; {
		next := nextWord(d.text, w.end)
		for len(spans) > 0 && spans[0].end <= w.start {
			spans = spans[1:]
		}
		free := len(spans) == 0 || spans[0].start >= next.end
		gap := d.text[w.end:next.start]
		if free && (gap == " " || gap == "\u00a0") && tables.elides(d.text, last, w, next, language) {
			edits = append(edits, edit{start: w.end, end: next.start, out: apostrophe, rule: "lost apostrophe"})
		}
		last, w = w, next
	}
	return edits
}

func (t *elisionTables) elides(text string, last, w, next word, language string) bool {
	small := strings.ToLower(w.text)
	follows := strings.ToLower(next.text)
	if !t.eliding[small] || !beginsWithVowel(follows) || t.neverBefore[small][follows] {
		return false
	}
	if only := t.onlyBefore[small]; only != nil && !only[follows] {
		return false
	}
	before, _ := utf8.DecodeLastRuneInString(text[:w.start])
	if w.start > 0 && !unicode.IsSpace(before) && !strings.ContainsRune(`("«“‘[*_—–¿¡`, before) {
		return false // "rock-l IA", "d'l un", "a.l est"
	}
	if utf8.RuneCountInString(small) > 1 {
		return true
	}
	if t.notBefore[follows] {
		return false
	}
	if follows != "y" && follows != "a" && utf8.RuneCountInString(follows) == 1 && !(language == "it" && follows == "è") {
		return false // spelled letters
	}
	if follows == "a" || follows == "y" {
		if r := runeAt(text, next.end); r == ')' || r == '.' || r == '=' {
			return false
		}
	}
	gap := text[last.end:w.start]
	if strings.TrimSpace(gap) == "" && last.text != "" && !strings.Contains(gap, "\n") {
		digit, _ := utf8.DecodeLastRuneInString(last.text)
		noun := strings.ToLower(last.text)
		if unicode.IsDigit(digit) || t.namesLetter[noun] && (w.text != "d" || !t.joining[noun]) {
			return false // a unit, or the name of a letter
		}
	}
	if !unicode.IsUpper(runeAt(text, w.start)) {
		return true
	}
	initial := small != "l" && small != "d" && unicode.IsUpper(runeAt(text, next.start)) // "J Ionesco", "M Albert"
	return !initial && beginsSentence(text, w.start)
}

// beginsSentence tells whether what stands before is the start of the text or of
// a line, a stop, a bracket, a quotation mark, or a symbol such as an emoji.
func beginsSentence(text string, i int) bool {
	trimmed := strings.TrimRight(text[:i], " \u00a0\u202f")
	r, n := utf8.DecodeLastRuneInString(trimmed)
	return n == 0 || r >= utf8.RuneSelf && !unicode.IsLetter(r) && !unicode.IsNumber(r) || strings.ContainsRune("\n\r.!?:;\"'([*_>#-", r)
}

// beginsWithVowel takes h for mute; y only by itself or before a consonant.
func beginsWithVowel(small string) bool {
	r, n := utf8.DecodeRuneInString(small)
	if r == 'y' {
		next, _ := utf8.DecodeRuneInString(small[n:])
		return n == len(small) || !strings.ContainsRune("aeiouéèê", next)
	}
	return strings.ContainsRune("aeiouhàâäæéèêëîïìíôöòóœùûüú", r) && r != utf8.RuneError
}

// word is a sequence of letters and digits.
type word struct {
	text       string
	start, end int
}

// nextWord finds the first word at or after an offset; its text is empty at the end.
func nextWord(text string, from int) word {
	i := strings.IndexFunc(text[from:], isWordRune)
	if i < 0 {
		return word{start: len(text), end: len(text)}
	}
	start := from + i
	end := len(text)
	if n := strings.IndexFunc(text[start:], func(r rune) bool { return !isWordRune(r) }); n >= 0 {
		end = start + n
	}
	return word{text[start:end], start, end}
}

// usualApostrophe is the one that the text uses most between letters.
func usualApostrophe(text string) string {
	count := map[rune]int{}
	runes := []rune{0, 0, 0}
	for _, r := range text {
		copy(runes, runes[1:])
		runes[2] = r
		if (runes[1] == '\'' || runes[1] == '’') && unicode.IsLetter(runes[0]) && unicode.IsLetter(runes[2]) {
			count[runes[1]]++
		}
	}
	if count['\''] > count['’'] {
		return "'"
	}
	return "’"
}
