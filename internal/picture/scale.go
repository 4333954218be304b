package picture

import (
	"image"
	"math"

	"golang.org/x/image/draw"
)

// fit is the size of an image within the bounds of its pixels, with its proportions.
func (b Bounds) fit(size image.Point) image.Point {
	factor := 1.0
	if b.Side > 0 {
		factor = min(factor, float64(b.Side)/float64(max(size.X, size.Y)))
	}
	if b.Pixels > 0 {
		factor = min(factor, math.Sqrt(float64(b.Pixels)/float64(size.X)/float64(size.Y)))
	}
	return shrink(size, factor)
}

// shrink rounds down, so that a bound holds.
func shrink(size image.Point, factor float64) image.Point {
	if factor >= 1 {
		return size
	}
	return image.Pt(max(int(float64(size.X)*factor), 1), max(int(float64(size.Y)*factor), 1))
}

// scale draws img at a size, in sRGB with transparency. It halves as long as that is
// possible, which averages four pixels each time, and so never skips any; one pass over
// a photograph with a wide kernel would need half a gigabyte.
func scale(img image.Image, size image.Point) *image.NRGBA {
	for {
		now := img.Bounds().Size()
		half := image.Pt((now.X+1)/2, (now.Y+1)/2)
		if half.X < size.X || half.Y < size.Y || half == now {
			break
		}
		img = draw1(img, half)
	}
	return draw1(img, size)
}

func draw1(img image.Image, size image.Point) *image.NRGBA {
	out := image.NewNRGBA(image.Rectangle{Max: size})
	if img.Bounds().Size() == size {
		draw.Draw(out, out.Bounds(), img, img.Bounds().Min, draw.Src)
	} else {
		draw.ApproxBiLinear.Scale(out, out.Bounds(), img, img.Bounds(), draw.Src, nil)
	}
	return out
}

// turned is the image upright.
func (t turning) turned(img *image.NRGBA) *image.NRGBA {
	if t == upright {
		return img
	}
	size := img.Bounds().Size()
	to := size
	if t.across() {
		to = image.Pt(size.Y, size.X)
	}
	out := image.NewNRGBA(image.Rectangle{Max: to})
	for y := range to.Y {
		for x := range to.X {
			from := t.source(x, y, size)
			copy(out.Pix[out.PixOffset(x, y):][:4], img.Pix[img.PixOffset(from.X, from.Y):][:4])
		}
	}
	return out
}

// source is where the pixel at x, y of the upright image is stored (EXIF 2.32, 4.6.4 A).
func (t turning) source(x, y int, stored image.Point) image.Point {
	right, bottom := stored.X-1, stored.Y-1
	switch t {
	case 2: // mirrored
		return image.Pt(right-x, y)
	case 3: // upside down
		return image.Pt(right-x, bottom-y)
	case 4: // mirrored, upside down
		return image.Pt(x, bottom-y)
	case 5: // mirrored along the falling diagonal
		return image.Pt(y, x)
	case 6: // a quarter to the left
		return image.Pt(y, bottom-x)
	case 7: // mirrored along the rising diagonal
		return image.Pt(right-y, bottom-x)
	case 8: // a quarter to the right
		return image.Pt(right-y, x)
	}
	return image.Pt(x, y)
}
