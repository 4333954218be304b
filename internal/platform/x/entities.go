package x

import (
	"strings"

	"crieur/internal/platform"
	"crieur/internal/textlen"
)

// entities are the links that X has made t.co links of.
type entities struct {
	URLs []struct {
		Short    string `json:"url"`
		Expanded string `json:"expanded_url"`
		Unwound  string `json:"unwound_url"` // where redirects have led X
		MediaKey string `json:"media_key"`   // the link is X's own, to an attached picture
	} `json:"urls"`
	Media []struct { // v1.1 lists those links here
		Short string `json:"url"`
	} `json:"media"`
}

// links are where the links of a post lead. X escapes addresses here and not there:
// both readings are given.
func (e entities) links() []string {
	var links []string
	for _, u := range e.URLs {
		if u.MediaKey != "" {
			continue
		}
		for _, address := range []string{u.Expanded, u.Unwound} {
			if address != "" {
				links = append(links, address, unescape(address))
			}
		}
	}
	return links
}

// expand returns a text as its author wrote it, its links plain.
func (e entities) expand(text string) string {
	text = unescape(text)
	for _, m := range e.Media {
		text = withoutPicture(text, m.Short)
	}
	for _, u := range e.URLs {
		if u.MediaKey != "" {
			text = withoutPicture(text, u.Short)
			continue
		}
		if u.Short != "" && u.Expanded != "" {
			text = strings.Replace(text, u.Short, unescape(u.Expanded), 1)
		}
	}
	return plainLinks(text)
}

// withoutPicture takes off the link that X puts behind the text of a post with a picture.
func withoutPicture(text, link string) string {
	if rest, ok := strings.CutSuffix(strings.TrimSpace(text), link); ok && link != "" {
		return strings.TrimSpace(rest)
	}
	return text
}

// unescape undoes, once, what X escapes: three characters, no other entity.
func unescape(s string) string {
	return strings.NewReplacer("&amp;", "&", "&lt;", "<", "&gt;", ">").Replace(s)
}

// plainLinks writes the addresses that X links without what X may change about them:
// a bare domain comes back with a scheme.
func plainLinks(text string) string {
	var b strings.Builder
	done := 0
	for _, span := range textlen.XURLs(text) {
		if plain, ok := platform.PlainLink(text[span.Start:span.End]); ok {
			b.WriteString(text[done:span.Start] + plain)
			done = span.End
		}
	}
	return b.String() + text[done:]
}
