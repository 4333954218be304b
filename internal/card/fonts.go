package card

import (
	"fmt"
	"sync"

	"github.com/go-fonts/liberation/liberationsansregular"
	"github.com/go-fonts/liberation/liberationserifbold"
	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"golang.org/x/text/unicode/norm"
)

type fontPair struct{ serif, sans *sfnt.Font }

// loadFonts parses the embedded fonts, the first time it is called.
var loadFonts = sync.OnceValues(func() (fontPair, error) {
	serif, err := sfnt.Parse(liberationserifbold.TTF)
	if err != nil {
		return fontPair{}, fmt.Errorf("embedded font Liberation Serif Bold: %w", err)
	}
	sans, err := sfnt.Parse(liberationsansregular.TTF)
	if err != nil {
		return fontPair{}, fmt.Errorf("embedded font Liberation Sans: %w", err)
	}
	return fontPair{serif, sans}, nil
})

// setter measures and places text in one font; lengths are in units of the font. It
// belongs to one goroutine.
type setter struct {
	font *sfnt.Font
	em   int // units of an em
	buf  sfnt.Buffer
}

func newSetter(f *sfnt.Font) *setter { return &setter{font: f, em: int(f.UnitsPerEm())} }

// scale makes the font answer in its own units.
func (s *setter) scale() fixed.Int26_6 { return fixed.Int26_6(s.em) }

// glyph returns the glyph of r, 0 where the font has none.
func (s *setter) glyph(r rune) sfnt.GlyphIndex {
	g, err := s.font.GlyphIndex(&s.buf, r)
	if err != nil {
		return 0
	}
	return g
}

// placed is a glyph and where its origin lies, y downwards.
type placed struct {
	glyph sfnt.GlyphIndex
	x, y  int
}

// place sets text on one line and returns its width. Accents that Unicode has no letter
// for are centred over or under theirs, clear of it and of each other.
func (s *setter) place(text string) ([]placed, int, error) {
	runes := []rune(text)
	row := make([]placed, 0, len(runes))
	var (
		width int
		last  sfnt.GlyphIndex // of the last letter, for kerning
		base  fixed.Rectangle26_6
	)
	for i, r := range runes {
		if i+1 < len(runes) && aboveClass(runes[i+1]) {
			r = dotless(r)
		}
		g := s.glyph(r)
		box, advance, err := s.font.GlyphBounds(&s.buf, g, s.scale(), font.HintingNone)
		if err != nil {
			return nil, 0, fmt.Errorf("share image: glyph of %U: %w", r, err)
		}
		class := norm.NFC.PropertiesString(string(r)).CCC()
		if isMark(r) && last != 0 {
			at := placed{g, int(base.Min.X+base.Max.X-box.Min.X-box.Max.X) / 2, 0}
			gap := fixed.Int26_6(s.em / 24)
			switch {
			case class == above && box.Max.Y > base.Min.Y-gap:
				at.y = int(base.Min.Y - gap - box.Max.Y)
			case class == below && box.Min.Y < base.Max.Y+gap:
				at.y = int(base.Max.Y + gap - box.Min.Y)
			}
			row = append(row, at)
			placedBox := box.Add(fixed.Point26_6{X: fixed.Int26_6(at.x), Y: fixed.Int26_6(at.y)})
			base.Min.Y, base.Max.Y = min(base.Min.Y, placedBox.Min.Y), max(base.Max.Y, placedBox.Max.Y)
			continue
		}
		if last != 0 {
			// No kerning for a pair is no error.
			if k, err := s.font.Kern(&s.buf, last, g, s.scale(), font.HintingNone); err == nil {
				width += int(k)
			}
		}
		row = append(row, placed{g, width, 0})
		base = box.Add(fixed.Point26_6{X: fixed.Int26_6(width)})
		width, last = width+int(advance), g
	}
	return row, width, nil
}

// Combining classes of Unicode.
const (
	above = 230
	below = 220
)

func aboveClass(r rune) bool { return norm.NFC.PropertiesString(string(r)).CCC() == above }

// dotless gives up the dot that an accent takes the place of.
func dotless(r rune) rune {
	switch r {
	case 'i':
		return 'ı'
	case 'j':
		return 'ȷ'
	}
	return r
}
