// Package picture makes of an image file, of whatever camera or program, one that a
// platform takes: upright, within its limits, and without anything beside the pixels.
//
// JPEG, PNG, GIF and WebP are read; of a GIF its first picture. What comes out is a JPEG
// for what was one or has no transparency and is heavy as a PNG, else a PNG. EXIF data,
// which tell where and by whom a photograph was taken, are used to turn it upright and
// then dropped, with every comment and colour profile: colours are taken as sRGB.
package picture

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"

	"golang.org/x/image/webp"
)

// The types that Prepare makes.
const (
	JPEG = "image/jpeg"
	PNG  = "image/png"
)

// What is read at most: a photograph of 50 megapixels, the largest that phones take by
// themselves. Decoded it needs four bytes a pixel.
const (
	MaxBytes  = 32 << 20
	maxPixels = 50_000_000
)

// Bounds are what a picture may be. Zero fields do not bind.
type Bounds struct {
	Bytes  int // of the file
	Pixels int // width times height
	Side   int // the longer one, in pixels
}

// Picture is an image file.
type Picture struct {
	Data          []byte
	Type          string // JPEG or PNG
	Width, Height int    // pixels
	Animated      bool   // it was the first picture of a GIF that moves
}

// Prepare makes a picture of an image file. What needs no change is returned as it is,
// byte for byte, so preparing twice is preparing once; on one machine the same file
// gives the same picture. Errors say what is wrong with the file.
func Prepare(data []byte, b Bounds) (Picture, error) {
	f, err := identify(data)
	if err != nil {
		return Picture{}, err
	}
	img, err := f.decode(bytes.NewReader(data))
	if err != nil {
		return Picture{}, fmt.Errorf("the %s image is damaged: %w", f.name, err)
	}
	turn := orientation(data)
	_, forPrint := img.(*image.CMYK) // no browser's colours
	if size := img.Bounds().Size(); !forPrint && f.bare(data) && b.hold(size, len(data)) {
		return Picture{Data: data, Type: f.kind, Width: size.X, Height: size.Y}, nil
	}
	p, err := encodeWithin(img, turn, f.lossy(img), b)
	p.Animated = f.name == "GIF" && bytes.Contains(data, []byte("NETSCAPE2.0"))
	return p, err
}

// Size reads how large an image file is, in pixels, without reading the pixels.
func Size(data []byte) (width, height int, err error) {
	f, err := identify(data)
	if err != nil {
		return 0, 0, err
	}
	c, err := f.config(bytes.NewReader(data))
	return c.Width, c.Height, err
}

// hold tells whether a file of this size is within the bounds.
func (b Bounds) hold(size image.Point, n int) bool {
	return (b.Bytes == 0 || n <= b.Bytes) && (b.Pixels == 0 || size.X <= b.Pixels/size.Y) && (b.Side == 0 || max(size.X, size.Y) <= b.Side)
}

// format is one kind of image file.
type format struct {
	name, kind string
	config     func(*bytes.Reader) (image.Config, error)
	decode     func(*bytes.Reader) (image.Image, error)
	bare       func([]byte) bool // nothing but pixels
}

// lossy tells whether an image is of a kind that is better kept as a JPEG.
func (format) lossy(img image.Image) bool {
	switch img.(type) {
	case *image.YCbCr, *image.CMYK, *image.Gray:
		return true
	}
	return false
}

// identify reads the header alone, and refuses what would not fit into memory.
func identify(data []byte) (format, error) {
	f, ok := sniff(data)
	switch {
	case len(data) == 0:
		return format{}, errors.New("the image is empty")
	case len(data) > MaxBytes:
		return format{}, fmt.Errorf("the image has more than %d MB: make it smaller", MaxBytes>>20)
	case !ok:
		return format{}, errors.New("the file is no image that is read here: want JPEG, PNG, GIF or WebP")
	}
	c, err := f.config(bytes.NewReader(data))
	switch {
	case err != nil && f.name == "WebP":
		return format{}, fmt.Errorf("the WebP image cannot be read: %w: an animated one never can; save it as JPEG or PNG", err)
	case err != nil:
		return format{}, fmt.Errorf("the %s image is damaged: %w", f.name, err)
	case c.Width < 1 || c.Height < 1:
		return format{}, fmt.Errorf("the %s image has %d×%d pixels", f.name, c.Width, c.Height)
	case c.Width > maxPixels/c.Height:
		return format{}, fmt.Errorf("the image has %d×%d pixels: at most %d million are read", c.Width, c.Height, maxPixels/1_000_000)
	}
	return f, nil
}

// sniff goes by the content: names lie.
func sniff(data []byte) (format, bool) {
	never := func([]byte) bool { return false }
	is := func(magic string) bool { return bytes.HasPrefix(data, []byte(magic)) }
	switch {
	case is("\xff\xd8\xff"):
		return format{"JPEG", JPEG, config(jpeg.DecodeConfig), whole(jpeg.Decode), bareJPEG}, true
	case is("\x89PNG\r\n\x1a\n"):
		return format{"PNG", PNG, config(png.DecodeConfig), whole(png.Decode), barePNG}, true
	case is("GIF87a"), is("GIF89a"):
		return format{"GIF", "image/gif", config(gif.DecodeConfig), whole(gif.Decode), never}, true
	case is("RIFF") && len(data) > 12 && string(data[8:12]) == "WEBP":
		return format{"WebP", "image/webp", webpConfig(data), whole(webp.Decode), never}, true
	}
	return format{}, false
}

// opaque tells whether nothing shines through.
func opaque(img image.Image) bool {
	if o, ok := img.(interface{ Opaque() bool }); ok {
		return o.Opaque()
	}
	return false
}

// paper is what shows through where a format has no transparency.
var paper = image.NewUniform(color.White)
