package sandbox

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// parts splits a text into plain words and whole http and https URLs.
func parts(text string) []part {
	var out []part
	for text != "" {
		start, end := nextURL(text)
		if start > 0 {
			out = append(out, part{Text: text[:start]})
		}
		if end > start {
			out = append(out, part{Text: text[start:end], Link: text[start:end]})
		}
		text = text[end:]
	}
	return out
}

// nextURL finds the first URL in text; both ends are len(text) if there is none.
func nextURL(text string) (start, end int) {
	for at := 0; at < len(text); {
		i := strings.Index(text[at:], "http")
		if i < 0 {
			break
		}
		start = at + i
		rest := strings.TrimPrefix(strings.TrimPrefix(text[start:], "http"), "s")
		before, _ := utf8.DecodeLastRuneInString(text[:start])
		if after, ok := strings.CutPrefix(rest, "://"); ok && (start == 0 || !unicode.IsLetter(before) && !unicode.IsDigit(before)) {
			if n := urlLength(after); n > 0 {
				return start, len(text) - len(after) + n
			}
		}
		at = start + len("http")
	}
	return len(text), len(text)
}

// urlLength is how far a URL goes; punctuation at its end belongs to the sentence.
func urlLength(s string) int {
	if n := strings.IndexFunc(s, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(`<>"`, r) }); n >= 0 {
		s = s[:n]
	}
	return len(strings.TrimRight(s, ".,;:!?)]}'»”’…"))
}
