package mojibake

import (
	"fmt"
	"unicode/utf8"
)

// chain is a wrong decoding: UTF-8 read as first and, when twice, the outcome
// written as UTF-8 and read as second.
type chain struct {
	first, second charset
	twice         bool
}

func (c chain) String() string {
	switch {
	case !c.twice:
		return "UTF-8 read as " + c.first.String()
	case c.first == c.second:
		return "UTF-8 read as " + c.first.String() + ", twice"
	}
	return fmt.Sprintf("UTF-8 read as %s, then as %s", c.first, c.second)
}

// reading is one rune that a run decodes to.
type reading struct {
	chain chain
	r     rune
	end   int // offset in the text behind the run
	n     int // runes in the run
}

// readings appends every way to undo a chain at offset i, whether it makes sense or not.
func (c *codec) readings(text string, i int, out []reading) []reading {
	first, _ := utf8.DecodeRuneInString(text[i:])
	row := c.row(first)
	if row == 0 {
		return out
	}
	for set := range charsets {
		if sequenceLen(c.rows[row][set]) == 0 {
			continue
		}
		one, ok := c.undo(text, i, chain{first: set})
		if !ok {
			continue
		}
		out = append(out, one)
		if inner := c.row(one.r); inner != 0 {
			for set2 := range charsets {
				if sequenceLen(c.rows[inner][set2]) == 0 {
					continue
				}
				if two, ok := c.undo(text, i, chain{first: set2, second: set, twice: true}); ok {
					out = append(out, two)
				}
			}
		}
	}
	return out
}

// undo decodes the one rune that begins at offset i when ch is undone.
func (c *codec) undo(text string, i int, ch chain) (reading, bool) {
	var buf [utf8.UTFMax]byte
	got := reading{chain: ch, end: i}
	for have, need := 0, 1; have < need; have++ {
		if got.end >= len(text) {
			return got, false
		}
		r, size := utf8.DecodeRuneInString(text[got.end:])
		step := 1
		if ch.twice {
			inner, ok := c.undo(text, got.end, chain{first: ch.second})
			if !ok {
				return got, false
			}
			r, size, step = inner.r, inner.end-got.end, inner.n
		}
		b := c.encode(r, ch.first)
		if b < utf8.RuneSelf {
			return got, false
		}
		if have == 0 {
			if need = sequenceLen(b); need == 0 {
				return got, false
			}
		} else if b >= 0xc0 {
			return got, false
		}
		buf[have] = b
		got.end += size
		got.n += step
		if have+1 == need {
			var width int
			got.r, width = utf8.DecodeRune(buf[:need])
			return got, width == need
		}
	}
	return got, false
}

// rewrite is the second kind of damage: UTF-8 read as from, written as to, and read as UTF-8 again.
type rewrite struct{ from, to charset }

func (w rewrite) String() string {
	return fmt.Sprintf("UTF-8 read as %s, written as %s", w.from, w.to)
}

// undoRewrite gives the rune that became r, if the rewrite changed one at all.
func (c *codec) undoRewrite(r rune, w rewrite) (rune, bool) {
	var buf, orig [utf8.UTFMax]byte
	n := utf8.EncodeRune(buf[:], r)
	for i, b := range buf[:n] {
		if orig[i] = c.encode(c.runes[w.to][b], w.from); orig[i] == 0 {
			return 0, false
		}
	}
	was, width := utf8.DecodeRune(orig[:n])
	return was, width == n && n > 1 && was != r && was != utf8.RuneError
}
