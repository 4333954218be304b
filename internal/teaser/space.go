package teaser

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// spaceOut puts white space around the links and hashtags of a text: glued to an
// emoji or to CJK a URL swallows it, and since Mastodon 4.6 a hashtag must stand at
// the start of a line or after white space.
//
// Brackets that hold nothing but a link or hashtag go: "(#IA)" becomes "#IA".
// What is left glued: an opening quote, bracket or elision before a hashtag (its
// reader comes before the index), and closing ASCII punctuation after either, which
// no platform takes into it.
func spaceOut(s string) string {
	if !strings.ContainsAny(s, "#＃"+string(linkMark)) && !strings.Contains(s, "://") {
		return s
	}
	var out strings.Builder
	out.Grow(len(s) + 8)
	scan := atomScanner{text: s}
	done := 0
	for a, ok := scan.next(); ok; a, ok = scan.next() {
		if a.kind == atomMention {
			continue
		}
		start, end := a.Start, a.End
		if unwrapped(s, a) && a.kind != atomLink {
			start--
			end++
		}
		out.WriteString(s[done:start])
		if needsSpaceBefore(out.String(), a, start < a.Start) {
			out.WriteByte(' ')
		}
		out.WriteString(s[a.Start:a.End])
		if needsSpaceAfter(s[end:], a) {
			out.WriteByte(' ')
		}
		done = end
	}
	out.WriteString(s[done:])
	return out.String()
}

// unwrapped tells whether an atom stands alone in a pair of ASCII brackets.
func unwrapped(s string, a atom) bool {
	if a.Start == 0 || a.End == len(s) {
		return false
	}
	pair := string(s[a.Start-1]) + string(s[a.End])
	return pair == "()" || pair == "[]"
}

func needsSpaceBefore(before string, a atom, unwrapped bool) bool {
	r, _ := utf8.DecodeLastRuneInString(before)
	switch {
	case before == "" || isSpace(r):
		return false
	case a.kind == atomLink || unwrapped:
		return true
	case a.kind == atomURL:
		return !strings.ContainsRune(`(["'“‘`, r)
	}
	return !isOpener(r) && !isApostrophe(r) && r != '"'
}

func needsSpaceAfter(after string, a atom) bool {
	r, _ := utf8.DecodeRuneInString(after)
	switch {
	case after == "" || isSpace(r):
		return false
	case a.kind == atomLink:
		return true
	case a.kind == atomURL:
		// A URL regains its tail when something other than white space follows the punctuation.
		rest := strings.TrimLeft(after, `.,;:!?)]'"*`)
		r, _ = utf8.DecodeRuneInString(rest)
		return rest != "" && !isSpace(r)
	}
	return isTagRune(r) || isEmojiRune(r) || r == '\u200D' || unicode.IsSymbol(r) && r > unicode.MaxASCII
}
