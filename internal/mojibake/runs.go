package mojibake

import (
	"strings"
	"unicode"
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
		order := 1
		if best != nil {
			order = d.compare(r, best)
		}
		if order < 0 || order == 0 && r.r == best.r {
			continue // it cannot win, whatever speaks for it
		}
		ok, own := d.judge(s, r, before)
		if !ok {
			continue
		}
		if order > 0 {
			best, strong, tie = r, own, false
		} else {
			tie = true
		}
	}
	return best, strong, tie
}

// compare is positive when a is the better reading of the same site. What
// explains most of the document comes first, then what it shows elsewhere.
func (d *document) compare(a, b *reading) int {
	if sa, sb := d.score[a.chain.index()], d.score[b.chain.index()]; sa != sb {
		return sa - sb
	}
	if known := d.chains[a.chain]; known != d.chains[b.chain] {
		if known {
			return 1
		}
		return -1
	}
	if ta, tb := d.tier(a.r), d.tier(b.r); ta != tb {
		return ta - tb
	}
	return a.n - b.n
}

// judge tells whether a reading is certain, and whether by its own evidence,
// without the rest of the document.
func (d *document) judge(s site, r *reading, before [2]rune) (ok, own bool) {
	kind := d.traitsOf(r.r).class
	after := d.runeAfter(*r)
	if kind == senseless || !d.caseFits(before, r.r, after) {
		return false, false
	}
	m := d.marksOf(d.text[s.start:r.end], before, runeAt(d.text, r.end))
	word := kind == typographic || inWord(before, r.r, after) || loadStopwords().has(d.language, strings.ToLower(string(r.r)))
	switch {
	case kind == typographic:
		own = m.control || m.anomaly || m.alien && !m.math
	case unicode.Is(unicode.M, r.r) && !unicode.IsLetter(before[0]): // an accent on nothing
	case kind == foreign:
		own = m.control || word && m.anomaly && m.symbol && m.stranger
	case kind == borrowed:
		own = m.control || m.anomaly || m.stranger && m.symbol && word && !m.math
	case r.r >= 0x0900: // long sequences of letters need more than an odd neighbour
		own = m.control || m.alien && word
	default:
		own = m.control || m.anomaly || m.alien && word && !m.math
	}
	if !own && m.odd && d.covers(r.chain, s.line) >= enoughRuns {
		own = true
	}
	if !own && r.r == 'à' && !isWordRune(before[0]) && after == ' ' && loadStopwords().has(d.language, "à") {
		own = true // a capital standing alone before a no-break space
	}
	if own {
		return true, true
	}
	if !d.chains[r.chain] || d.touched {
		return false, false
	}
	return m.alien && word && !m.math || d.covers(r.chain, s.line) > 0, false
}
