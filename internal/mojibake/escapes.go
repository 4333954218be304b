package mojibake

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// spelled matches runs of characters that a program wrote as escapes and no other
// read back: \u00e9 of JSON and its like, =C3=A9 of quoted-printable mail (RFC 2045, 6.7).
var spelled = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?:\\u[0-9a-fA-F]{4})+|(?:=[89A-F][0-9A-F])+`)
})

// escapes proposes the characters that escapes spell, where the language has them.
func (d *document) escapes() []edit {
	var edits []edit
	var home *alphabet
	for _, m := range spelled().FindAllStringIndex(d.text, -1) {
		if inAddress(d.text, m[0], m[1]) || d.isProtected(m[0]) {
			continue
		}
		if home == nil {
			home = alphabetOf(d.language)
		}
		out, rule, ok := decodeEscape(d.text[m[0]:m[1]])
		if !ok || !home.holds(out) {
			continue
		}
		if n := len(edits); n > 0 && lettersOnly(d.text[edits[n-1].end:m[0]]) { // one word, one question
			edits[n-1].out += d.text[edits[n-1].end:m[0]] + out
			edits[n-1].end = m[1]
			continue
		}
		edits = append(edits, edit{start: m[0], end: m[1], out: out, rule: rule})
	}
	return edits
}

func lettersOnly(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) }) < 0
}

// decodeEscape reads a run that spelled matches.
func decodeEscape(run string) (out, rule string, ok bool) {
	if run[0] == '=' {
		raw := make([]byte, 0, len(run)/3)
		for i := 0; i < len(run); i += 3 {
			b, err := strconv.ParseUint(run[i+1:i+3], 16, 8)
			if err != nil {
				return "", "", false
			}
			raw = append(raw, byte(b))
		}
		return string(raw), "quoted-printable left in the text", utf8.Valid(raw)
	}
	var units []uint16
	for i := 0; i < len(run); i += 6 {
		u, err := strconv.ParseUint(run[i+2:i+6], 16, 16)
		if err != nil {
			return "", "", false
		}
		units = append(units, uint16(u))
	}
	out = string(utf16.Decode(units))
	return out, fmt.Sprintf("escape %s left in the text", run[:6]), !strings.ContainsRune(out, utf8.RuneError)
}

// holds tells whether every character is one that the language is written with.
func (a *alphabet) holds(s string) bool {
	for _, r := range s {
		if r < utf8.RuneSelf && !isASCIIWord(byte(r)) && r != '\'' && r != '"' || r >= utf8.RuneSelf && a.class(r) < typographic {
			return false
		}
	}
	return true
}

// between is the run of non-blanks around a place, as far as longestShown to either side.
func between(text string, start, end int) (from, to int) {
	from, to = max(0, start-longestShown), min(len(text), end+longestShown)
	for !utf8.RuneStart(text[from]) {
		from++
	}
	for to < len(text) && !utf8.RuneStart(text[to]) {
		to--
	}
	if n := strings.LastIndexFunc(text[from:start], unicode.IsSpace); n >= 0 {
		_, size := utf8.DecodeRuneInString(text[from+n:])
		from += n + size
	}
	if n := strings.IndexFunc(text[end:to], unicode.IsSpace); n >= 0 {
		to = end + n
	}
	return from, to
}

// inAddress tells whether a place is in a word that looks like an address or a
// query without its scheme, whose signs are meant.
func inAddress(text string, start, end int) bool {
	from, to := between(text, start, end)
	token := text[from:to]
	if strings.ContainsAny(token, "/&@") || strings.Contains(text[from:start], "?") {
		return true
	}
	return text[start] == '?' && strings.Contains(token, "=")
}
