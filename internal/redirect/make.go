package redirect

import "crieur/internal/card"

// made is what a rendering gave; without a body there is no such page.
type made struct {
	contentType string
	body        []byte
	compressed  bool      // as it is
	gone        bool      // the article was withdrawn
	drawn       card.Card // the body is an image of this
}

func (m made) document() (*document, error) {
	if m.compressed {
		return plainDocument(m.contentType, m.body), nil
	}
	return newDocument(m.contentType, m.body)
}

// render makes what stands under a key anew; held is what was there.
func (s *site) render(k key, held entry) (made, error) {
	if k.kind == asFeed {
		f, err := s.src.Feed(feedLength)
		if err != nil {
			return made{}, unread{err}
		}
		body, err := renderFeed(f)
		return made{contentType: "application/atom+xml; charset=utf-8", body: body}, err
	}
	p, ok, err := s.src.Page(k.slug)
	if err != nil {
		return made{}, unread{err}
	}
	if !ok {
		return made{}, nil
	}
	switch {
	case k.kind == asRecord:
		body, err := renderRecord(p)
		return made{contentType: "application/json", body: body, gone: p.Withdrawn}, err
	case p.Withdrawn:
		body, err := renderGone(p)
		return made{contentType: "text/html; charset=utf-8", body: body, gone: true}, err
	case k.kind.image():
		return renderImage(k.kind, p, held)
	case k.kind == staying:
		p.Forward = ""
	}
	body, err := renderPage(p)
	return made{contentType: "text/html; charset=utf-8", body: body}, err
}

// renderImage draws again only what reads differently: a receipt makes a new version,
// and drawing takes as long as a hundred pages.
func renderImage(as kind, p Page, held entry) (made, error) {
	m := made{compressed: true}
	if own := p.Share; own != nil && own.kind() == as {
		m.contentType, m.body = own.Type, own.Data
		return m, nil
	}
	if as == asJPEG {
		return made{}, nil // none is drawn
	}
	m.contentType, m.drawn = pngType, p.card()
	if held.doc != nil && held.drawn == m.drawn && !held.gone && held.doc.contentType[0] == pngType {
		m.body = held.doc.forms[identity].body
		return m, nil
	}
	var err error
	m.body, err = card.Render(m.drawn)
	return m, err
}
