package teaser

import (
	"slices"
	"strings"
	"unicode"
)

// usableTags turns an article's tags into hashtags that X and Mastodon both take
// whole, each once whatever its case. invalid are those that cannot be repaired.
func usableTags(tags []string) (invalid, usable []string) {
	seen := map[string]bool{}
	for _, raw := range tags {
		given := strings.TrimLeft(strings.TrimSpace(normalise(raw)), "#＃")
		if given == "" {
			continue
		}
		tag := repairTag(given)
		if tag == "" {
			invalid = append(invalid, "#"+tidy(given))
			continue
		}
		if key := tagKey(tag); !seen[key] {
			seen[key] = true
			usable = append(usable, "#"+tag)
		}
	}
	return invalid, usable
}

// tagKey is equal for hashtags that differ in case alone.
func tagKey(tag string) string {
	return strings.ToLower(strings.TrimLeft(tag, "#＃"))
}

// repairTag joins the words of a tag in CamelCase ("Go-Lang": "GoLang"), which
// screen readers can tell apart; platforms would end the tag at the "-". Numbers
// keep a "_" between them ("GPT-4.5": "GPT4_5"). A tag of one word stays as it is.
// A tag without a letter is none on any platform: "".
func repairTag(given string) string {
	spelled := tagSymbols.Replace(given)
	words := strings.FieldsFunc(spelled, func(r rune) bool { return !isTagRune(r) })
	// A joiner at an end is no part of the tag to Mastodon.
	for i, w := range words {
		words[i] = strings.Trim(w, "·・\u200C")
	}
	words = slices.DeleteFunc(words, func(w string) bool { return w == "" })
	var out strings.Builder
	var last rune
	for _, w := range words {
		runes := []rune(w)
		if len(words) > 1 {
			runes[0] = unicode.ToTitle(runes[0])
		}
		if unicode.IsDigit(last) && unicode.IsDigit(runes[0]) {
			out.WriteByte('_')
		}
		last = runes[len(runes)-1]
		out.WriteString(string(runes))
	}
	tag := out.String()
	if !strings.ContainsFunc(tag, unicode.IsLetter) {
		return ""
	}
	return tag
}

// tagSymbols are signs that carry meaning at the end of a name: "C++" is not "C".
var tagSymbols = strings.NewReplacer("++", "PlusPlus", "+", "Plus", "#", "Sharp")

// absentTags are the hashtags that a text does not hold already.
func absentTags(tags []string, text string) []string {
	if len(tags) == 0 {
		return nil
	}
	present := map[string]bool{}
	scan := atomScanner{text: text}
	for a, ok := scan.next(); ok; a, ok = scan.next() {
		if a.kind == atomHashtag {
			present[tagKey(text[a.Start:a.End])] = true
		}
	}
	var absent []string
	for _, t := range tags {
		if !present[tagKey(t)] {
			absent = append(absent, t)
		}
	}
	return absent
}
