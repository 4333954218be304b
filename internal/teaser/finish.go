package teaser

import (
	"sort"
	"strings"
	"unicode/utf8"
)

// ended is a text that was cut and brought to a decent end.
type ended struct {
	text string
	kept int // how many bytes of the source it holds
}

// finish cuts at c and brings what is left to an end: nothing hangs, quotation
// marks and brackets are closed, and an ellipsis stands unless a sentence ends there.
func (an *anatomy) finish(c cut) ended {
	p, kind := an.settle(c)
	if p == 0 {
		return ended{}
	}
	text := an.text[:p]
	if kind != sentenceBreak {
		text = an.ellipsis(text)
	}
	var out strings.Builder
	out.WriteString(text)
	for i := an.nest.openAt(p); i >= 0; i = an.nest.around(i, p) {
		out.WriteString(an.closing(out.String(), an.nest[i]))
	}
	return ended{out.String(), p}
}

// settle walks back from a cut to a place where nothing hangs.
func (an *anatomy) settle(c cut) (int, breakKind) {
	p, kind, small := c.at, c.kind, 6
	for {
		p = an.trimSpace(p)
		if o := an.nest.openAt(p); o >= 0 && an.nest[o].at > 0 && little(an.text[an.nest[o].at:p]) {
			p = an.nest[o].at
			kind = an.kindAt(an.trimSpace(p))
			continue
		}
		if kind == sentenceBreak {
			return p, kind
		}
		q := an.trimMarks(p)
		if q == p && small > 0 {
			if q = an.trimWord(p); q != p {
				small--
			}
		}
		if q == p {
			if back := an.sentenceBefore(p); back > 0 && little(an.text[back:p]) {
				p, kind = back, sentenceBreak // two words of a sentence say nothing
				continue
			}
			return p, kind
		}
		p = q
		if kind = an.kindAt(an.trimSpace(p)); kind == noBreak {
			kind = wordBreak
		}
	}
}

// kindAt is the kind of the cut at an offset.
func (an *anatomy) kindAt(p int) breakKind {
	i := sort.Search(len(an.cuts), func(i int) bool { return an.cuts[i].at >= p })
	if i < len(an.cuts) && an.cuts[i].at == p {
		return an.cuts[i].kind
	}
	return noBreak
}

// sentenceBefore is the nearest end of a sentence before an offset, 0 if none is near.
func (an *anatomy) sentenceBefore(p int) int {
	const far = 120 // bytes; more are not little
	i := sort.Search(len(an.cuts), func(i int) bool { return an.cuts[i].at >= p })
	for i--; i >= 0 && an.cuts[i].at > p-far; i-- {
		if an.cuts[i].kind == sentenceBreak {
			return an.cuts[i].at
		}
	}
	return 0
}

func (an *anatomy) trimSpace(p int) int {
	return an.wholeAt(len(strings.TrimRightFunc(an.text[:p], isSpace)))
}

// trimMarks takes one mark off that makes no end: separators, dashes, opening marks.
// It leaves atoms alone.
func (an *anatomy) trimMarks(p int) int {
	if p == 0 || an.atomEndsAt(p) {
		return p
	}
	r, size := utf8.DecodeLastRuneInString(an.text[:p])
	q := p - size
	opens := an.opensAt(q)
	if !opens && !strings.ContainsRune(clauses+"-‐‑‒―/&|•·+=<>@#＃＠~*_\\\u200B\u200C\u200D", r) {
		return p
	}
	return an.wholeAt(q)
}

// trimWord takes an elision or a word that needs another after it off the end.
func (an *anatomy) trimWord(p int) int {
	if p == 0 || an.atomEndsAt(p) {
		return p
	}
	const far = 40 // bytes; no such word is longer
	from := max(0, p-far)
	for !utf8.RuneStart(an.text[from]) {
		from++
	}
	word := an.text[from:p]
	if r, size := utf8.DecodeLastRuneInString(word); isApostrophe(r) {
		stem := lastWord(word[:len(word)-size])
		if elisions()[strings.ToLower(stem)] {
			return an.wholeAt(p - size - len(stem))
		}
		return p
	}
	last := lastWord(word)
	if last == "" || len(last) == len(word) && from > 0 || !hangs(last, an.language) {
		return p
	}
	return an.wholeAt(p - len(last))
}

// wholeAt is p, or the nearest place before it that is within no cluster and no atom.
func (an *anatomy) wholeAt(p int) int {
	for {
		i := sort.Search(len(an.atoms), func(i int) bool { return an.atoms[i].End > p })
		if i < len(an.atoms) && an.atoms[i].Start < p {
			p = an.atoms[i].Start
			continue
		}
		if an.whole[p] {
			return p
		}
		p--
	}
}

// lastWord is the run of letters at the end, if white space, an apostrophe, an
// opening mark or nothing stands before it.
func lastWord(s string) string {
	i := strings.LastIndexFunc(s, func(r rune) bool { return !isWordRune(r) })
	if i < 0 {
		return s
	}
	r, size := utf8.DecodeRuneInString(s[i:])
	if isSpace(r) || isApostrophe(r) || isOpener(r) || r == '"' {
		return s[i+size:]
	}
	return ""
}

func (an *anatomy) atomEndsAt(p int) bool {
	i := sort.Search(len(an.atoms), func(i int) bool { return an.atoms[i].End >= p })
	return i < len(an.atoms) && an.atoms[i].End == p
}

// ellipsis shows that the text goes on: glued to a word, apart from what would take
// it up (a URL, a hashtag) or clash with it (an emoji, a closing »).
func (an *anatomy) ellipsis(text string) string {
	r, _ := utf8.DecodeLastRuneInString(text)
	cluster := lastCluster(an, len(text))
	switch {
	case r == '…' || r == '‥':
		return text
	case an.atomEndsAt(len(text)), isEmoji(cluster), r == '»', isFace(text):
		return text + " …"
	case r == '.':
		return strings.TrimRight(text, ".") + "…"
	}
	return text + "…"
}

// isFace tells whether a text ends in a face such as ":(" or ";-)".
func isFace(text string) bool {
	for _, face := range []string{":(", ":)", ";)", ":-(", ":-)", ";-)"} {
		if strings.HasSuffix(text, face) {
			return true
		}
	}
	return false
}

func lastCluster(an *anatomy, end int) string {
	start := end - 1
	for start > 0 && !an.whole[start] {
		start--
	}
	return an.text[start:end]
}

// closing is what closes an opening at the end of text, with the space that stands
// inside it ("« … »").
func (an *anatomy) closing(text string, o opening) string {
	inside, size := utf8.DecodeRuneInString(an.text[o.at+o.size:])
	closer := string(o.closer)
	last, _ := utf8.DecodeLastRuneInString(text)
	switch {
	case o.closer == '?' || o.closer == '!':
		if last == o.closer {
			return ""
		}
	case isSpace(inside):
		return an.text[o.at+o.size:o.at+o.size+size] + closer
	case an.atomEndsAt(len(text)):
		return " " + closer
	}
	return closer
}

// little tells whether a piece of text is too short to stand: fewer than three
// words and fewer than 20 characters (CJK counts two).
func little(s string) bool {
	const words, width = 3, 20
	n := 0
	for w := range strings.FieldsSeq(s) {
		if strings.ContainsFunc(w, isWordRune) {
			n++
		}
		if n >= words {
			return false
		}
	}
	w := 0
	for _, r := range s {
		if w++; isCJK(r) {
			w++
		}
		if w >= width {
			return false
		}
	}
	return true
}
