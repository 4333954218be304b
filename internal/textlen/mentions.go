package textlen

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxMentionHost is the longest host of a mention, in characters.
const maxMentionHost = 253

// mastodonMentions returns the mentions of text, local and remote: "@user" or
// "@user@host" after anything but a word character, "=" or "/", and not before
// another "@", accented Latin or "://".
func mastodonMentions(text string) []entity {
	var mentions []entity
	for at := 0; ; {
		i := strings.IndexByte(text[at:], '@')
		if i < 0 {
			return mentions
		}
		start := at + i
		at = start + 1
		local := wordsEnd(text, at, isUserRune)
		if local == at || !mayPrecedeMention(text[:start]) {
			continue
		}
		end := local
		if strings.HasPrefix(text[local:], "@") {
			if host := wordsEnd(text, local+1, isWord); host > local+1 {
				end = host
			}
		}
		at = end
		if mayFollowMention(text[end:]) && utf8.RuneCountInString(text[local:end]) <= maxMentionHost+1 {
			mentions = append(mentions, entity{Span: Span{start, end}, localEnd: local})
		}
	}
}

// wordsEnd returns the end of words joined by dots and hyphens, as in "a.b-c", at at; at without.
func wordsEnd(text string, at int, inWord func(rune) bool) int {
	end := at
	for i := at; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		switch {
		case inWord(r):
			end = i + n
		case r != '.' && r != '-' || end == at:
			return end
		}
		i += n
	}
	return end
}

func isUserRune(r rune) bool { return isASCIIAlnum(r) || r == '_' }

// isWord is [[:word:]] of Ruby.
func isWord(r rune) bool {
	if r < 0x80 {
		return isUserRune(r)
	}
	return r != utf8.RuneError && unicode.In(r, unicode.L, unicode.M, unicode.Nd, unicode.Pc)
}

func mayPrecedeMention(before string) bool {
	r, n := utf8.DecodeLastRuneInString(before)
	return n == 0 || !isWord(r) && r != '=' && r != '/'
}

func mayFollowMention(after string) bool {
	r, n := utf8.DecodeRuneInString(after)
	return n == 0 || r != '@' && r != '＠' && !isLatinAccent(r) && !strings.HasPrefix(after, "://")
}
