package mojibake

import (
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"
)

// former is what a character was before a rewrite.
type former struct {
	rewrite rewrite
	r       rune
}

// formers lists what r may have been.
func (d *document) formers(r rune) []former {
	list, ok := d.undone[r]
	if !ok {
		for from := range charsets {
			for to := range charsets {
				w := rewrite{from, to}
				if was, ok := d.codec.undoRewrite(r, w); ok && from != to && was < 0x0530 == (r < 0x0530) && d.alphabet.class(was) >= typographic {
					list = append(list, former{w, was})
				}
			}
		}
		d.undone[r] = list
	}
	return list
}

// eachForeign calls f for every unprotected non-ASCII character that the language does not use.
func (d *document) eachForeign(f func(i int, r rune, size int)) {
	spans := d.protected
	for i := 0; i < len(d.text); {
		if d.text[i] < utf8.RuneSelf {
			i++
			continue
		}
		for len(spans) > 0 && spans[0].end <= i {
			spans = spans[1:]
		}
		if len(spans) > 0 && spans[0].start <= i {
			i = spans[0].end
			continue
		}
		r, n := utf8.DecodeRuneInString(d.text[i:])
		if r != utf8.RuneError && !d.alphabet.main.has(r) {
			f(i, r, n)
		}
		i += n
	}
}

// letters finds single characters that a rewrite made of others.
func (d *document) letters(probable bool) []edit {
	var edits []edit
	d.eachForeign(func(i int, r rune, size int) {
		if list := d.formers(r); len(list) > 0 {
			was, certain, ok := d.judgeLetter(i, r, size, list)
			if !ok || certain == probable {
				return
			}
			if certain {
				d.addRewrite(was.rewrite)
			}
			edits = append(edits, edit{start: i, end: i + size, out: string(was.r), rule: was.rewrite.String(), certain: certain})
		}
	})
	return edits
}

func (d *document) judgeLetter(i int, r rune, size int, list []former) (was former, certain, ok bool) {
	before, after := lastRunes(d.text, i, nil), runeAt(d.text, i+size)
	if r == '\u2028' || r == '\u2029' {
		was, known, _ := d.likeliest(list, func(f former) bool { return f.r == '…' })
		return was, known, known
	}
	if r >= 0x0530 || unicode.Is(unicode.M, r) || d.alphabet.punctuation.has(r) || !d.nativeLetter(before[0]) && !d.nativeLetter(after) {
		return former{}, false, false
	}
	was, known, alone := d.likeliest(list, func(f former) bool {
		return d.alphabet.main.has(f.r) && d.caseFits(before, f.r, after) && !d.unlikely(before, f.r, after)
	})
	if was.r == 0 {
		return former{}, false, false
	}
	symbol := !isWordRune(r)
	if symbol && !(unicode.IsLetter(before[0]) && unicode.IsLetter(after)) {
		return former{}, false, false
	}
	amid := unicode.IsUpper(r) && unicode.IsLower(before[0]) && unicode.IsLower(was.r)
	unheard := !everyAlphabet().main.has(r) && !symbol
	initial := unicode.IsUpper(r) && !unicode.IsLetter(before[0]) && unicode.IsLower(was.r)
	borrowed := d.alphabet.auxiliary.has(r)
	switch anomaly := amid || unheard; {
	case known && (anomaly || d.rewrites[was.rewrite] && !borrowed && !initial && !symbol):
		return was, true, true
	case anomaly && alone && d.language != "" && d.wordLen(i, size) >= 4:
		return was, true, true
	case anomaly:
		return was, false, known || d.language != ""
	}
	return was, false, d.rewrites[was.rewrite]
}

// likeliest picks the former that the document's damage explains (known), or
// else the first; alone means that no other result is possible.
func (d *document) likeliest(list []former, fits func(former) bool) (was former, known, alone bool) {
	weight := func(f former) int {
		switch {
		case d.rewrites[f.rewrite]:
			return 2
		case d.from[f.rewrite.from]:
			return 1
		}
		return 0
	}
	alone = true
	rival := false
	for _, f := range list {
		if !fits(f) {
			continue
		}
		switch {
		case was.r == 0 || weight(f) > weight(was):
			alone = alone && (was.r == 0 || was.r == f.r)
			was, rival = f, false
		case f.r != was.r:
			alone = false
			rival = rival || weight(f) == weight(was)
		}
	}
	return was, was.r != 0 && weight(was) > 0 && !rival, alone
}

