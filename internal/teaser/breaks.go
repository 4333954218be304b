package teaser

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"crieur/internal/textlen"

	"github.com/clipperhouse/uax29/v2/graphemes"
)

// breakKind is how good a place to cut is.
type breakKind int

const (
	noBreak      breakKind = iota
	clusterBreak           // between clusters of an unspaced script, when nothing else is left
	wordBreak
	clauseBreak
	sentenceBreak
)

// cut is a place where a text may end.
type cut struct {
	at   int // byte offset
	kind breakKind
}

// anatomy is a clean text with all that is needed to cut it.
type anatomy struct {
	text     string
	language string // primary subtag
	japanese bool
	atoms    []textlen.Span
	nest     nesting
	cuts     []cut  // in order
	whole    []bool // whether a cluster ends at this offset
	bullets  bool   // the text begins with an emoji, so emoji open its sentences
}

func dissect(text, language string) *anatomy {
	an := &anatomy{text: text, language: primary(language), japanese: isJapanese(text)}
	an.atoms, an.whole = atomsOf(text), make([]bool, len(text)+1)
	an.nest = nestingOf(text, an.atoms)
	var end ending
	atoms := an.atoms
	before := ""
	it := graphemes.FromString(text)
	for it.Next() {
		at, c := it.Start(), it.Value()
		an.whole[at] = true
		for len(atoms) > 0 && atoms[0].End <= at {
			atoms = atoms[1:]
		}
		if before == "" {
			an.bullets = isEmoji(c)
		} else if len(atoms) == 0 || at <= atoms[0].Start {
			if kind := an.breakAt(at, before, c, end); kind != noBreak {
				an.cuts = append(an.cuts, cut{at, kind})
			}
		}
		end = end.after(c, an.nest, at)
		before = c
	}
	an.whole[len(text)] = true
	return an
}

// breakAt judges the place between two adjacent clusters; end is how the text
// before it ends.
func (an *anatomy) breakAt(at int, before, after string, end ending) breakKind {
	b, _ := utf8.DecodeLastRuneInString(before)
	a, _ := utf8.DecodeRuneInString(after)
	if isSpace(b) {
		return noBreak
	}
	if !isBreakable(a) {
		switch {
		case isNoBreak(a):
			return noBreak
		case end.stop != 0 && isCJKStop(end.stop) && !continuesCJK(a):
			return sentenceBreak
		case isUnspaced(b) && isUnspaced(a):
			return clusterBreak
		}
		kind := breakCJK(before, after, an.japanese)
		if kind == wordBreak {
			return end.clauseOr(kind)
		}
		return kind
	}
	next := strings.TrimLeftFunc(an.text[at:], isSpace)
	if strings.HasPrefix(an.text[at:], "\n") {
		if end.clause {
			return clauseBreak
		}
		return sentenceBreak
	}
	if an.glued(an.text[:at], next) {
		return noBreak
	}
	if kind := an.sentenceAt(next, end); kind != wordBreak {
		return kind
	}
	if n, _ := utf8.DecodeRuneInString(next); strings.ContainsRune("–—(（", n) || strings.HasPrefix(next, "- ") {
		return clauseBreak
	}
	return end.clauseOr(wordBreak)
}

// glued tells whether the white space between two words holds them together:
// before closing punctuation, after opening punctuation, within a number and
// between it and its unit.
func (an *anatomy) glued(before, next string) bool {
	b, size := utf8.DecodeLastRuneInString(before)
	n, _ := utf8.DecodeRuneInString(next)
	switch {
	case strings.ContainsRune("!?:;,.…%‰", n):
		after, _ := utf8.DecodeRuneInString(next[utf8.RuneLen(n):])
		return n != '.' || !unicode.IsLetter(after) // .NET
	case isCloser(n):
		return !an.opensAt(len(an.text) - len(next))
	case b == '"':
		return an.opensAt(len(before) - size)
	case isOpener(b) || b == '»':
		return an.opensAt(len(before) - size)
	case unicode.IsDigit(b):
		return followsNumber(next)
	}
	return unicode.IsDigit(n) && (unicode.Is(unicode.Sc, b) || b == '°' || b == '№' || b == '§')
}

// opensAt tells whether an opening quotation mark or bracket stands at an offset.
func (an *anatomy) opensAt(at int) bool {
	i := an.nest.openAt(at + 1)
	return i >= 0 && an.nest[i].at == at
}

// followsNumber tells whether a word belongs to the number before it: "200 000",
// "10 M€", "5 %", "3 millions".
func followsNumber(next string) bool {
	const longest = 24 // bytes looked at
	word := next[:min(len(next), longest)]
	if i := strings.IndexFunc(word, func(r rune) bool { return isSpace(r) || strings.ContainsRune(",;.!?)»…", r) }); i >= 0 {
		word = word[:i]
	}
	if len(word) == 3 && strings.Trim(word, "0123456789") == "" {
		return true
	}
	if strings.ContainsFunc(word, func(r rune) bool { return unicode.Is(unicode.Sc, r) || r == '%' || r == '°' }) {
		return true
	}
	return units()[strings.ToLower(word)]
}

// primary is the language of a BCP 47 tag without region and script.
func primary(tag string) string {
	if i := strings.IndexAny(tag, "-_"); i >= 0 {
		tag = tag[:i]
	}
	return strings.ToLower(tag)
}
