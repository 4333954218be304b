package teaser

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// ending is how a text ends at the place reached: with a stop, a clause, an emoji,
// closing marks and white space behind them included.
type ending struct {
	stop   rune // "." "!" "?" "…" or another script's, 0 if none
	stopAt int
	emoji  bool // an emoji follows, or stands where a stop could
	clause bool
	spaced bool // white space follows
}

const (
	stops    = ".!?…‼⁇⁈⁉。！？｡؟۔।॥։።"
	cjkStops = "。！？｡"
	clauses  = ",;:–—、，；：،؛"
)

func isCJKStop(r rune) bool { return strings.ContainsRune(cjkStops, r) }

// continuesCJK tells whether a character still belongs to the sentence whose stop
// stands before it; と quotes.
func continuesCJK(r rune) bool {
	return isCloser(r) || strings.ContainsRune(stops+noLineStart, r) || r == 'と'
}

func (e ending) clauseOr(kind breakKind) breakKind {
	if e.clause {
		return clauseBreak
	}
	return kind
}

// after is the ending once the cluster at an offset is added.
func (e ending) after(cluster string, nest nesting, at int) ending {
	r, _ := utf8.DecodeRuneInString(cluster)
	switch {
	case isSpace(r):
		e.spaced = true
		return e
	case isEmoji(cluster):
		if e.stop == 0 {
			e = ending{}
		}
		e.emoji = true
		return e
	case strings.ContainsRune(stops, r):
		return ending{stop: r, stopAt: at}
	case strings.ContainsRune(clauses, r):
		return ending{clause: true}
	case isCloser(r) || r == '"' || r == '“' || r == '«':
		if i := nest.openAt(at + len(cluster)); i >= 0 && nest[i].at == at {
			return ending{} // it opens
		}
		if e.stop != 0 && !e.emoji {
			return e
		}
		return ending{clause: strings.ContainsRune(")]）", r)}
	case r == '-' && e.spaced:
		return ending{clause: true}
	}
	return ending{}
}

// sentenceAt judges white space: sentenceBreak, wordBreak, or noBreak where a stop
// belongs to an abbreviation. next is what follows.
func (an *anatomy) sentenceAt(next string, end ending) breakKind {
	first, emojiFirst := firstLetter(next)
	if end.emoji && an.bullets {
		return noBreak // the emoji opens what follows
	}
	switch end.stop {
	case 0:
		capital := unicode.IsUpper(first) || unicode.IsTitle(first)
		// In German every noun has a capital: an emoji is no sign of an end.
		if (end.emoji || emojiFirst && an.bullets) && capital && emojiSeparates(an.language) {
			return sentenceBreak
		}
		return wordBreak
	case '.':
		if !end.emoji && an.abbreviates(end.stopAt) {
			return noBreak
		}
		if unicode.IsLower(first) {
			return noBreak
		}
	case '…':
		if unicode.IsLower(first) {
			return clauseBreak
		}
	default:
		if unicode.IsLower(first) {
			return wordBreak
		}
	}
	return sentenceBreak
}

// firstLetter is the first character of a text that is neither white space nor an
// opening mark nor an emoji.
func firstLetter(s string) (r rune, emoji bool) {
	const far = 64 // bytes; more opening marks than that open nothing
	for _, r := range s[:min(len(s), far)] {
		switch {
		case isEmojiRune(r):
			emoji = true
		case isSpace(r), isOpener(r), isApostrophe(r), strings.ContainsRune("\"»-–—•\uFE0F\u200D", r):
		default:
			return r, emoji
		}
	}
	return 0, emoji
}

// abbreviates tells whether the full stop at an offset ends an abbreviation, an
// initial or an ordinal rather than a sentence. In doubt it does: a sentence end
// that is missed costs a little text, one that is none costs the sense.
func (an *anatomy) abbreviates(at int) bool {
	const far = 24 // bytes looked back
	from := max(0, at-far)
	for from > 0 && !utf8.RuneStart(an.text[from]) {
		from++
	}
	word := an.text[from:at]
	if i := strings.LastIndexFunc(word, func(r rune) bool { return isSpace(r) || isOpener(r) || isApostrophe(r) || r == '"' }); i >= 0 {
		_, size := utf8.DecodeRuneInString(word[i:])
		word = word[i+size:]
		from += i + size
	}
	if word == "" {
		return false // an ellipsis of three full stops ends here
	}
	if strings.Trim(word, "0123456789") == "" {
		lineStart := from == 0 || an.text[from-1] == '\n'
		return lineStart || len(word) <= 2 && ordinalDot()[an.language]
	}
	if last := word[strings.LastIndexByte(word, '.')+1:]; utf8.RuneCountInString(last) == 1 {
		r, _ := utf8.DecodeRuneInString(last)
		return unicode.IsLetter(r) // an initial, "p. ex.", "U.S."
	}
	return abbreviations()[strings.ToLower(word)]
}
