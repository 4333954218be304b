package teaser

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// urlEnd returns where the http(s) URL at i ends, 0 if there is none. A person
// reads a URL out of a text so: up to white space, a quotation mark, full-width
// punctuation or an emoji, and without the sentence's own punctuation at its end.
func urlEnd(s string, i int) int {
	host := i + schemeLen(s[i:])
	if host == i {
		return 0
	}
	end := host
	before := '/'
	for j, r := range s[host:] {
		if endsURL(r, before) {
			break
		}
		before = r
		end = host + j + utf8.RuneLen(r)
	}
	end = host + len(trimURL(s[host:end]))
	if end == host {
		return 0
	}
	return end
}

func schemeLen(s string) int {
	for _, scheme := range []string{"https://", "http://"} {
		if len(s) > len(scheme) && strings.EqualFold(s[:len(scheme)], scheme) {
			return len(scheme)
		}
	}
	return 0
}

// endsURL tells whether r, after before, is no longer part of a URL. CJK belongs to
// it at the start of a segment (/wiki/東京), not glued to a Latin word (/aこちら).
func endsURL(r, before rune) bool {
	switch {
	case isSpace(r), r == linkMark, r == nothing, strings.ContainsRune("<>\"«»“”„‘|\\^`", r), isEmojiRune(r):
		return true
	case unicode.Is(unicode.Cf, r):
		return r != '\u200C' // invisible characters, but Persian needs this one
	case r >= '\u3000' && r <= '\u301F' && r != '々', r >= '\uFF00' && r <= '\uFF5E' && !unicode.IsLetter(r):
		return true
	case isCJK(r) || unicode.Is(unicode.Hangul, r):
		return before <= unicode.MaxASCII && (unicode.IsLetter(before) || unicode.IsDigit(before))
	}
	return false
}

// trimURL takes the sentence's punctuation and unbalanced brackets off the end.
func trimURL(s string) string {
	opens, closes := strings.Count(s, "("), strings.Count(s, ")")
	squares, unsquares := strings.Count(s, "["), strings.Count(s, "]")
	for s != "" {
		r, size := utf8.DecodeLastRuneInString(s)
		switch {
		case strings.ContainsRune(".,;:!?'*…’—–‥", r):
		case r == ')' && closes > opens:
			closes--
		case r == ']' && unsquares > squares:
			unsquares--
		case r == '(':
			opens--
		case r == '[':
			squares--
		default:
			return s
		}
		s = s[:len(s)-size]
	}
	return s
}
