package mojibake

import (
	"sync"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// charset is one of the eight-bit sets that UTF-8 is wrongly read as; the order
// is that of how likely it is when nothing in the text tells.
type charset uint8

const (
	windows1252 charset = iota
	latin1
	latin9
	macRoman
	latin10
	windows1250
	latin2
	charsets // their number
)

func (c charset) String() string {
	return [charsets]string{
		"Windows-1252", "ISO-8859-1", "ISO-8859-15", "Mac Roman",
		"ISO-8859-16", "Windows-1250", "ISO-8859-2",
	}[c]
}

// codec holds both directions of every charset.
type codec struct {
	runes [charsets][256]rune
	low   [0x2600]uint16 // row of a rune below U+2600; 0: in no charset
	high  map[rune]uint16
	rows  [][charsets]byte // 0: not in that charset (NUL is never asked for)
}

// codecs is built on first use: pure ASCII, the common case of a command line, needs none.
var codecs = sync.OnceValue(func() *codec {
	maps := [charsets]*charmap.Charmap{
		charmap.Windows1252, charmap.ISO8859_1, charmap.ISO8859_15, charmap.Macintosh,
		charmap.ISO8859_16, charmap.Windows1250, charmap.ISO8859_2,
	}
	c := &codec{high: map[rune]uint16{}, rows: make([][charsets]byte, 1)}
	for set, m := range maps {
		for b := range 256 {
			r := m.DecodeByte(byte(b))
			if r == utf8.RuneError {
				r = rune(b) // what programs do with a byte that the set leaves undefined
			}
			c.runes[set][b] = r
			if b >= utf8.RuneSelf {
				c.rows[c.rowFor(r)][set] = byte(b)
			}
		}
	}
	return c
})

func (c *codec) rowFor(r rune) uint16 {
	row := c.row(r)
	if row != 0 {
		return row
	}
	row = uint16(len(c.rows))
	c.rows = append(c.rows, [charsets]byte{})
	if int(r) < len(c.low) {
		c.low[r] = row
	} else {
		c.high[r] = row
	}
	return row
}

func (c *codec) row(r rune) uint16 {
	if int(r) < len(c.low) {
		return c.low[r]
	}
	return c.high[r]
}

// encode gives the byte of a non-ASCII rune in a charset, or 0.
func (c *codec) encode(r rune, set charset) byte { return c.rows[c.row(r)][set] }

// leads tells whether r is, in some charset, the first byte of a UTF-8 sequence.
func (c *codec) leads(r rune) bool {
	row := c.row(r)
	if row == 0 {
		return false
	}
	for _, b := range c.rows[row] {
		if sequenceLen(b) > 0 {
			return true
		}
	}
	return false
}

// sequenceLen is the length of the UTF-8 sequence that b begins, or 0.
func sequenceLen(b byte) int {
	switch {
	case b >= 0xc2 && b <= 0xdf:
		return 2
	case b >= 0xe0 && b <= 0xef:
		return 3
	case b >= 0xf0 && b <= 0xf4:
		return 4
	}
	return 0
}
