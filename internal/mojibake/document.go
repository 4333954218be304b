package mojibake

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// evidence is the damage that a text has certainly suffered.
type evidence struct {
	chains   map[chain]bool
	from     [charsets]bool // UTF-8 was read as these
	rewrites map[rewrite]bool
}

func (e *evidence) addChain(c chain) (grown bool) {
	grown = !e.chains[c]
	e.chains[c] = true
	e.from[c.first] = true
	return grown
}

func (e *evidence) addRewrite(w rewrite) {
	e.rewrites[w] = true
	e.from[w.from] = true
}

// document is a text under repair, with all that one pass needs to know.
type document struct {
	*evidence
	text      string
	touched   bool // earlier passes made repairs: what they wrote is not to be taken for damage of the same kind
	codec     *codec
	language  string
	alphabet  *alphabet
	protected []span
	sites     []site
	score     [charsets * (charsets + 1)]int
	undone    map[rune][]former
	coverage  map[coverKey]int
	traits    [0x2600]traits
}

func newDocument(text string, opt Options, touched bool, e *evidence) *document {
	d := &document{evidence: e, text: text, language: opt.Language, touched: touched, protected: protect(text)}
	guess := d.language == ""
	if guess {
		d.language = Language(text)
	}
	if isASCII(text) {
		d.language = cmp.Or(d.language, opt.Fallback)
		return d
	}
	d.codec = codecs()
	d.undone, d.coverage = map[rune][]former{}, map[coverKey]int{}
	d.findSites()
	if guess {
		if beneath := d.languageBeneath(); beneath != "" {
			d.language = beneath
		}
	}
	d.language = cmp.Or(d.language, opt.Fallback)
	d.alphabet = alphabetOf(d.language)
	d.language = baseLanguage(d.language)
	d.rank()
	return d
}

// site is a place where a run may begin.
type site struct {
	start    int
	line     int // offset of its line
	readings []reading
}

func (d *document) findSites() {
	var all []reading
	spans, line := d.protected, 0
	for i := 0; i < len(d.text); {
		if d.text[i] < utf8.RuneSelf {
			i++
			if d.text[i-1] == '\n' {
				line = i
			}
			continue
		}
		for len(spans) > 0 && spans[0].end <= i {
			spans = spans[1:]
		}
		if len(spans) > 0 && spans[0].start <= i {
			i = spans[0].end
			if nl := strings.LastIndexByte(d.text[spans[0].start:i], '\n'); nl >= 0 {
				line = spans[0].start + nl + 1
			}
			continue
		}
		r, n := utf8.DecodeRuneInString(d.text[i:])
		if d.codec.leads(r) {
			from := len(all)
			all = d.codec.readings(d.text, i, all)
			if len(spans) > 0 {
				all = append(all[:from], slices.DeleteFunc(all[from:], func(r reading) bool { return r.end > spans[0].start })...)
			}
			if len(all) > from {
				d.sites = append(d.sites, site{i, line, all[from:len(all):len(all)]})
			}
		}
		i += n
	}
}

// languageBeneath guesses the language of a text too damaged to be recognized,
// from what the best-fitting chains decode it to.
func (d *document) languageBeneath() string {
	var runes [charsets * (charsets + 1)]int
	var chains []chain
	for _, s := range d.sites {
		for _, r := range s.readings {
			if runes[r.chain.index()] == 0 {
				chains = append(chains, r.chain)
			}
			runes[r.chain.index()] += r.n
		}
	}
	if len(chains) == 0 {
		return ""
	}
	slices.SortStableFunc(chains, func(a, b chain) int { return runes[b.index()] - runes[a.index()] })
	odd := 0
	for _, r := range d.text {
		if r >= utf8.RuneSelf {
			odd++
		}
	}
	if runes[chains[0].index()]*2 < odd {
		return "" // most of the text is no damage
	}
	for _, twice := range []bool{true, false} {
		i := slices.IndexFunc(chains, func(c chain) bool { return c.twice == twice })
		if i < 0 || runes[chains[i].index()]*2 < runes[chains[0].index()] {
			continue
		}
		if language := Language(d.decoded(chains[i])); language != "" {
			return language
		}
	}
	return ""
}

