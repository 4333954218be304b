package textlen

import (
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// What a character or an emoji counts. X has twice the resolution of one character in
// its configuration (weights 100 and 200, scale 100).
const (
	lightWeight = 1
	heavyWeight = 2
)

// X returns X's weighted length of text (twitter-text configuration v3): after NFC a
// link counts 23, an emoji 2, Latin and its neighbours 1, all else 2. Where a link
// depends on a top-level domain younger than the library, the larger reading counts.
func X(text string) int {
	text = norm.NFC.String(text)
	older, newer := bothReadings(text)
	a, b := counter{text: text, links: older}, counter{text: text, links: newer}
	// The readings part at a link only one of them knows and meet again after it;
	// each stretch between two meetings counts as its larger reading.
	total := 0
	for a.at < len(text) || b.at < len(text) {
		if a.at <= b.at {
			a.step()
		} else {
			b.step()
		}
		if a.at == b.at {
			total += max(a.weight, b.weight)
			a.weight, b.weight = 0, 0
		}
	}
	return total
}

// bothReadings returns the links of text by X's own list of top-level domains, and by
// that list and the public suffix list.
func bothReadings(text string) (older, newer []link) {
	sawNewer := false
	newer = xLinks(text, func(text string, at int) int {
		if end := olderTLDAt(text, at); end > 0 {
			return end
		}
		end := newerTLDAt(text, at)
		sawNewer = sawNewer || end > 0
		return end
	})
	if !sawNewer {
		return newer, newer
	}
	return xLinks(text, olderTLDAt), newer
}

// counter walks over a text in one reading of its links.
type counter struct {
	text   string
	links  []link // those ahead
	at     int
	plain  int // an emoji that counting resumed within ends here: its parts count one by one
	weight int // since the readings last met
}

func (c *counter) step() {
	for len(c.links) > 0 && c.links[0].Start < c.at {
		c.links = c.links[1:]
	}
	if len(c.links) > 0 && c.links[0].Start == c.at {
		l := c.links[0]
		c.weight += urlLength + l.extra
		c.at = l.resume
		if l.resume < l.End {
			c.plain = emojiEndPast(c.text, l.Start, l.resume)
		}
		return
	}
	if c.at >= c.plain {
		if n := emojiLen(c.text[c.at:]); n > 0 {
			c.weight += heavyWeight
			c.at += n
			return
		}
	}
	r, n := utf8.DecodeRuneInString(c.text[c.at:])
	c.weight += runeWeight(r)
	c.at += n
}

// runeWeight is the table of configuration v3.
func runeWeight(r rune) int {
	switch {
	case r <= 0x10FF, 0x2000 <= r && r <= 0x200D, 0x2010 <= r && r <= 0x201F, 0x2032 <= r && r <= 0x2037:
		return lightWeight
	}
	return heavyWeight
}
