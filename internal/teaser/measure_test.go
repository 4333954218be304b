package teaser

import (
	"strings"
	"unicode"

	"crieur/internal/textlen"

	"github.com/clipperhouse/uax29/v2/graphemes"
	"golang.org/x/text/unicode/norm"
)

// weigh is a plain reading of X's counting, so that these tests stand by
// themselves: a URL 23, an emoji 2, Latin 1, everything else 2 a code point.
func weigh(text string) int {
	n := 0
	it := graphemes.FromString(norm.NFC.String(text))
	end := 0
	for it.Next() {
		if it.Start() < end {
			continue
		}
		if u := urlEnd(text, it.Start()); u > 0 {
			n, end = n+23, u
			continue
		}
		if isEmoji(it.Value()) {
			n += 2
			continue
		}
		for _, r := range it.Value() {
			if r <= 0x10FF || r >= 0x2000 && r <= 0x200D || r >= 0x2010 && r <= 0x201F || r >= 0x2032 && r <= 0x2037 {
				n++
			} else {
				n += 2
			}
		}
	}
	return n
}

// clusters counts as Mastodon does, with URLs as 23.
func clusters(text string) int {
	n := 0
	for _, field := range strings.FieldsFunc(text, unicode.IsSpace) {
		if urlEnd(field, 0) == len(field) {
			n += 23 - countClusters(field)
		}
	}
	return n + countClusters(text)
}

func countClusters(text string) int {
	n := 0
	for it := graphemes.FromString(text); it.Next(); {
		n++
	}
	return n
}

// withWarning counts a content warning too, so that nothing measures 0.
func withWarning(text string) int {
	return textlen.Mastodon(text, "politique", textlen.Instance{})
}
