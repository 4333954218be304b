package textlen

import (
	"strings"
	"sync"
	"unicode/utf8"
)

const (
	textStyle  = "\uFE0E"
	emojiStyle = "\uFE0F"
	keycap     = "\u20E3"
	zwj        = string(zeroWidthJoiner)
)

// emojiRole says in which sequences of Emoji 11 a character can begin.
type emojiRole uint8

const (
	roleWorker      emojiRole = 1 << iota // man, woman: may take a skin tone and a trade
	roleGendered                          // may take a skin tone and then a sex
	roleStyledFirst                       // may take a sex only after a style or a skin tone
	roleStyleNeeded                       // an emoji only with the emoji style: ©️
	roleStyleTaken                        // takes the emoji style: ☎️
	roleToned                             // may take a skin tone
)

var emojiRoles = sync.OnceValue(func() map[rune]emojiRole {
	roles := make(map[rune]emojiRole, 512)
	for set, role := range map[string]emojiRole{
		workers: roleWorker, gendered: roleGendered, styledFirst: roleStyledFirst, styleNeeded: roleStyleNeeded,
		styleTaken: roleStyleTaken, styleTakenAndToned: roleStyleTaken | roleToned, toned: roleToned,
	} {
		for _, r := range set {
			roles[r] |= role
		}
	}
	return roles
})

// emojiLen returns the length, in bytes, of the emoji of more than one character that s
// begins with, by the emoji X's library knows; 0 without. Single characters are not
// looked for: all but ©, ® and digits weigh 2 by themselves, and those three are no emoji alone.
func emojiLen(s string) int {
	r, first := utf8.DecodeRuneInString(s)
	if len(s) == first || s[first] < 0x80 {
		return 0 // all that may follow in a sequence is beyond ASCII
	}
	rest := s[first:]
	if r < 0x80 {
		if !isASCIIDigit(r) && r != '#' && r != '*' {
			return 0
		}
		return sum(first, suffixed(rest, keycap))
	}
	role := emojiRoles()[r]
	if role == 0 {
		return fixedLen(s)
	}
	if n := fixedLen(s); n > 0 {
		return n
	}
	if n := joinedLen(role, rest); n > 0 {
		return first + n
	}
	return sum(first, styledLen(role, rest))
}

// emojiEndPast goes from emoji to emoji and returns the first end at to or past it.
func emojiEndPast(text string, from, to int) int {
	for from < to {
		n := emojiLen(text[from:])
		if n == 0 {
			_, n = utf8.DecodeRuneInString(text[from:])
		}
		from += n
	}
	return from
}

// sum is first+n, but 0 if there is no n.
func sum(first, n int) int {
	if n == 0 {
		return 0
	}
	return first + n
}

// suffixed returns the length of mark, with or without the emoji style before it, at the start of s.
func suffixed(s, mark string) int {
	rest := strings.TrimPrefix(s, emojiStyle)
	if !strings.HasPrefix(rest, mark) {
		return 0
	}
	return len(s) - len(rest) + len(mark)
}

// joinedLen returns the length of a trade or a sex, with the skin tone before it, at the start of s.
func joinedLen(role emojiRole, s string) int {
	tone := toneLen(s)
	rest := s[tone:]
	if role&roleWorker != 0 && strings.HasPrefix(rest, zwj) {
		if n := firstPrefix(rest[len(zwj):], trades()); n > 0 {
			return tone + len(zwj) + n
		}
	}
	if role&roleStyledFirst != 0 && tone == 0 && strings.HasPrefix(s, emojiStyle) {
		tone = len(emojiStyle)
		rest = s[tone:]
	} else if role&roleStyledFirst != 0 && tone == 0 || role&(roleStyledFirst|roleGendered) == 0 {
		return 0
	}
	for _, sex := range [...]string{zwj + "♀" + emojiStyle, zwj + "♂" + emojiStyle} {
		if strings.HasPrefix(rest, sex) {
			return tone + len(sex)
		}
	}
	return 0
}

// styledLen returns the length of the style and the skin tone that belong to an emoji, at the start of s.
func styledLen(role emojiRole, s string) int {
	style := 0
	if role&(roleStyleTaken|roleStyleNeeded) != 0 {
		if strings.HasPrefix(s, textStyle) {
			return 0
		}
		if strings.HasPrefix(s, emojiStyle) {
			style = len(emojiStyle)
		}
	}
	if role&roleToned != 0 {
		return style + toneLen(s[style:])
	}
	return style
}

// toneLen returns the length of a skin tone, U+1F3FB–U+1F3FF, at the start of s.
func toneLen(s string) int {
	if r, n := utf8.DecodeRuneInString(s); 0x1F3FB <= r && r <= 0x1F3FF {
		return n
	}
	return 0
}

// fixedLen returns the length of the flag, family or other fixed sequence that s begins with.
func fixedLen(s string) int {
	r, n := utf8.DecodeRuneInString(s)
	if isRegional(r) {
		second, m := utf8.DecodeRuneInString(s[n:])
		if _, ok := regionSet()[[2]rune{r, second}]; ok {
			return n + m
		}
		return 0
	}
	return firstPrefix(s, fixedSequences()[r])
}

func isRegional(r rune) bool { return 0x1F1E6 <= r && r <= 0x1F1FF }

// firstPrefix returns the length of the first of names that s begins with.
func firstPrefix(s string, names []string) int {
	for _, name := range names {
		if strings.HasPrefix(s, name) {
			return len(name)
		}
	}
	return 0
}

var trades = sync.OnceValue(func() []string { return sequences(tradeSigns) })

// sequences reads the notation of the tables.
func sequences(list string) []string {
	return strings.Fields(strings.NewReplacer("+", zwj, "~", emojiStyle).Replace(list))
}

// fixedSequences are by first character, longest first.
var fixedSequences = sync.OnceValue(func() map[rune][]string {
	byFirst := map[rune][]string{}
	names := sequences(coupleSigns + " " + familySigns + " " + otherSigns)
	for code := range strings.FieldsSeq(subdivisions) {
		names = append(names, tagged(code))
	}
	for _, name := range names {
		r, _ := utf8.DecodeRuneInString(name)
		byFirst[r] = append(byFirst[r], name)
	}
	return byFirst
})

// tagged is the black flag with a code in tag characters and the cancel tag.
func tagged(code string) string {
	flag := []rune{'🏴'}
	for _, r := range code {
		flag = append(flag, 0xE0000+r)
	}
	return string(append(flag, 0xE007F))
}

var regionSet = sync.OnceValue(func() map[[2]rune]struct{} {
	set := make(map[[2]rune]struct{}, 300)
	for code := range strings.FieldsSeq(regions) {
		const toSymbol = 0x1F1E6 - 'A'
		set[[2]rune{rune(code[0]) + toSymbol, rune(code[1]) + toSymbol}] = struct{}{}
	}
	return set
})
