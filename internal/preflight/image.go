package preflight

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"mime"
	"net/http"
	"net/url"

	"golang.org/x/image/webp"
)

// Least sides of X, in pixels, for summary_large_image and for summary.
const (
	largeWidth, largeHeight = 300, 157
	smallSide               = 144
)

// maxDecode is the largest picture that is decoded whole, in pixels: about 50 MB of memory.
const maxDecode = 4 << 20

// imageAddress is the image that the bot takes; nil when there is none to fetch.
func imageAddress(h head, page *url.URL, b Bot, say func(finding)) *url.URL {
	thing, value := "og:image", h.ogImage
	if b.TwitterTags && h.xImage != "" {
		thing, value = "twitter:image", h.xImage
	}
	if value == "" {
		if h.card == "summary_large_image" {
			say(finding{thing, "missing", "twitter:card asks for a large image: give og:image, or make the card summary"})
		}
		return nil
	}
	u, err := url.Parse(value)
	switch {
	case err != nil || (u.IsAbs() && !isWeb(u)):
		say(finding{thing, fmt.Sprintf("%q", value), "write the image's absolute http(s) address"})
		return nil
	case !isWeb(u):
		u = page.ResolveReference(u)
		say(finding{thing, fmt.Sprintf("%q, a relative address", value), "write it absolute: " + u.String()})
		return u
	case page.Scheme == "https" && u.Scheme != "https":
		say(finding{thing, fmt.Sprintf("%q, not https", value), "serve the image over https, as the page"})
	}
	return u
}

// image reports what is wrong with the image at u.
func (c *checker) image(ctx context.Context, b Bot, card string, u *url.URL, say func(finding)) {
	if c.images != nil {
		select {
		case c.images <- struct{}{}:
			defer func() { <-c.images }()
		case <-ctx.Done():
			say(*late("image"))
			return
		}
	}
	a, bad := c.get.fetch(ctx, request{
		thing: "image", url: u, limit: b.MaxImage,
		agent: b.ImageUserAgent, accept: b.ImageAccept, encoding: b.Encoding,
	})
	switch {
	case bad != nil:
		say(*bad)
		return
	case a.status != http.StatusOK:
		say(finding{"image status", fmt.Sprintf("%d at %s", a.status, u), "let the image's address answer 200, to bots too"})
		return
	case a.more:
		say(finding{"image size", fmt.Sprintf("above %.1f MB", float64(b.MaxImage)/1e6), "make the image smaller, best under 100 kB"})
	}
	const want = "serve a JPEG, PNG, GIF or WebP under its own type"
	declared := a.header.Get("Content-Type")
	kind, _, err := mime.ParseMediaType(declared)
	f, known := formats[kind]
	if err != nil || !known {
		say(finding{"image Content-Type", fmt.Sprintf("%q", declared), want})
		return
	}
	if is := http.DetectContentType(a.body); is != kind {
		say(finding{"image Content-Type", fmt.Sprintf("%q, but the content is %s", declared, is), want})
		return
	}
	cfg, err := f.config(bytes.NewReader(a.body))
	if err != nil {
		say(finding{"image", fmt.Sprintf("undecodable (%v)", err), "replace the damaged file"})
		return
	}
	checkSides(cfg.Width, cfg.Height, card, b, say)
	// Cut by the limit it cannot be whole, and huge it would not fit into memory.
	if a.more || cfg.Width > maxDecode/max(cfg.Height, 1) {
		return
	}
	if err := f.whole(a.body); err != nil {
		say(finding{"image", fmt.Sprintf("undecodable (%v)", err), "replace the damaged file; was it uploaded whole?"})
	}
}

func checkSides(w, h int, card string, b Bot, say func(finding)) {
	size := fmt.Sprintf("%d×%d", w, h)
	minW, minH := 1, 1
	switch {
	case b.TwitterTags && card == "summary_large_image":
		minW, minH = largeWidth, largeHeight
	case b.TwitterTags:
		minW, minH = smallSide, smallSide
	}
	if w < minW || h < minH {
		say(finding{"image of " + size, "too small", fmt.Sprintf("%s wants %d×%d at least, best 1200×630", card, minW, minH)})
	}
	if b.MaxSide > 0 && max(w, h) > b.MaxSide {
		say(finding{"image of " + size, "too large", fmt.Sprintf("at most %d pixels a side, best 1200×630", b.MaxSide)})
	}
	if b.MaxPixels > 0 && w > b.MaxPixels/max(h, 1) {
		say(finding{"image of " + size, "too large", fmt.Sprintf("at most %d pixels in all, best 1200×630", b.MaxPixels)})
	}
}

// format reads one type of image.
type format struct {
	config func(io.Reader) (image.Config, error)
	whole  func([]byte) error // nil: nothing is missing
}

var formats = map[string]format{
	"image/jpeg": {jpeg.DecodeConfig, decodes(jpeg.Decode)},
	"image/png":  {png.DecodeConfig, decodes(png.Decode)},
	"image/gif":  {gif.DecodeConfig, decodes(gif.Decode)}, // the first picture only
	"image/webp": {webp.DecodeConfig, wholeRIFF},
}

func decodes(decode func(io.Reader) (image.Image, error)) func([]byte) error {
	return func(b []byte) error {
		_, err := decode(bytes.NewReader(b))
		return err
	}
}

// wholeRIFF holds the length a WebP file gives against what is there: the decoder at hand
// knows no animation, which Mastodon takes.
func wholeRIFF(b []byte) error {
	const prefix = 8
	if len(b) < prefix || uint64(len(b)) < prefix+uint64(binary.LittleEndian.Uint32(b[4:])) {
		return io.ErrUnexpectedEOF
	}
	return nil
}