// decoded is the text with a chain undone wherever that can be done.
func (d *document) decoded(ch chain) string {
	var edits []edit
	end := 0
	for _, s := range d.sites {
		for _, r := range s.readings {
			if r.chain == ch && s.start >= end {
				edits = append(edits, edit{start: s.start, end: r.end, out: string(r.r)})
				end = r.end
			}
		}
	}
	return apply(d.text, edits)
}

func (c chain) index() int {
	if !c.twice {
		return int(c.first)
	}
	return int(c.first) + int(charsets)*(int(c.second)+1)
}

// rank counts for every chain how well what it decodes to suits the language.
func (d *document) rank() {
	for _, s := range d.sites {
		before := lastRunes(d.text, s.start, nil)
		for _, r := range s.readings {
			after := d.runeAfter(r)
			if d.traitsOf(r.r).class == senseless || !d.caseFits(before, r.r, after) {
				continue
			}
			if d.unlikely(before, r.r, after) {
				d.score[r.chain.index()] += r.n
			} else {
				d.score[r.chain.index()] += d.tier(r.r) * r.n
			}
		}
	}
}

// lastRunes gives the two runes before offset i, the nearest first, after the
// edits that end there.
func lastRunes(text string, i int, edits []edit) (before [2]rune) {
	for k := range before {
		if n := len(edits); n > 0 && edits[n-1].end == i {
			before[k], _ = utf8.DecodeLastRuneInString(edits[n-1].out)
			i, edits = edits[n-1].start, edits[:n-1]
			continue
		}
		r, n := utf8.DecodeLastRuneInString(text[:i])
		if n == 0 {
			break
		}
		before[k] = r
		i -= n
	}
	return before
}

// runeAfter is the rune behind a run, decoded the same way if it can be; 0 at the end.
func (d *document) runeAfter(r reading) rune {
	if next, ok := d.codec.undo(d.text, r.end, r.chain); ok {
		return next.r
	}
	return runeAt(d.text, r.end)
}

// runeAt is the rune at an offset, 0 at the end.
func runeAt(text string, i int) rune {
	r, n := utf8.DecodeRuneInString(text[i:])
	if n == 0 {
		return 0
	}
	return r
}

// tier is the class of a rune, but signs rarer than letters count for less:
// mathematical ones as borrowed, invisible ones as foreign.
func (d *document) tier(r rune) int {
	c := d.traitsOf(r).class
	switch {
	case c == typographic && unicode.Is(unicode.Cf, r) && r != 0xad:
		c = foreign
	case c == typographic && unicode.In(r, unicode.Sm, unicode.Sk):
		c = borrowed
	}
	return int(c)
}

// confined are letters that a language has in a few words only: CLDR counts
// them in, yet nearly every other word that shows them is a wrong guess.
var confined = map[string]map[rune]string{"fr": {'ù': "où", 'ÿ': ""}}

// unlikely tells a letter outside the word that it is confined to.
func (d *document) unlikely(before [2]rune, r, after rune) bool {
	word, ok := confined[d.language][unicode.ToLower(r)]
	if !ok {
		return false
	}
	first, _ := utf8.DecodeRuneInString(word)
	return unicode.ToLower(before[0]) != first || isWordRune(before[1]) || isWordRune(after)
}

// caseFits tells whether r between its neighbours is what a person writes: no
// capital after a small letter, no small letter amid capitals.
func (d *document) caseFits(before [2]rune, r, after rune) bool {
	switch {
	case unicode.IsUpper(r):
		return !unicode.IsLower(before[0])
	case !unicode.IsLower(r) || r == 'ß':
		return true
	case unicode.IsUpper(before[0]):
		return !unicode.IsUpper(after) && (!unicode.IsUpper(before[1]) || unicode.IsLower(after))
	}
	return unicode.IsLower(before[0]) || !unicode.IsUpper(after)
}
