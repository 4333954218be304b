package textlen

import (
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

func TestXCountsByWeight(t *testing.T) {
	for text, want := range map[string]int{
		"":                             0,
		"hello":                        5,
		"a\nb":                         3,
		"été":                          3,
		"e\u0301te\u0301":              3, // NFC first
		"ÁB":                           2,
		"한국":                           4,
		"\u1112\u1161\u11AB":           2, // one syllable in NFC
		"日本語":                          6,
		"ა":                            1, // U+10D0, just within the first range
		"ᄀ":                            2, // U+1100, just beyond
		"— – ‑ ‐ ‖":                    9, // U+2010–U+201F
		"“quoted” ‘so’":                13,
		"…":                            2, // U+2026 is between the ranges
		"\u2000\u200D\u200E\u200F":     1 + 1 + 2 + 2,
		"′″‴‵‶‷":                       6, // U+2032–U+2037
		"€":                            2,
		"©":                            1,
		"®":                            1,
		"™":                            2,
		"→":                            2,
		"•":                            2,
		"①":                            2,
		"𝒳":                            2,
		"\xff":                         2, // as the replacement character
		"DÃ©fense":                     8,
		"Guerre, paix & défense : 50%": 28,
	} {
		if got := X(text); got != want {
			t.Errorf("X(%q) = %d, want %d", text, got, want)
		}
	}
}

func TestXCountsAnEmojiOf2018AsTwo(t *testing.T) {
	for _, emoji := range strings.Fields(`😀 ☺ ☺️ ❤ ❤️ ☎️ ©️ ®️ ™️ ♟️ 👍 👍🏽 ☝️ ☝🏽 ☝️🏽 ✌🏿 1️⃣ 1⃣ #️⃣ *️⃣ 0⃣ 🇫🇷 🇹🇳 🇪🇺 🇺🇳
		🏴󠁧󠁢󠁥󠁮󠁧󠁿 🏴󠁧󠁢󠁳󠁣󠁴󠁿 🏴󠁧󠁢󠁷󠁬󠁳󠁿 🏳️‍🌈 🏴‍☠️ 👁‍🗨 👨‍👩‍👧‍👦 👩‍👩‍👦 👨‍👧 👩‍❤️‍💋‍👨 👨‍❤️‍👨 👩🏽‍🚀 👨‍⚕️ 👨🏿‍✈️ 👩‍🦰
		🏃‍♀️ 🏃🏽‍♂️ ⛹️‍♀️ ⛹🏽‍♂️ 🕵️‍♀️ 👯‍♀️ 🧞‍♂️ 🧟‍♀️ 🧕🏾 🤪 🦸🏽‍♀️ 🥰`) {
		if got := X(emoji); got != 2 {
			t.Errorf("X(%q) = %d, want 2", emoji, got)
		}
		if got := X("a" + emoji + emoji + "b"); got != 6 {
			t.Errorf("X of a, twice %q, b = %d, want 6", emoji, got)
		}
	}
}

func TestXCountsTheUnknownEmojiByItsParts(t *testing.T) {
	for emoji, want := range map[string]int{
		"🐦‍🔥":      5, // Emoji 15.1
		"🧑‍🚀":      5, // 12.1
		"🧑‍🤝‍🧑":    8, // 12.0
		"👩🏽‍🤝‍👨🏿":  8,
		"🏳️‍⚧️":    7,  // 13.0: the white flag with its style is known
		"❤️‍🔥":     5,  // 13.1
		"🫠":        2,  // 14.0, one character
		"🫱🏽":       4,  // 14.0
		"🏃‍♀":      5,  // without the closing style
		"☺︎":       4,  // text style
		"👍️":       4,  // takes no style
		"🇫":        2,  // half a flag
		"🇫🇫":       4,  // no such flag
		"🇫🇷🇫":      4,  // odd
		"👨👩👧":      6,  // no joiners
		"🏴󠁵󠁳󠁣󠁡󠁿":   12, // Californian flag: not in the library
		"a\u200Db": 3,
		"12":       2,
	} {
		if got := X(emoji); got != want {
			t.Errorf("X(%q) = %d, want %d", emoji, got, want)
		}
	}
}

func TestXCountsALinkAs23(t *testing.T) {
	long := strings.Repeat("a", 63)
	for text, want := range map[string]int{
		"https://example.com":                             23,
		"https://example.com/" + strings.Repeat("a", 400): 23,
		"http://t.co":                                     23,
		"x.com":                                           23,
		"Read https://go.dev/doc.":                        5 + 23 + 1,
		"(https://go.dev)":                                25,
		"go.dev, fly.io and x.com":                        23 + 2 + 23 + 5 + 23,
		"node.js and README.md":                           7 + 5 + 23,
		"日本語https://go.dev":                               6 + 23,
		"👍https://go.dev":                                 2 + 23,
		"🚀 https://go.dev/🚀":                              2 + 1 + 23 + 2,
		"École.fr":                                        1 + 23, // the character before a link may be a letter with an accent
		long + ".com":                                     23,
		long + "a.com":                                    68, // a label of 64
		"https://例え.jp":                                   23,
		"http://t.co/abc's":                               25,
		"http://t.co/" + strings.Repeat("a", 41):          12 + 41,
		"https://example.com/" + strings.Repeat("a", 4096-8-20): 23,
		"https://example.com/" + strings.Repeat("a", 4096-8-19): 4089,
		"user@example.com":      16,
		"@user@mastodon.social": 21,
		"#go.dev":               7,
	} {
		if got := X(text); got != want {
			t.Errorf("X(%.60q) = %d, want %d", text, got, want)
		}
	}
}

func TestXTakesTheLargerReadingOfATLDItsLibraryDoesNotKnow(t *testing.T) {
	longPath := "https://a.kids/" + strings.Repeat("p", 100) // .kids is of 2022
	for text, want := range map[string]int{
		"a.kids":                   23,           // as a link
		longPath:                   115,          // as text
		"a.kids " + longPath:       23 + 1 + 115, // each for itself
		"see a.kids.":              4 + 23 + 1,
		"a.kids/日本":                23 + 4, // a bare link takes no CJK into its path
		"a.com.kids":               28,     // a.com and .kids, or one link
		"https://a.invalidtld/x":   22,
		"a.test a.local a.onion":   6 + 1 + 7 + 1 + 23, // .onion is in the library, the others are no TLDs
		"#a.kids @a.kids b@a.kids": 24,
	} {
		if got := X(text); got != want {
			t.Errorf("X(%q) = %d, want %d", text, got, want)
		}
	}
}

func TestXIsBlindToTheNormalForm(t *testing.T) {
	for _, text := range []string{"Défense à l'été", "https://école.fr/é", "한국어 example.com", "Å Ω ﬁ", "ELPAÍS.com"} {
		nfc, nfd := norm.NFC.String(text), norm.NFD.String(text)
		if nfc == nfd {
			t.Fatalf("%q has one form only", text)
		}
		if a, b := X(nfc), X(nfd); a != b {
			t.Errorf("%q: %d in NFC, %d in NFD", text, a, b)
		}
	}
}