// nativeLetter tells a letter that the language uses.
func (d *document) nativeLetter(r rune) bool {
	return unicode.IsLetter(r) && (r < utf8.RuneSelf || d.alphabet.main.has(r))
}

// wordLen counts the letters of the word around a character.
func (d *document) wordLen(i, size int) int {
	n := 0
	for _, r := range d.text[wordStart(d.text, i, false):wordEnd(d.text, i+size)] {
		if unicode.IsLetter(r) {
			n++
		}
	}
	return n
}

// lostSpaces finds à and no-break spaces whose second character, a no-break
// space, was taken for white space and trimmed or made a plain space.
func (d *document) lostSpaces(probable bool) []edit {
	if d.codec == nil {
		return nil
	}
	var edits []edit
	for set := range charsets {
		edits = append(edits, d.afterLead(chain{first: set}, 0xc2, probable, d.lostBreak)...)
		if d.alphabet.main.has('à') {
			edits = append(edits, d.afterLead(chain{first: set}, 0xc3, probable, d.lostSpace)...)
		}
	}
	kept, _ := disjoint(edits, nil)
	return kept
}

// afterLead tries judge at every capital that a charset has for the byte lead.
func (d *document) afterLead(ch chain, lead byte, probable bool, judge func(chain, int, int) (edit, bool)) []edit {
	capital := d.codec.runes[ch.first][lead]
	if !unicode.IsUpper(capital) {
		return nil
	}
	var edits []edit
	for i := 0; ; {
		k := strings.Index(d.text[i:], string(capital))
		if k < 0 {
			return edits
		}
		at := i + k
		i = at + utf8.RuneLen(capital)
		if e, ok := judge(ch, at, i); ok && e.certain != probable && !d.isProtected(at) {
			edits = append(edits, e)
		}
	}
}

// lostBreak takes Â between a digit or a small letter and a plain space for a no-break space.
func (d *document) lostBreak(ch chain, at, end int) (edit, bool) {
	before := lastRunes(d.text, at, nil)[0]
	e := edit{start: at, end: end + 1, out: "\u00a0", rule: ch.String() + ", the no-break space made a plain one", certain: d.chains[ch]}
	return e, runeAt(d.text, end) == ' ' && (unicode.IsDigit(before) || unicode.IsLower(before)) && (e.certain || d.onlyLead(ch, 0xc2))
}

// lostSpace takes the capital at the end of a word, or alone before a plain space, for à.
func (d *document) lostSpace(ch chain, at, end int) (e edit, ok bool) {
	before, after := lastRunes(d.text, at, nil), runeAt(d.text, end)
	lead := runeAt(d.text, at)
	ends := unicode.IsLower(before[0]) && (after < utf8.RuneSelf || unicode.IsSpace(after)) && !isWordRune(after)
	alone := !isWordRune(before[0]) && after == ' ' && loadStopwords().has(d.language, "à")
	if !ends && !alone || d.alphabet.main.has(lead) && !alone {
		return e, false
	}
	if after == ' ' && end+1 < len(d.text) && (d.text[end+1] == ' ' || ends && d.closesUp(runeAt(d.text, end+1))) {
		end++
	}
	e = edit{start: at, end: end, out: "à", rule: ch.String() + ", the no-break space lost", certain: d.chains[ch]}
	return e, e.certain || ends && !d.alphabet.main.has(lead) && d.onlyLead(ch, 0xc3)
}

// closesUp tells the marks that stand right behind a word, so that a space before
// one is what remains of the letter. French sets a space before the tall ones.
func (d *document) closesUp(r rune) bool {
	return strings.ContainsRune(".,)]…”’", r) || d.language != "fr" && d.language != "" && strings.ContainsRune(";:!?»", r)
}

// onlyLead tells whether ch is the first charset that has its lead character,
// so that a run is proposed once.
func (d *document) onlyLead(ch chain, lead byte) bool {
	for set := range ch.first {
		if d.codec.runes[set][lead] == d.codec.runes[ch.first][lead] {
			return false
		}
	}
	return true
}

// protectedFrom is the index of the first protected span that ends behind an offset.
func (d *document) protectedFrom(i int) int {
	return sort.Search(len(d.protected), func(k int) bool { return d.protected[k].end > i })
}

func (d *document) isProtected(i int) bool {
	k := d.protectedFrom(i)
	return k < len(d.protected) && d.protected[k].start <= i
}
