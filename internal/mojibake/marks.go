package mojibake

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// traits is what a rune is by itself and to the language.
type traits struct {
	known    bool
	class    class
	used     bool // a letter or mark of the language
	borrowed bool // a letter of its auxiliary set
	word     bool
	symbol   bool // what people do not write next to letters, as they do with quotation marks
}

// traitsOf looks a rune up once per document.
func (d *document) traitsOf(r rune) traits {
	low := int(r) < len(d.traits)
	if low && d.traits[r].known {
		return d.traits[r]
	}
	word := isWordRune(r)
	t := traits{
		known:    true,
		class:    d.alphabet.class(r),
		used:     d.alphabet.main.has(r) || d.alphabet.punctuation.has(r),
		borrowed: d.alphabet.auxiliary.has(r),
		word:     word,
		symbol:   (!word || unicode.Is(unicode.Lm, r)) && !strings.ContainsRune(everybodys+"·", r),
	}
	if low {
		d.traits[r] = t
	}
	return t
}

// marks is what speaks for damage in the characters of a run.
type marks struct {
	control  bool // a C1 control, which nobody writes
	odd      bool // a character that the language does not use
	alien    bool // the same, where correct text would not have it either
	stranger bool // one that it does not even borrow
	symbol   bool // a symbol among the letters
	anomaly  bool // a capital after a small letter, or a symbol inside a word
	math     bool // √π or ¬π may be meant
}

func (d *document) marksOf(run string, before [2]rune, after rune) marks {
	var m marks
	first, size := utf8.DecodeRuneInString(run)
	quoted := unicode.IsLetter(first) && strings.Trim(run[size:], everybodys) == ""
	lettersOnly := true
	for i, r := range run {
		if r < 0xa0 {
			m.control = m.control || r != 0x85
		}
		t := d.traitsOf(r)
		m.alien = m.alien || !t.used
		m.stranger = m.stranger || !t.used && !t.borrowed
		lettersOnly = lettersOnly && t.word
		if t.symbol && !(t.used && t.word) {
			m.symbol = true
			inside := i > 0 && unicode.IsLetter(first) || unicode.IsLetter(before[0])
			m.anomaly = m.anomaly || inside && unicode.IsLetter(after)
		}
	}
	m.odd = m.alien
	amidCapitals := lettersOnly && (unicode.IsUpper(before[0]) || unicode.IsUpper(after))
	if !m.control && !m.symbol && (amidCapitals || quoted && !unicode.IsLetter(after)) {
		m.alien, m.stranger = false, false // capitals side by side, or one before a closing quotation mark
	}
	if unicode.IsUpper(first) || d.traitsOf(first).symbol {
		m.anomaly = m.anomaly || unicode.IsLower(before[0]) || unicode.IsDigit(before[0])
	}
	second, _ := utf8.DecodeRuneInString(run[size:])
	if (first == '√' || first == '¬') && strings.ContainsRune("πΩµ∞∂∑∏∫∆≤≥≠±", second) {
		m.math, m.anomaly = true, false
	}
	return m
}

// inWord tells whether r touches a letter of its own script.
func inWord(before [2]rune, r, after rune) bool {
	for _, n := range []rune{before[0], after} {
		if unicode.IsLetter(n) && (unicode.Is(unicode.Latin, n) == unicode.Is(unicode.Latin, r)) {
			return true
		}
	}
	return false
}

type coverKey struct {
	chain chain
	line  int
}

// enoughRuns in a line that a chain explains to the last character prove it.
const enoughRuns = 3

// covers counts the runs in the line that begins at an offset if a chain explains every
// non-ASCII character of it, which correct text hardly ever allows; else 0.
func (d *document) covers(ch chain, line int) int {
	key := coverKey{ch, line}
	runs, ok := d.coverage[key]
	if ok {
		return runs
	}
	spans := d.protected[d.protectedFrom(line):]
	for i := line; i < len(d.text) && d.text[i] != '\n'; {
		for len(spans) > 0 && spans[0].end <= i {
			spans = spans[1:]
		}
		if len(spans) > 0 && spans[0].start <= i {
			i = spans[0].end
			continue
		}
		if d.text[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, ok := d.codec.undo(d.text, i, ch)
		if !ok || d.traitsOf(r.r).class == senseless {
			runs = 0
			break
		}
		runs++
		i = r.end
	}
	d.coverage[key] = runs
	return runs
}
