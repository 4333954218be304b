package textlen

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
)

// The file beside this one is conformance/tlds.yml of twitter-text, which is not kept here.
//
//go:generate go run gen_tlds.go tlds.yml

// The top-level domains that twitter-text 3.1.0 (March 2020) knows, one a line.
//
//go:embed tlds.txt
var tldList string

// tldSet is a list of top-level domains in lower case.
type tldSet struct {
	names      map[string]struct{}
	firstRunes map[rune]struct{} // of the names that are not ASCII
	longest    int               // characters of the longest name that is not ASCII
}

var olderTLDs = sync.OnceValue(func() *tldSet {
	set := &tldSet{names: make(map[string]struct{}, 1600), firstRunes: map[rune]struct{}{}}
	for name := range strings.Lines(tldList) {
		name = strings.TrimSpace(name)
		if name == "" || name[0] == '#' {
			continue
		}
		set.names[name] = struct{}{}
		if n := utf8.RuneCountInString(name); n != len(name) {
			first, _ := utf8.DecodeRuneInString(name)
			set.firstRunes[first] = struct{}{}
			set.longest = max(set.longest, n)
		}
	}
	return set
})

// olderTLDAt returns the end of the top-level domain at at by X's own list, or 0.
func olderTLDAt(text string, at int) int {
	if end := listedTLDAt(text, at); end > 0 {
		return end
	}
	return punycodeTLDAt(text, at, "-")
}

// newerTLDAt returns the end of the top-level domain at at by the public suffix list,
// whose ICANN part is the root zone of today, or 0.
func newerTLDAt(text string, at int) int {
	if end := asciiWordAt(text, at); end > at {
		if end-at > 1 && end-at <= maxLabel && tldMayEnd(text, end) && isPublicSuffix(text[at:end]) {
			return end
		}
		return 0
	}
	return longestPrefix(text, at, longestNewerTLD, func(name string) bool {
		ascii, err := idna.Punycode.ToASCII(name)
		return err == nil && isPublicSuffix(ascii)
	})
}

// longestNewerTLD bounds the search, in characters: சிங்கப்பூர் is the longest name of
// the root zone that is wholly in another script.
const longestNewerTLD = 11

// mastodonTLDAt is olderTLDAt for the Ruby edition, which takes no hyphen within an "xn--" name.
func mastodonTLDAt(text string, at int) int {
	if end := listedTLDAt(text, at); end > 0 {
		return end
	}
	return punycodeTLDAt(text, at, "")
}

func isPublicSuffix(name string) bool {
	_, icann := publicsuffix.PublicSuffix("x." + strings.ToLower(name))
	return icann
}

func listedTLDAt(text string, at int) int {
	set := olderTLDs()
	end := asciiWordAt(text, at)
	if end > at && end-at <= maxLabel && tldMayEnd(text, end) {
		if _, ok := set.names[strings.ToLower(text[at:end])]; ok {
			return end
		}
	}
	first, _ := utf8.DecodeRuneInString(text[at:])
	if _, ok := set.firstRunes[unicode.ToLower(first)]; !ok {
		return 0
	}
	return longestPrefix(text, at, set.longest, func(name string) bool {
		_, ok := set.names[name]
		return ok
	})
}

// longestPrefix returns the end of the longest name at at that known accepts, or 0.
func longestPrefix(text string, at, longest int, known func(lower string) bool) int {
	ends := make([]int, 0, 24)
	for end := at; len(ends) < longest && end < len(text); {
		r, n := utf8.DecodeRuneInString(text[end:])
		if !unicode.IsLetter(r) && !unicode.IsMark(r) {
			break
		}
		end += n
		ends = append(ends, end)
	}
	for i := len(ends) - 1; i >= 0; i-- {
		if tldMayEnd(text, ends[i]) && known(strings.ToLower(text[at:ends[i]])) {
			return ends[i]
		}
	}
	return 0
}

// punycodeTLDAt accepts any name in punycode, as twitter-text does.
func punycodeTLDAt(text string, at int, alsoInside string) int {
	const prefix = "xn--"
	if len(text)-at <= len(prefix) || !strings.EqualFold(text[at:at+len(prefix)], prefix) {
		return 0
	}
	end := at + len(prefix)
	for end < len(text) && (isASCIIAlnum(rune(text[end])) || strings.IndexByte(alsoInside, text[end]) >= 0) {
		end++
	}
	if end == at+len(prefix) {
		return 0
	}
	return end
}

func asciiWordAt(text string, at int) int {
	for at < len(text) && isASCIIAlnum(rune(text[at])) {
		at++
	}
	return at
}

// tldMayEnd refuses a top-level domain that goes on, or that an @ makes part of an address.
func tldMayEnd(text string, end int) bool {
	return end >= len(text) || !isASCIIAlnum(rune(text[end])) && strings.IndexByte("@+-", text[end]) < 0
}
