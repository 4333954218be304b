package article

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"crieur/internal/mojibake"
)

// replacement is what programs write for a character that they could not read.
const (
	replacement        = "\uFFFD"
	misreadReplacement = "ï¿½" // the same, read as Windows-1252
	lostLetter         = "a letter was lost before crieur saw the file: write it anew"
)

// maxLost is how many damaged places of a body are named: one is reason enough to look.
const maxLost = 5

// checkLost says where a text that is posted has lost a letter; near is that place.
func checkLost(field, s string) (near string, err error) {
	at := strings.Index(s, replacement)
	if at < 0 {
		return "", nil
	}
	near = neighbours(s, at)
	return near, fmt.Errorf("%s has U+FFFD in %q: %s", field, near, lostLetter)
}

// neighbours are the word at an offset and the ones next to it, on the same line.
func neighbours(s string, at int) string {
	const most = 40 // bytes to either side
	from, to := max(0, at-most), min(len(s), at+most)
	for !utf8.RuneStart(s[from]) {
		from++
	}
	for to < len(s) && !utf8.RuneStart(s[to]) {
		to--
	}
	start, end := edge(s[from:at], true), edge(s[at:to], false)
	return strings.TrimSpace(s[at-start : at+end])
}

// edge is how far the word that touches the near end of s and the next one reach.
func edge(s string, backwards bool) int {
	if i := strings.IndexByte(s, '\n'); i >= 0 {
		if backwards {
			s = s[strings.LastIndexByte(s, '\n')+1:]
		} else {
			s = s[:i]
		}
	}
	cut, index := strings.TrimRightFunc, strings.LastIndexFunc
	if !backwards {
		cut, index = strings.TrimLeftFunc, strings.IndexFunc
	}
	rest := s
	for range 2 {
		i := index(cut(rest, unicode.IsSpace), unicode.IsSpace)
		if i < 0 {
			return len(s)
		}
		if backwards {
			rest = rest[:i]
			continue
		}
		rest = rest[len(rest)-len(cut(rest, unicode.IsSpace))+i:]
	}
	return len(s) - len(rest)
}

// suspect warns of what is damaged and could not be repaired: in what is posted
// anything that looks so, in the body only letters that are certainly gone.
func (r *reader) suspect(a Article, bodyLine int) {
	if _, given := r.fields["title"]; given { // else it is the teaser's beginning
		r.posted("title", a.Title, a.Language)
	}
	r.posted("teaser", a.Teaser, a.Language)
	for _, t := range a.Tags {
		r.posted("tags", t, a.Language)
	}
	r.posted("content_warning", a.ContentWarning, a.Language)
	r.posted("image_alt", a.ImageAlt, a.Language)
	line := bodyLine
	for at, said := 0, 0; said < maxLost; said++ {
		i := strings.Index(a.Body[at:], replacement)
		if i < 0 {
			break
		}
		at += i
		near := neighbours(a.Body, at)
		line = r.lineWith(line, near, replacement, misreadReplacement)
		r.warn(line, "body has U+FFFD in %q: %s", near, lostLetter)
		at += len(replacement)
		for strings.HasPrefix(a.Body[at:], replacement) {
			at += len(replacement)
		}
	}
	r.leftovers("body", mojibake.Leftovers(a.Body, a.Language, false), bodyLine)
}

func (r *reader) posted(field, text, language string) {
	r.leftovers(field, mojibake.Leftovers(text, language, true), r.fields[field].line)
}

// leftovers warns of the first damaged words that no proposal asks about.
func (r *reader) leftovers(field string, found []mojibake.Leftover, line int) {
	const most = 100 // looked at: each is compared to all proposals
	said := 0
	for _, l := range found[:min(len(found), most)] {
		if said == maxLost {
			return
		}
		if r.proposed(l.Word) {
			continue
		}
		said++
		line = r.lineWith(line, l.Word)
		r.warn(line, "%s looks damaged and could not be repaired: %q", field, l.Word)
	}
}

// proposed tells whether a proposal asks about the word already.
func (r *reader) proposed(word string) bool {
	for _, p := range r.proposals {
		if strings.Contains(p.Before, word) || strings.Contains(word, p.Before) {
			return true
		}
	}
	return false
}
