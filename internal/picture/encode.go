package picture

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"

	"golang.org/x/image/draw"
)

const (
	// What cannot be squeezed into its bytes is made smaller, each time by this.
	smaller   = 0.7
	leastSide = 16 // of a picture that anybody recognises
)

// qualities of JPEG, the best first. Below the last one the eye prefers fewer pixels.
func qualities() []int { return []int{90, 80, 70} }

// encodeWithin scales, turns and encodes an image so that it fits the bounds.
func encodeWithin(img image.Image, turn turning, lossy bool, b Bounds) (Picture, error) {
	for size := b.fit(img.Bounds().Size()); ; size = shrink(size, smaller) {
		made := turn.turned(scale(img, size))
		data, kind, err := encode(made, lossy, b.Bytes)
		if err != nil {
			return Picture{}, err
		}
		if b.Bytes == 0 || len(data) <= b.Bytes {
			to := made.Bounds().Size()
			return Picture{Data: data, Type: kind, Width: to.X, Height: to.Y}, nil
		}
		if max(size.X, size.Y) < leastSide {
			return Picture{}, fmt.Errorf("the image cannot be made as small as %d bytes", b.Bytes)
		}
	}
}

// encode writes one size: lossless where it was and that fits, else as JPEG, by
// the best quality that fits.
func encode(img *image.NRGBA, lossy bool, most int) (data []byte, kind string, err error) {
	if !lossy {
		var out bytes.Buffer
		if err := png.Encode(&out, img); err != nil {
			return nil, "", fmt.Errorf("write the image as PNG: %w", err)
		}
		if most == 0 || out.Len() <= most {
			return out.Bytes(), PNG, nil
		}
	}
	// Drawn on paper: JPEG knows no transparency, and its writer is fast for RGBA.
	flat := image.NewRGBA(img.Bounds())
	if !opaque(img) {
		draw.Draw(flat, flat.Bounds(), paper, image.Point{}, draw.Src)
	}
	draw.Draw(flat, flat.Bounds(), img, image.Point{}, draw.Over)
	var out bytes.Buffer
	for _, q := range qualities() {
		out.Reset()
		if err := jpeg.Encode(&out, flat, &jpeg.Options{Quality: q}); err != nil {
			return nil, "", fmt.Errorf("write the image as JPEG: %w", err)
		}
		if most == 0 || out.Len() <= most {
			break
		}
	}
	return out.Bytes(), JPEG, nil
}
