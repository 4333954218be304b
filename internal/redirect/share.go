package redirect

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg" // decoders of what LoadShare takes
	_ "image/png"
	"io"
	"os"

	"crieur/internal/card"
)

// What a share image may be. Thousands of servers fetch it within a minute; X shows
// smaller ones not at all.
const (
	maxShareBytes  = 1 << 20
	maxSharePixels = 4_000_000
	minShareWidth  = 300
	minShareHeight = 157

	pngType  = "image/png"
	jpegType = "image/jpeg"
)

// Share is the image that link previews show of articles without an image of their own.
type Share struct {
	Data          []byte
	Type          string // image/png or image/jpeg
	Width, Height int    // pixels
}

// LoadShare reads a PNG or JPEG file of at most 1 MiB, whole. Its errors name the file
// and what an image has to be.
func LoadShare(path string) (*Share, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("share image: %w", err)
	}
	data, err := io.ReadAll(io.LimitReader(f, maxShareBytes+1))
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("share image: %w", err)
	}
	if len(data) > maxShareBytes {
		return nil, fmt.Errorf("share image %s is larger than 1 MiB: thousands of servers fetch it at once, 100 KB is best", path)
	}
	c, format, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("share image %s: %w: want a PNG or JPEG file", path, err)
	}
	if c.Width < minShareWidth || c.Height < minShareHeight || c.Width > maxSharePixels/c.Height {
		return nil, fmt.Errorf("share image %s has %d×%d pixels: want at least %d×%d and at most four million, best %d×%d",
			path, c.Width, c.Height, minShareWidth, minShareHeight, card.Width, card.Height)
	}
	if _, _, err := image.Decode(bytes.NewReader(data)); err != nil {
		return nil, fmt.Errorf("share image %s is damaged: %w", path, err)
	}
	return &Share{Data: data, Type: "image/" + format, Width: c.Width, Height: c.Height}, nil
}

func (s *Share) kind() kind {
	if s.Type == jpegType {
		return asJPEG
	}
	return asPNG
}

// picture is a share image as a page names it.
type picture struct {
	URL, Type, Alt string
	Width, Height  int // pixels; 0: not known
}

// picture is the article's own image, the site's, or the one that is drawn; none where
// the page has no address.
func (p Page) picture() picture {
	alt := card.Alt(p.card())
	if href, _, ok := target(p.Article.Image); ok {
		if own := shorten(oneLine(p.Article.ImageAlt), maxAlt); own != "" {
			alt = own
		}
		return picture{URL: href, Alt: alt}
	}
	href, _, ok := target(p.URL)
	switch {
	case !ok:
		return picture{}
	case p.Share == nil:
		return picture{URL: href + ".png", Type: pngType, Alt: alt, Width: card.Width, Height: card.Height}
	}
	if site := oneLine(p.SiteTitle); site != "" {
		alt = site
	}
	own := picture{URL: href + ".png", Type: p.Share.Type, Alt: alt, Width: p.Share.Width, Height: p.Share.Height}
	if p.Share.kind() == asJPEG {
		own.URL = href + ".jpg"
	}
	return own
}

// ShareImage is the image that link previews show of a page whose article brings none,
// with its alternative text.
func (p Page) ShareImage() (data []byte, alt string, err error) {
	c := p.card()
	if p.Share == nil {
		data, err = card.Render(c)
		return data, card.Alt(c), err
	}
	if alt = oneLine(p.SiteTitle); alt == "" {
		alt = card.Alt(c)
	}
	return p.Share.Data, alt, nil
}

// card is what is drawn where there is no image.
func (p Page) card() card.Card {
	c := card.Card{Title: oneLine(p.Article.Title), Site: oneLine(p.SiteTitle), Language: languageTag(p.Article.Language)}
	if c.Title == "" {
		c.Title = p.Slug
	}
	if _, host, ok := target(p.Article.Source); ok {
		c.Kicker = shortHost(host)
	} else if !p.PublishedAt.IsZero() {
		c.Kicker = p.words().date(p.PublishedAt)
	}
	return c
}
