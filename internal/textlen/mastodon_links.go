package textlen

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// mastodonLinks returns the URLs of text that have a scheme. Those without are looked
// for too, as the server does, for they can take up the place of one with a scheme.
func mastodonLinks(text string) []entity {
	if !strings.Contains(text, ":") {
		return nil
	}
	var links []entity
	for m := range matches(mastodonGrammar(), text) {
		if m.bare {
			continue
		}
		url := text[m.Start:m.End]
		slug, ok := tcoSlugEnd(url)
		if !ok {
			continue
		}
		if slug > 0 {
			url = url[:slug] // unlike X's, without the query
		}
		host := text[m.host.Start:m.host.End]
		runes := []rune(host)
		encoded, ok := punycodeLen(runes)
		length := utf8.RuneCountInString(url) + max(0, encoded-len(runes))
		if !ok || length > maxURLLength {
			continue
		}
		links = append(links, entity{Span: Span{m.Start, m.Start + len(url)}, url: true, doubtful: !surelyHost(host)})
	}
	return links
}

// idna2003 stands in for the server's libidn; it takes more, so letters are held against unicode32 too.
var idna2003 = sync.OnceValue(func() *idna.Profile {
	return idna.New(idna.MapForLookup(), idna.Transitional(true), idna.BidiRule(), idna.StrictDomainName(false))
})

// unicode32 has the letters of living scripts that Unicode 3.2 had, libidn's limit.
// A host with others is rare; it counts as a URL or in full, whichever is more.
var unicode32 = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x00C0, Hi: 0x00D6, Stride: 1}, {Lo: 0x00D8, Hi: 0x00F6, Stride: 1}, {Lo: 0x00F8, Hi: 0x0220, Stride: 1}, // Latin
		{Lo: 0x0222, Hi: 0x0233, Stride: 1}, {Lo: 0x0300, Hi: 0x033F, Stride: 1}, {Lo: 0x0388, Hi: 0x038A, Stride: 1}, // and Greek
		{Lo: 0x038E, Hi: 0x03A1, Stride: 1}, {Lo: 0x03A3, Hi: 0x03CE, Stride: 1}, {Lo: 0x0400, Hi: 0x0481, Stride: 1}, // and Cyrillic
		{Lo: 0x048A, Hi: 0x04CE, Stride: 1}, {Lo: 0x0531, Hi: 0x0556, Stride: 1}, {Lo: 0x0561, Hi: 0x0587, Stride: 1}, // Armenian
		{Lo: 0x05D0, Hi: 0x05EA, Stride: 1}, {Lo: 0x0621, Hi: 0x063A, Stride: 1}, {Lo: 0x0641, Hi: 0x0652, Stride: 1}, // Hebrew, Arabic
		{Lo: 0x0671, Hi: 0x06D3, Stride: 1}, {Lo: 0x0905, Hi: 0x0939, Stride: 1}, {Lo: 0x093E, Hi: 0x094D, Stride: 1}, // Devanagari
		{Lo: 0x0E01, Hi: 0x0E32, Stride: 1}, {Lo: 0x0E34, Hi: 0x0E3A, Stride: 1}, {Lo: 0x0E40, Hi: 0x0E4E, Stride: 1}, // Thai
		{Lo: 0x10D0, Hi: 0x10F0, Stride: 1}, {Lo: 0x1E00, Hi: 0x1E9B, Stride: 1}, {Lo: 0x1EA0, Hi: 0x1EF9, Stride: 1}, // Georgian
		{Lo: 0x3041, Hi: 0x3094, Stride: 1}, {Lo: 0x309D, Hi: 0x309E, Stride: 1}, {Lo: 0x30A1, Hi: 0x30FA, Stride: 1}, // Kana
		{Lo: 0x30FC, Hi: 0x30FE, Stride: 1}, {Lo: 0x3400, Hi: 0x4DB5, Stride: 1}, {Lo: 0x4E00, Hi: 0x9FA5, Stride: 1}, // Han
		{Lo: 0xAC00, Hi: 0xD7A3, Stride: 1}, // Hangul
	},
	LatinOffset: 2,
}

// surelyHost reports whether the server surely takes host for one.
func surelyHost(host string) bool {
	ascii := true
	for _, r := range host {
		if r >= 0x80 {
			ascii = false
			if !unicode.Is(unicode32, r) {
				return false
			}
		}
	}
	if ascii {
		return true
	}
	_, err := idna2003().ToASCII(host)
	return err == nil
}
