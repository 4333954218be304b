package article

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxTag is the longest hashtag, in characters.
const maxTag = 100

// takeTags takes the hashtags off the end of a teaser. Those within the sentence stay.
func takeTags(teaser string) (text string, tags []string) {
	text = strings.TrimRightFunc(teaser, unicode.IsSpace)
	var words [][]string // last one first
	for text != "" {
		at := strings.LastIndexFunc(text, unicode.IsSpace)
		if at >= 0 {
			_, size := utf8.DecodeRuneInString(text[at:])
			at += size
		}
		found, ok := splitTags(text[max(at, 0):])
		if !ok {
			break
		}
		words = append(words, found)
		text = strings.TrimRightFunc(text[:max(at, 0)], unicode.IsSpace)
	}
	slices.Reverse(words)
	return text, slices.Concat(words...)
}

// splitTags reads a word of one or several glued hashtags ("#IA#Open,").
func splitTags(word string) (tags []string, ok bool) {
	word = strings.ReplaceAll(strings.TrimRight(word, ",;."), "＃", "#")
	if !strings.HasPrefix(word, "#") {
		return nil, false
	}
	for _, t := range strings.Split(word[1:], "#") {
		if checkTag(t) != nil {
			return nil, false
		}
		tags = append(tags, t)
	}
	return tags, true
}

// checkTag says why a tag without its "#" would be no hashtag on a platform.
func checkTag(tag string) error {
	letters := false
	for i, r := range tag {
		switch {
		case unicode.IsLetter(r) || r == '_':
			letters = true
		case unicode.IsDigit(r) || i > 0 && unicode.IsMark(r):
		default:
			if better := camelCase(tag); better != "" {
				return fmt.Errorf("tag %s has the character %q, which ends a hashtag: write it as %q", quote(tag), r, better)
			}
			return fmt.Errorf("tag %s has no letter: leave it out", quote(tag))
		}
	}
	switch {
	case tag == "":
		return fmt.Errorf("tag %q is empty: leave it out", tag)
	case !letters:
		return fmt.Errorf("tag %s is digits alone, which is no hashtag: add a letter or leave it out", quote(tag))
	case utf8.RuneCountInString(tag) > maxTag:
		return fmt.Errorf("tag %s has more than %d characters: shorten it", quote(tag), maxTag)
	}
	return nil
}

// camelCase makes one word of several, readable for screen readers; "" when it cannot.
func camelCase(tag string) string {
	var out strings.Builder
	words := strings.FieldsFunc(tag, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) && r != '_'
	})
	for _, w := range words {
		first, size := utf8.DecodeRuneInString(w)
		if unicode.IsMark(first) {
			return ""
		}
		out.WriteRune(unicode.ToUpper(first))
		out.WriteString(w[size:])
	}
	return out.String()
}

// distinct drops repeated tags, whatever their case and composition; the first stays.
func distinct(tags []string) []string {
	var out []string
	seen := map[string]bool{}
	for _, t := range tags {
		t = norm.NFC.String(t)
		if key := strings.ToLower(t); !seen[key] {
			seen[key] = true
			out = append(out, t)
		}
	}
	return out
}
