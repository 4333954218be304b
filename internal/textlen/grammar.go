package textlen

import (
	"strings"
	"unicode"
)

// grammar is what one platform takes for the parts of a link. The two descend from
// the same pattern of twitter-text: [scheme] host [:port] [/path] [?query].
type grammar struct {
	schemes  []string // lower case, with "://"
	hostRune func(rune) bool
	tldAt    func(text string, at int) (end int) // 0 if no top-level domain begins there
	pathRune func(rune) bool                     // may stand in a path, parentheses apart
	pathEnd  func(rune) bool                     // may end a path
	// groupRune is what a group in parentheses may hold if it is to end the path.
	groupRune func(rune) bool
	// groupAnywhere lets such a group end the path after any character of it; X wants it
	// right after one that may itself end the path.
	groupAnywhere bool
	queryRune     func(rune) bool
	queryEnd      func(rune) bool
	// utf16 is whether the platform works in UTF-16 code units, and so can begin a link
	// with the second half of an emoji.
	utf16 bool
}

// xGrammar is that of twitter-text, with its own list of top-level domains or a longer one.
func xGrammar(tldAt func(string, int) int) *grammar {
	return &grammar{
		schemes:  []string{"https://", "http://"},
		hostRune: func(r rune) bool { return !isHostPunct(r) && !isHostSpace(r) && !isInvalid(r) && !isDirectional(r) },
		tldAt:    tldAt,
		pathRune: xPathRune,
		pathEnd: func(r rune) bool {
			return isASCIIAlnum(r) || oneOf(r, "+-=_#/") || isCyrillic(r) || isLatinAccent(r)
		},
		groupRune: xPathRune,
		queryRune: xQueryRune,
		queryEnd:  xQueryEnd,
		utf16:     true,
	}
}

// mastodonGrammar is that of Mastodon's config/initializers/twitter_regex.rb over the Ruby edition.
func mastodonGrammar() *grammar {
	return &grammar{
		schemes: []string{"https://", "http://", "dat://", "dweb://", "ipfs://", "ipns://", "ssb://", "gopher://", "gemini://"},
		hostRune: func(r rune) bool {
			return r > 0x1F && r != 0x7F && !oneOf(r, "\"`") && !isHostPunct(r) && !isHostSpace(r) && !isInvalid(r) && !isDirectional(r)
		},
		tldAt:    mastodonTLDAt,
		pathRune: func(r rune) bool { return !oneOf(r, "<>()?") && !unicode.Is(unicode.White_Space, r) },
		pathEnd: func(r rune) bool {
			return !oneOf(r, "()?!*\"'「」<>;:=,.$%[]~&|@") && !unicode.Is(unicode.White_Space, r)
		},
		groupRune: func(r rune) bool {
			return xPathRune(r) || unicode.In(r, unicode.Cyrillic, unicode.Pd)
		},
		groupAnywhere: true,
		queryRune:     func(r rune) bool { return xQueryRune(r) || r == '^' || isUChar(r) },
		queryEnd:      func(r rune) bool { return xQueryEnd(r) || isUChar(r) },
	}
}

func oneOf(r rune, set string) bool { return strings.ContainsRune(set, r) }

// isHostPunct leaves out " and `, which X lets a host hold and Mastodon does not.
func isHostPunct(r rune) bool { return r < 0x80 && oneOf(r, `!#$%&'()*+,-./:;<=>?@[\]^_{|}~`) }

func xPathRune(r rune) bool {
	return isASCIIAlnum(r) || oneOf(r, `!*';:=+,.$/%#[]-–_~@|&`) || isCyrillic(r) || isLatinAccent(r)
}

func xQueryRune(r rune) bool { return isASCIIAlnum(r) || oneOf(r, `!?*'@();:&=+$/%#[]-_.,~|`) }

func xQueryEnd(r rune) bool { return isASCIIAlnum(r) || oneOf(r, `-_&=#/`) }

// isUChar is "ucschar" and "iprivate" of RFC 3987, as Mastodon spells them: the last two
// code points of a plane, surrogates and U+FDD0–U+FDEF are out, U+E0000–U+E0FFF too.
func isUChar(r rune) bool {
	switch {
	case r < 0xA0, 0xFDD0 <= r && r <= 0xFDEF, 0xFFF0 <= r && r <= 0xFFFF, 0xE0000 <= r && r <= 0xE0FFF:
		return false
	}
	return r&0xFFFE != 0xFFFE
}
