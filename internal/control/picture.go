package control

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/clipperhouse/uax29/v2/graphemes"

	"crieur/internal/article"
	"crieur/internal/delivery"
	"crieur/internal/dispatch"
	"crieur/internal/outbox"
	"crieur/internal/picture"
)

// Picture is what an image must be to cross the control socket. Mastodon keeps 3840×2160
// pixels of a larger one, X shows 4096 on a side and takes 5 MB.
func Picture() picture.Bounds {
	return picture.Bounds{Bytes: 5_000_000, Pixels: 3840 * 2160, Side: 4096}
}

// picture prepares what an account attaches to the post of an article, and tells it in
// the preview; nil: nothing. Its errors are the operator's to mend.
func (s *Service) picture(a dispatch.Account, art article.Article, image []byte, p *PreviewPost) (*outbox.NewMedia, error) {
	if a.Media == "" {
		return nil, nil
	}
	data, alt, origin := image, art.ImageAlt, "article"
	switch {
	case art.Image != "" && len(image) == 0:
		return nil, errors.New("the article's image was not handed over: use the crieur command of this version")
	case art.Image != "":
		if err := fitsTheSocket(data); err != nil {
			return nil, fmt.Errorf("image: %w", err)
		}
	case a.Media != dispatch.MediaShare:
		return nil, nil
	default:
		if s.Share == nil {
			return nil, errors.New("media \"share\": there is no share image here")
		}
		var err error
		if data, alt, err = s.Share(art); err != nil {
			return nil, fmt.Errorf("share image: %w", err)
		}
		origin = "share"
	}
	limits, err := s.Engine.Limits(a)
	if err != nil {
		return nil, err
	}
	bounds, most := pictureBounds(limits, a.Default)
	pic, err := picture.Prepare(data, bounds)
	if err != nil {
		return nil, fmt.Errorf("image: %w", err)
	}
	m := &outbox.NewMedia{Data: pic.Data, Type: pic.Type, Width: pic.Width, Height: pic.Height, Alt: shortenAlt(alt, most)}
	if m.Alt == "" && a.RequireAlt {
		return nil, errors.New("the picture has no description, and require_alt is set: say in image_alt what it shows")
	}
	tellPicture(p, a, m, origin, alt)
	return m, nil
}

// tellPicture adds the picture to a preview: what it is, costs, and lacks.
func tellPicture(p *PreviewPost, a dispatch.Account, m *outbox.NewMedia, origin, alt string) {
	p.Media = &Media{Origin: origin, Type: m.Type, Width: m.Width, Height: m.Height, Bytes: len(m.Data), Alt: m.Alt}
	switch {
	case m.Alt == "":
		p.Warnings = append(p.Warnings, "the picture has no description: say in image_alt what it shows, for those who do not see it")
	case m.Alt != strings.TrimSpace(alt):
		p.Warnings = append(p.Warnings, fmt.Sprintf("the picture's description is longer than the platform takes and was cut to %d characters", len([]rune(m.Alt))))
	}
	if cost := a.MediaCost(&delivery.Media{Alt: m.Alt}); cost > 0 {
		p.CostUSD += cost.USD()
		p.CostReason = strings.TrimPrefix(fmt.Sprintf("%s, $%.3f of it for the picture's description", p.CostReason, cost.USD()), ", ")
	}
}

// fitsTheSocket refuses what would take the daemon's memory.
func fitsTheSocket(data []byte) error {
	b := Picture()
	w, h, err := picture.Size(data)
	switch {
	case err != nil:
		return err
	case len(data) > b.Bytes || w > b.Pixels/h || max(w, h) > b.Side:
		return fmt.Errorf("%d×%d pixels and %d bytes are more than the socket takes (%d pixels, %d bytes): use the crieur command, which makes it smaller", w, h, len(data), b.Pixels, b.Bytes)
	}
	return nil
}

// pictureBounds are what the platform told last, else what it takes as a rule, and never
// more than crosses the socket.
func pictureBounds(told, usual delivery.Limits) (b picture.Bounds, alt int) {
	pick := func(told, usual, most int) int {
		if told == 0 {
			told = usual
		}
		if told == 0 || most != 0 && told > most {
			return most
		}
		return told
	}
	b = Picture()
	b.Bytes = pick(told.MediaBytes, usual.MediaBytes, b.Bytes)
	b.Pixels = pick(told.MediaPixels, usual.MediaPixels, b.Pixels)
	return b, pick(told.AltCharacters, usual.AltCharacters, 0)
}

// shortenAlt cuts a description to so many characters, between words where there are
// some. They are counted as UTF-16 does, which is the most that anybody counts; 0: no bound.
func shortenAlt(alt string, most int) string {
	alt = strings.TrimSpace(alt)
	length := func(s string) int { return len(utf16.Encode([]rune(s))) }
	if most == 0 || length(alt) <= most {
		return alt
	}
	end, room := 0, most-1
	for g := graphemes.FromString(alt); g.Next(); {
		if room -= length(g.Value()); room < 0 {
			break
		}
		end = g.End()
	}
	if blank := strings.LastIndexAny(alt[:end], " \n"); blank > end/2 {
		end = blank
	}
	return strings.TrimRight(alt[:end], " \n,;:") + "…"
}

// fileWarning says where an image that is a file is seen, and where not.
func fileWarning(art article.Article, accounts []dispatch.Account) []string {
	if !art.LocalImage() {
		return nil
	}
	if !slices.ContainsFunc(accounts, func(a dispatch.Account) bool { return a.Media != "" }) {
		return []string{fmt.Sprintf("image %q is a file, and no account attaches pictures (media): it is seen nowhere", art.Image)}
	}
	return []string{fmt.Sprintf("image %q is a file: it is attached, but the page and its link preview show the share image; an http(s) address would be shown there too", art.Image)}
}
