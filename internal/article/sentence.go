package article

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// endsSentence tells whether a sentence ends between before and after: at . ! ? … and
// then white space, so that 3.5, node.js, "J. Dupont", "p. 5" and "etc. puis" are no ends.
func endsSentence(before, after string) bool {
	last, size := utf8.DecodeLastRuneInString(before)
	next, _ := utf8.DecodeRuneInString(after)
	switch {
	case strings.ContainsRune("。！？", last):
		return true
	case !strings.ContainsRune(".!?…؟", last) || after != "" && !unicode.IsSpace(next):
		return false
	case last != '.' && last != '…':
		return true
	}
	follows, _ := utf8.DecodeRuneInString(strings.TrimLeftFunc(after, isBlankOrFixed))
	sentence := before[:len(before)-size]
	letter, _ := utf8.DecodeLastRuneInString(sentence)
	if unicode.IsLower(follows) && (last == '…' || strings.HasSuffix(sentence, "..") || unicode.IsLetter(letter)) {
		return false
	}
	return last == '…' || strings.TrimSpace(after) == "" || !isInitial(sentence) && !isAbbreviation(sentence, follows)
}

// isBlankOrFixed tells the spaces of one line.
func isBlankOrFixed(r rune) bool { return r != '\n' && unicode.IsSpace(r) }

// isInitial tells whether the word that ends here is one capital ("J", "U.S").
func isInitial(s string) bool {
	r, size := utf8.DecodeLastRuneInString(s)
	before, _ := utf8.DecodeLastRuneInString(s[:len(s)-size])
	return unicode.IsUpper(r) && (len(s) == size || unicode.IsSpace(before) || before == '.')
}

// What people shorten before a name, and before a number.
const (
	beforeNames   = " dr pr prof mr mrs ms mm mme mmes mlle st ste mgr gen sen vs cf "
	beforeNumbers = " pp art no nr vol chap fig env ca approx tél tel "
)

// isAbbreviation tells whether the word that ends here is short for another, by what follows.
func isAbbreviation(s string, follows rune) bool {
	from := strings.LastIndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) })
	word := s
	if from >= 0 {
		_, size := utf8.DecodeRuneInString(s[from:])
		word = s[from+size:]
	}
	if word == "" {
		return false
	}
	known := " " + strings.ToLower(word) + " "
	if unicode.IsDigit(follows) {
		return utf8.RuneCountInString(word) == 1 || strings.Contains(beforeNumbers, known)
	}
	return unicode.IsUpper(follows) && strings.Contains(beforeNames, known)
}
