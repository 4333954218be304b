package teaser

import (
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"crieur/internal/textlen"
)

// linkMark stands for Options.Link while a post is composed, so that no rule about
// text can touch it. Control characters are in no text.
const linkMark = '\x01'

type atomKind int

const (
	atomURL atomKind = iota
	atomHashtag
	atomMention
	atomLink // Options.Link itself
)

// atom is a part of a text that is kept or dropped whole.
type atom struct {
	textlen.Span
	kind atomKind
}

// atomScanner finds the atoms of a text in order.
type atomScanner struct {
	text string
	pos  int
}

func (sc *atomScanner) next() (atom, bool) {
	for sc.pos < len(sc.text) {
		i := strings.IndexAny(sc.text[sc.pos:], "#＃@＠hH"+string(linkMark))
		if i < 0 {
			sc.pos = len(sc.text)
			break
		}
		i += sc.pos
		r, size := utf8.DecodeRuneInString(sc.text[i:])
		a := atom{Span: textlen.Span{Start: i}}
		switch {
		case r == linkMark:
			a.kind, a.End = atomLink, i+size
		case r == '#' || r == '＃':
			a.kind, a.End = atomHashtag, hashtagEnd(sc.text, sc.pos, i, size)
		case r == '@' || r == '＠':
			a.kind, a.End = atomMention, mentionEnd(sc.text, i+size)
		default:
			a.kind, a.End = atomURL, urlEnd(sc.text, i)
		}
		if a.End > i {
			sc.pos = a.End
			return a, true
		}
		sc.pos = i + size
	}
	return atom{}, false
}

// hashtagEnd returns where the hashtag at i ends, 0 if it is none: not after "/",
// "&" or another "#", not a fragment of a bare address, not digits alone. What
// stands before from belongs to another atom.
func hashtagEnd(s string, from, i, size int) int {
	before, _ := utf8.DecodeLastRuneInString(s[:i])
	if i > 0 && strings.ContainsRune("/&=#＃_", before) {
		return 0
	}
	if isWordRune(before) && i > 0 && inAddress(s[from:i]) {
		return 0
	}
	end, letters := i+size, false
	for j, r := range s[i+size:] {
		if !isTagRune(r) {
			break
		}
		letters = letters || unicode.IsLetter(r)
		end = i + size + j + utf8.RuneLen(r)
	}
	if !letters {
		return 0
	}
	return end
}

// inAddress tells whether the word before a "#" looks like a bare address, whose
// fragment it then is ("docs.example/page#top").
func inAddress(before string) bool {
	const far = 80 // bytes looked back
	before = before[max(0, len(before)-far):]
	word := before[strings.LastIndexFunc(before, isSpace)+1:]
	return strings.ContainsAny(word, "./@")
}

func isWordRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsMark(r) || unicode.Is(unicode.Nd, r) || r == '_'
}

// isTagRune is what X and Mastodon both let a hashtag consist of.
func isTagRune(r rune) bool {
	return isWordRune(r) && !isVariation(r) || r == '·' || r == '・' || r == '\u200C'
}

// isVariation is a mark that makes emoji of what stands before it.
func isVariation(r rune) bool { return r == '\uFE0F' || r == '\uFE0E' || r == '\u20E3' }

// mentionEnd returns where the @user or @user@host ends that begins before i, 0 if it is none.
func mentionEnd(s string, i int) int {
	end := nameEnd(s, i, "_")
	if end == i {
		return 0
	}
	if rest := s[end:]; strings.HasPrefix(rest, "@") {
		if host := nameEnd(s, end+1, "-."); host > end+1 {
			return len(strings.TrimRight(s[:host], "-."))
		}
	}
	return end
}

func nameEnd(s string, i int, more string) int {
	for j, r := range s[i:] {
		if !isWordRune(r) && !strings.ContainsRune(more, r) {
			return i + j
		}
	}
	return len(s)
}

// atomsOf returns all atoms of a text with what X would link, merged and in order.
func atomsOf(s string) []textlen.Span {
	spans := textlen.XURLs(s)
	scan := atomScanner{text: s}
	for a, ok := scan.next(); ok; a, ok = scan.next() {
		spans = append(spans, a.Span)
	}
	return merge(spans)
}

// merge orders spans and makes one of those that overlap.
func merge(spans []textlen.Span) []textlen.Span {
	sort.Slice(spans, func(i, j int) bool { return spans[i].Start < spans[j].Start })
	var merged []textlen.Span
	for _, sp := range spans {
		if n := len(merged); n > 0 && sp.Start < merged[n-1].End {
			merged[n-1].End = max(merged[n-1].End, sp.End)
			continue
		}
		merged = append(merged, sp)
	}
	return merged
}
