package mojibake

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"
)

//go:generate go run gen_exemplars.go cldr-misc-full-48.2.0.tgz

//go:embed exemplars.txt
var exemplarsText string

// runeSet is a set of non-ASCII runes, quick for the ones below U+3040.
type runeSet struct {
	low    [0x3040 / 64]uint64
	high   map[rune]bool
	tables []*unicode.RangeTable
}

func (s *runeSet) add(r rune) {
	switch {
	case int(r) < len(s.low)*64:
		s.low[r/64] |= 1 << (r % 64)
	case s.high == nil:
		s.high = map[rune]bool{r: true}
	default:
		s.high[r] = true
	}
}

func (s *runeSet) has(r rune) bool {
	if int(r) < len(s.low)*64 {
		return s.low[r/64]&(1<<(r%64)) != 0
	}
	return s.high[r] || unicode.In(r, s.tables...)
}

// parse adds what gen_exemplars.go wrote, letters in both cases.
func (s *runeSet) parse(text string) {
	var last rune
	ranged := false
	for text != "" {
		if name, rest, ok := strings.Cut(text, "}"); ok && text[0] == '{' {
			s.tables = append(s.tables, unicode.Scripts[name[1:]])
			text = rest
			continue
		}
		r := []rune(text[:min(len(text), 4)])[0]
		text = text[len(string(r)):]
		if r == '-' {
			ranged = true
			continue
		}
		from := r
		if ranged {
			from, ranged = last+1, false
		}
		for c := from; c <= r; c++ {
			s.add(c)
			s.add(unicode.ToUpper(c))
			if c == 'ß' {
				s.add('ẞ')
			}
		}
		last = r
	}
}

// alphabet is what one language is written with, apart from ASCII.
type alphabet struct {
	main, auxiliary, punctuation runeSet
}

// everybodys are marks that turn up in any language, whatever its own list says.
const everybodys = "\u00a0«»‘’‚‹›“”„–—…"

var alphabetLines = sync.OnceValue(func() map[string]string {
	lines := map[string]string{}
	for line := range strings.Lines(exemplarsText) {
		if name, rest, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "\t"); ok && line[0] != '#' {
			lines[name] = rest
		}
	}
	return lines
})

// alphabetOf knows a BCP 47 tag by its base language; of an unknown one it says
// everything that any language uses, which makes evidence hard to come by.
func alphabetOf(tag string) *alphabet {
	lines := alphabetLines()
	for _, name := range []string{strings.ReplaceAll(tag, "_", "-"), baseLanguage(tag)} {
		if line, ok := lines[name]; ok {
			a := &alphabet{}
			a.parse(line)
			return a
		}
	}
	return everyAlphabet()
}

// baseLanguage is the first subtag of a BCP 47 tag.
func baseLanguage(tag string) string {
	base, _, _ := strings.Cut(strings.ReplaceAll(tag, "_", "-"), "-")
	return strings.ToLower(base)
}

// everyAlphabet is the union of all languages.
var everyAlphabet = sync.OnceValue(func() *alphabet {
	a := &alphabet{}
	for _, line := range alphabetLines() {
		a.parse(line)
	}
	a.auxiliary = runeSet{}
	return a
})

func (a *alphabet) parse(line string) {
	fields := strings.Split(line, "\t")
	a.main.parse(fields[0])
	a.auxiliary.parse(fields[1])
	a.punctuation.parse(fields[2])
	a.punctuation.parse(everybodys)
}

// class is how much at home a rune is in a language.
type class uint8

const (
	senseless class = iota // nothing a person writes
	foreign                // a letter of other languages
	borrowed               // a letter of the auxiliary set, or a rare symbol
	typographic
	native
)

func (a *alphabet) class(r rune) class {
	switch {
	case a.main.has(r):
		return native
	case a.punctuation.has(r) || isTypographic(r):
		return typographic
	case a.auxiliary.has(r):
		return borrowed
	case unicode.In(r, unicode.L, unicode.M, unicode.N):
		return foreign
	}
	return senseless
}

// isTypographic tells marks, symbols and emoji that texts in any language hold.
func isTypographic(r rune) bool {
	switch {
	case r < 0xa0:
		return false
	case r < 0x2000:
		return r < 0xc0 && r != 0xaa && r != 0xba || r == 0xd7 || r == 0xf7
	case r < 0x2c00:
		return !unicode.Is(unicode.L, r) && unicode.In(r, unicode.P, unicode.S, unicode.N, unicode.Zs, unicode.Cf)
	case r >= 0x3000 && r < 0x3040, r >= 0xff00 && r < 0xffe0:
		return unicode.In(r, unicode.P, unicode.S, unicode.Zs, unicode.Nd)
	case r == 0xfe0f, r == 0xfeff, r == 0xfffd:
		return true
	case r >= 0x1f000 && r < 0x1fb00, r >= 0x1d400 && r < 0x1d800, r >= 0xe0020 && r < 0xe0080:
		return true
	}
	return false
}
