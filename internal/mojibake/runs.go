package mojibake

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// runs finds UTF-8 sequences that were read as eight-bit characters: the certain
// ones, or those that two chains read differently with equal right.
func (d *document) runs(probable bool) []edit {
	for {
		edits, grown := d.runsOnce(probable)
		if !grown {
			return edits
		}
	}
}

// runsOnce tells also whether a chain came to light that may explain more runs.
func (d *document) runsOnce(probable bool) (edits []edit, grown bool) {
	var made []edit
	end := 0
	for _, s := range d.sites {
		if s.start < end {
			continue
		}
		best, strong, tie := d.choose(s, made)
		if best == nil || tie && !probable {
			continue
		}
		e := edit{start: s.start, end: best.end, out: string(best.r), rule: best.chain.String(), certain: !tie}
		made = append(made, e)
		end = best.end
		if tie == probable {
			edits = append(edits, e)
		}
		if strong && !tie {
			grown = d.addChain(best.chain) || grown
		}
	}
	return edits, grown
}

// choose picks the reading of a site that the evidence speaks for, the longest
// first. A tie means that another is as good, yet says something else.
func (d *document) choose(s site, made []edit) (best *reading, strong, tie bool) {
	before := lastRunes(d.text, s.start, made)
	for i := range s.readings {
		r := &s.readings[i]
		ok, own := d.judge(s, r, before)
		if !ok {
			continue
		}
		order := 1
		if best != nil {
			order = d.compare(r, best)
		}
		if order > 0 {
			best, strong, tie = r, own, false
		} else if order == 0 && r.r != best.r {
			tie = true
		}
	}
	return best, strong, tie
}

// compare is positive when a is the better reading of the same site.
func (d *document) compare(a, b *reading) int {
	if a.n != b.n {
		return a.n - b.n
	}
	if known := d.chains[a.chain]; known != d.chains[b.chain] {
		if known {
			return 1
		}
		return -1
	}
	if sa, sb := d.score[a.chain.index()], d.score[b.chain.index()]; sa != sb {
		return sa - sb
	}
	return int(d.alphabet.class(a.r)) - int(d.alphabet.class(b.r))
}

// judge tells whether a reading is certain, and whether by its own evidence,
// without the rest of the document.
func (d *document) judge(s site, r *reading, before [2]rune) (ok, own bool) {
	kind := d.alphabet.class(r.r)
	after := d.runeAfter(*r)
	if kind == senseless || !d.caseFits(before, r.r, after) {
		return false, false
	}
	m := d.marksOf(d.text[s.start:r.end], before, runeAt(d.text, r.end))
	word := kind == typographic || inWord(before, r.r, after) || loadStopwords().has(d.language, strings.ToLower(string(r.r)))
	switch {
	case kind == typographic:
		own = m.control || m.anomaly || m.alien && !m.math
	case unicode.Is(unicode.M, r.r) && !unicode.IsLetter(before[0]):
	case kind == foreign:
		own = m.control || m.anomaly && m.symbol && m.stranger
	case kind == borrowed:
		own = m.control || m.anomaly || m.stranger && word && !m.math
	case r.r >= 0x0900: // long sequences of letters need more than an odd neighbour
		own = m.control || m.alien && word
	default:
		own = m.control || m.anomaly || m.alien && word && !m.math
	}
	if own {
		return true, true
	}
	if !d.chains[r.chain] {
		return false, false
	}
	return m.alien && word || d.covers(r.chain, s.start), false
}

// marks is what speaks for damage in the characters of a run.
type marks struct {
	control  bool // a C1 control, which nobody writes
	alien    bool // a character that the language does not use
	stranger bool // one that it does not even borrow
	symbol   bool // a symbol among the letters
	anomaly  bool // a capital after a small letter, or a symbol inside a word
	math     bool // √π or ¬π may be meant
}

func (d *document) marksOf(run string, before [2]rune, after rune) marks {
	var m marks
	first, size := utf8.DecodeRuneInString(run)
	for i, r := range run {
		if r < 0xa0 {
			m.control = m.control || r != 0x85
		}
		used := d.alphabet.main.has(r) || d.alphabet.punctuation.has(r)
		m.alien = m.alien || !used
		m.stranger = m.stranger || !used && !d.alphabet.auxiliary.has(r)
		if !isWordRune(r) && !strings.ContainsRune(everybodys+"·", r) {
			m.symbol = true
			inside := i > 0 && unicode.IsLetter(first) || unicode.IsLetter(before[0])
			m.anomaly = m.anomaly || inside && unicode.IsLetter(after)
		}
	}
	if unicode.IsUpper(first) || !isWordRune(first) && !strings.ContainsRune(everybodys+"·", first) {
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

// covers tells whether a chain explains every non-ASCII character of the line
// around an offset; correct text hardly ever happens to be valid in that way.
func (d *document) covers(ch chain, i int) bool {
	key := coverKey{ch, strings.LastIndexByte(d.text[:i], '\n') + 1}
	covered, ok := d.coverage[key]
	if ok {
		return covered
	}
	covered = true
	spans := d.protected
	for i := key.line; i < len(d.text) && d.text[i] != '\n' && covered; {
		for len(spans) > 0 && spans[0].end <= i {
			spans = spans[1:]
		}
		switch {
		case len(spans) > 0 && spans[0].start <= i:
			i = spans[0].end
		case d.text[i] < utf8.RuneSelf:
			i++
		default:
			r, ok := d.codec.undo(d.text, i, ch)
			covered, i = ok && d.alphabet.class(r.r) != senseless, r.end
		}
	}
	d.coverage[key] = covered
	return covered
}
