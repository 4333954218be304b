package teaser

import (
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"crieur/internal/textlen"
)

// pairs are the openers with what closes them. “ closes „ in German, » opens in
// German books and ” in Swedish: which it is, its surroundings tell.
var pairs = map[rune]rune{
	'(': ')', '[': ']', '{': '}', '«': '»', '‹': '›', '“': '”', '‘': '’', '„': '“', '‚': '‘',
	'「': '」', '『': '』', '（': '）', '【': '】', '《': '》', '〈': '〉', '［': '］', '〔': '〕',
	'¿': '?', '¡': '!', '"': '"', '\'': '\'',
}

const closers = ")]}»›”’」』）】》〉］〕"

// isOpener tells whether a rune opens wherever it stands. '"' and "'" do not.
func isOpener(r rune) bool { return r != '"' && r != '\'' && pairs[r] != 0 }

func isCloser(r rune) bool { return strings.ContainsRune(closers, r) }

func isApostrophe(r rune) bool { return r == '\'' || r == '’' || r == 'ʼ' }

// opening is a quotation mark or bracket that opens.
type opening struct {
	at      int  // byte offset
	size    int  // in bytes
	closer  rune // what closes it
	closed  int  // byte offset of what closes it; the text's length if nothing does
	outside int  // index of the opening around it, -1 if none
}

// nesting holds the openings of a text in order.
type nesting []opening

// nestingOf pairs quotation marks and brackets outside atoms. A closer without
// partner is ignored.
func nestingOf(s string, atoms []textlen.Span) nesting {
	var all nesting
	top := -1
	open := map[rune]int{} // how many now wait for this closer
	var before rune
	for i, r := range s {
		for len(atoms) > 0 && atoms[0].End <= i {
			atoms = atoms[1:]
		}
		if len(atoms) > 0 && atoms[0].Start <= i {
			before = r
			continue
		}
		after, _ := utf8.DecodeRuneInString(s[i+utf8.RuneLen(r):])
		closer := pairs[r]
		if r == '»' && atWordStart(before, after) {
			closer = '«'
		}
		if r == '”' && atWordStart(before, after) {
			closer = '”'
		}
		switch {
		case open[r] > 0 && closes(r, before, after) && !(r == '’' && before == 's' && closesLater(s[i+len("’"):])):
			top = all.closeUpTo(top, r, i, open)
		case closer != 0 && opens(r, before, after):
			all = append(all, opening{at: i, size: utf8.RuneLen(r), closer: closer, closed: len(s), outside: top})
			top = len(all) - 1
			open[closer]++
		}
		before = r
	}
	for i := range all {
		if all[i].closer == '\'' && all[i].closed == len(s) {
			all[i].closed = all[i].at // an apostrophe: 'tis
		}
	}
	return all
}

// closeUpTo closes the innermost opening that waits for closer and all within it.
func (n nesting) closeUpTo(top int, closer rune, at int, open map[rune]int) int {
	for top >= 0 {
		o := &n[top]
		o.closed = at
		open[o.closer]--
		top = o.outside
		if o.closer == closer {
			break
		}
	}
	return top
}

// atWordStart tells whether a mark between before and after stands before a word.
func atWordStart(before, after rune) bool {
	return (before == 0 || isSpace(before) || before == '(') && (unicode.IsLetter(after) || unicode.IsDigit(after))
}

func closes(r, before, after rune) bool {
	if isApostrophe(r) {
		return !unicode.IsLetter(after)
	}
	return r != '"' || !atWordStart(before, after)
}

// closesLater tells whether another ’ closes the quotation, so that the one before
// these words is a genitive ("customers’ data").
func closesLater(rest string) bool {
	const far = 300 // bytes
	rest = rest[:min(len(rest), far)]
	if !strings.HasPrefix(rest, " ") {
		return false
	}
	for i, r := range rest {
		if r == '‘' {
			return false
		}
		if r == '’' {
			if after, _ := utf8.DecodeRuneInString(rest[i+len("’"):]); !unicode.IsLetter(after) {
				return true
			}
		}
	}
	return false
}

func opens(r, before, after rune) bool {
	switch r {
	case '"', '\'', '(':
		// ":(" is a face, "5\"" an inch.
		return (before == 0 || !isWordRune(before) && !isCloser(before)) && after != 0 && !isSpace(after) || r == '(' && isWordRune(after)
	case '{', '[':
		return after != 0 && !isSpace(after)
	}
	return true
}

// openAt returns the index of the innermost opening that is open at offset p, -1 if none.
func (n nesting) openAt(p int) int {
	i := sort.Search(len(n), func(i int) bool { return n[i].at >= p }) - 1
	if i >= 0 && n[i].closed < p {
		i = n.around(i, p)
	}
	return i
}

// around returns the index of the opening around opening i that is open at offset p,
// -1 if none.
func (n nesting) around(i, p int) int {
	for i = n[i].outside; i >= 0 && n[i].closed < p; {
		i = n[i].outside
	}
	return i
}
