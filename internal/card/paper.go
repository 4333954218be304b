package card

import (
	"fmt"
	"image"
	"image/color"

	"golang.org/x/image/draw"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"
)

// shades is how many steps lie between paper and ink: enough that edges look smooth, few
// enough that the file stays small.
const shades = 20

// The inks, by their place in the palette.
const (
	ink = iota
	accent
)

var (
	paperColour = color.RGBA{0xFB, 0xF8, 0xF1, 0xFF}
	inkColours  = [...]color.RGBA{ink: {0x1B, 0x1A, 0x18, 0xFF}, accent: {0x8C, 0x1C, 0x1C, 0xFF}}
)

// paper is the image that is drawn on.
type paper struct {
	image  *image.Paletted
	raster vector.Rasterizer
	mask   *image.Alpha
}

func newPaper() *paper {
	palette := color.Palette{paperColour}
	for _, c := range inkColours {
		for i := 1; i <= shades; i++ {
			palette = append(palette, color.RGBA{mix(c.R, paperColour.R, i), mix(c.G, paperColour.G, i), mix(c.B, paperColour.B, i), 0xFF})
		}
	}
	return &paper{image: image.NewPaletted(image.Rect(0, 0, Width, Height), palette), mask: &image.Alpha{}}
}

func mix(ink, paper uint8, shade int) uint8 {
	return uint8((int(ink)*shade + int(paper)*(shades-shade) + shades/2) / shades)
}

// fill draws a rectangle.
func (p *paper) fill(left, top, width, height, ink int) {
	for y := top; y < top+height; y++ {
		for x := left; x < left+width; x++ {
			p.dab(x, y, shades, ink)
		}
	}
}

// dab adds a shade of ink to a pixel.
func (p *paper) dab(x, y, shade, ink int) {
	if shade == 0 || !(image.Point{x, y}).In(p.image.Rect) {
		return
	}
	at := &p.image.Pix[p.image.PixOffset(x, y)]
	first := ink*shades + 1
	if before := int(*at) - first + 1; before > 0 {
		shade = min(shades, shade+before)
	}
	*at = uint8(first + shade - 1)
}

// write draws a line of text from the left margin on a baseline.
func (p *paper) write(s *setter, text string, size, baseline, ink int) error {
	row, _, err := s.place(text)
	if err != nil {
		return err
	}
	for _, g := range row {
		outline, err := s.font.LoadGlyph(&s.buf, g.glyph, fixed.I(size), nil)
		if err != nil {
			return fmt.Errorf("share image: glyph %d: %w", g.glyph, err)
		}
		pixel := func(units int) float32 { return float32(units*size) / float32(s.em) }
		p.stamp(outline, margin+pixel(g.x), float32(baseline)+pixel(g.y), ink)
	}
	return nil
}

// stamp draws an outline with its origin at x, y. Each glyph is drawn on a mask of its own
// size: below 512 pixels the rasterizer counts in whole numbers, alike on all machines.
func (p *paper) stamp(outline sfnt.Segments, x, y float32, ink int) {
	if len(outline) == 0 {
		return
	}
	box := outline.Bounds()
	left, top := floor(x+px(box.Min.X))-1, floor(y+px(box.Min.Y))-1
	width, height := floor(x+px(box.Max.X))+2-left, floor(y+px(box.Max.Y))+2-top
	x, y = x-float32(left), y-float32(top)

	p.raster.Reset(width, height)
	p.raster.DrawOp = draw.Src
	for _, s := range outline {
		a := s.Args
		switch s.Op {
		case sfnt.SegmentOpMoveTo:
			p.raster.ClosePath()
			p.raster.MoveTo(x+px(a[0].X), y+px(a[0].Y))
		case sfnt.SegmentOpLineTo:
			p.raster.LineTo(x+px(a[0].X), y+px(a[0].Y))
		case sfnt.SegmentOpQuadTo:
			p.raster.QuadTo(x+px(a[0].X), y+px(a[0].Y), x+px(a[1].X), y+px(a[1].Y))
		case sfnt.SegmentOpCubeTo:
			p.raster.CubeTo(x+px(a[0].X), y+px(a[0].Y), x+px(a[1].X), y+px(a[1].Y), x+px(a[2].X), y+px(a[2].Y))
		}
	}
	p.raster.ClosePath()

	if n := width * height; n > cap(p.mask.Pix) {
		p.mask.Pix = make([]uint8, n)
	} else {
		p.mask.Pix = p.mask.Pix[:n]
	}
	p.mask.Stride, p.mask.Rect = width, image.Rect(0, 0, width, height)
	p.raster.Draw(p.mask, p.mask.Rect, image.Opaque, image.Point{})
	for i, alpha := range p.mask.Pix {
		p.dab(left+i%width, top+i/width, (int(alpha)*shades+127)/255, ink)
	}
}

func px(v fixed.Int26_6) float32 { return float32(v) / 64 }

func floor(v float32) int {
	n := int(v)
	if float32(n) > v {
		n--
	}
	return n
}
