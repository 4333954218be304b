package teaser

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

const (
	leastJoined = 8  // letters; shorter tags are hardly several words
	longWord    = 16 // letters; hardly any word is longer
	mostJoined  = 5  // words in a tag
)

// Hashtags returns those of a post as they stand there, in order.
func Hashtags(post string) (tags []string) {
	scan := atomScanner{text: post}
	for a, ok := scan.next(); ok; a, ok = scan.next() {
		if a.kind == atomHashtag {
			tags = append(tags, post[a.Start:a.End])
		}
	}
	return tags
}

// RunTogether tells whether a hashtag is several words without a capital at each, which
// a screen reader reads as one. proposal is the tag in CamelCase where the article's own
// text has just these words one after another; else it is empty, and the tag is only so
// long that it can hardly be one word.
func RunTogether(tag, text string) (proposal string, is bool) {
	letters := []rune(norm.NFC.String(strings.TrimLeft(tag, "#＃")))
	if len(letters) < leastJoined || !oneCase(letters) {
		return "", false
	}
	words := spokenWords(text)
	key := foldLetters(letters)
	if slices.Contains(words, key) {
		return "", false // a word of the article
	}
	for i := range words {
		joined, ends := "", []int{}
		for _, w := range words[i:min(i+mostJoined, len(words))] {
			joined += w
			ends = append(ends, len([]rune(joined)))
			if len(joined) >= len(key) || w == "" {
				break
			}
		}
		if joined == key && len(ends) > 1 {
			return "#" + capitals(letters, ends), true
		}
	}
	return "", len(letters) >= longWord
}

// oneCase tells that nothing in a tag shows where a word begins: letters of a script
// with case, all of one but perhaps for the first, and no digit or "_".
func oneCase(letters []rune) bool {
	lower, upper := 0, 0
	for _, r := range letters[1:] {
		switch {
		case unicode.IsLower(r):
			lower++
		case unicode.IsUpper(r):
			upper++
		default:
			return false
		}
	}
	return lower == 0 || upper == 0
}

// spokenWords are a text's words without case and accents, hashtags left out; "" stands
// where a line or a sentence ends.
func spokenWords(text string) (words []string) {
	isLetter := func(r rune) bool { return unicode.IsLetter(r) || unicode.Is(unicode.M, r) }
	for field := range strings.FieldsSeq(strings.NewReplacer("\n", " . ").Replace(text)) {
		if strings.HasPrefix(field, "#") {
			continue
		}
		for _, w := range strings.FieldsFunc(field, func(r rune) bool { return !isLetter(r) }) {
			words = append(words, foldLetters([]rune(norm.NFC.String(w))))
		}
		if strings.ContainsAny(field, ".!?:;…") {
			words = append(words, "")
		}
	}
	return words
}

// foldLetters takes case and accents off; a letter stays one letter.
func foldLetters(letters []rune) string {
	var b strings.Builder
	for _, r := range letters {
		for _, base := range norm.NFD.String(string(unicode.ToLower(r))) {
			b.WriteRune(base)
			break
		}
	}
	return b.String()
}

// capitals writes the words that end there each with a capital.
func capitals(letters []rune, ends []int) string {
	out := make([]rune, len(letters))
	for i, r := range letters {
		out[i] = unicode.ToLower(r)
		if i == 0 || slices.Contains(ends, i) {
			out[i] = unicode.ToTitle(r)
		}
	}
	return string(out)
}
