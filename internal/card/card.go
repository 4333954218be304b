// Package card draws the share image of a page: 1200×630 pixels, the size X and Mastodon
// show large, from the title, the site's name and a kicker, for articles that bring none.
//
// The image is a PNG of one paper and two inks in few shades, so letters are crisp and a
// whole card weighs some 20 KB. The same card gives the same bytes.
//
// What can be set: Latin in full (Vietnamese included), Greek and Cyrillic, in Liberation
// Serif Bold and Liberation Sans (SIL Open Font License 1.1). Emoji are dropped, with their
// joiners, selectors and the space they leave: a colour font weighs ten times the rest, and
// an emoji in black and white reads as a smudge. Other characters without a glyph are
// replaced by their compatibility form (𝐛𝐨𝐥𝐝 is bold, ﬃ is ffi) or dropped; a box is never
// drawn. Where a third of a title's letters would be lost, as with Chinese or Arabic, the
// rest would not be that title any more: the site's name is set in its place.
package card

import (
	"bytes"
	"fmt"
	"image/png"
	"strings"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"
)

// Size of every image, in pixels, and the bound of its file, in bytes.
const (
	Width    = 1200
	Height   = 630
	MaxBytes = 100_000
)

// altRunes is how much alternative text X takes.
const altRunes = 420

// Card is what is written on a share image. Any field may be empty.
type Card struct {
	Title    string
	Site     string // name of the site
	Kicker   string // a line above the title: the source's host, or a date
	Language string // BCP 47 tag of the title; decides on small matters of spelling
}

// The places on the card, in pixels. Some clients lay a label over the lower left corner:
// the site's name stays above it.
const (
	margin      = 80
	measure     = Width - 2*margin
	barTop      = 72
	barHeight   = 8
	barWidth    = 88
	kickerBase  = 132
	kickerSize  = 30
	titleTop    = 166
	titleBottom = 460
	ruleTop     = 484
	ruleHeight  = 2
	siteBase    = 535
	siteSize    = 36
)

// Render draws c as a PNG of Width×Height pixels and at most MaxBytes.
// It fails only where the embedded fonts cannot be read.
func Render(c Card) ([]byte, error) {
	fonts, err := loadFonts()
	if err != nil {
		return nil, err
	}
	serif, sans := newSetter(fonts.serif), newSetter(fonts.sans)
	title, site, kicker := serif.clean(c.Title, c.Language), serif.clean(c.Site, ""), sans.clean(c.Kicker, c.Language)
	headline := title
	for _, instead := range []*string{&site, &kicker} {
		if headline == "" {
			headline, *instead = *instead, ""
		}
	}

	p := newPaper()
	p.fill(margin, barTop, barWidth, barHeight, accent)
	p.fill(margin, ruleTop, measure, ruleHeight, ink)
	if err := p.write(sans, sans.line(kicker, kickerSize), kickerSize, kickerBase, accent); err != nil {
		return nil, err
	}
	if err := p.write(serif, serif.line(site, siteSize), siteSize, siteBase, ink); err != nil {
		return nil, err
	}
	lines, size := serif.headline(headline)
	for i, baseline := range baselines(len(lines), size) {
		if err := p.write(serif, lines[i], size, baseline, ink); err != nil {
			return nil, err
		}
	}

	var out bytes.Buffer
	// The best compression takes nine times as long for a twentieth less.
	if err := png.Encode(&out, p.image); err != nil {
		return nil, fmt.Errorf("share image of %q: %w", c.Title, err)
	}
	return out.Bytes(), nil
}

// Alt returns the alternative text of the image: the title and the site's name as they
// were given, emoji and all, in at most 420 characters.
func Alt(c Card) string {
	title, site := tidy(c.Title), tidy(c.Site)
	switch {
	case title == "":
		return shorten(site, altRunes)
	case site == "" || title == site:
		return shorten(title, altRunes)
	}
	suffix := " — " + shorten(site, altRunes/4)
	return shorten(title, altRunes-utf8.RuneCountInString(suffix)) + suffix
}

// shorten cuts s to at most limit characters, on a grapheme border, with an ellipsis.
func shorten(s string, limit int) string {
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	end, room := 0, limit-1
	for g := graphemes.FromString(s); g.Next(); {
		room -= utf8.RuneCountInString(g.Value())
		if room < 0 {
			break
		}
		end = g.End()
	}
	return strings.TrimRight(s[:end], " ") + "…"
}
