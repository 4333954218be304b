package sandbox

import (
	"html"
	"net/url"
	"regexp"
	"strings"
	"sync"

	"crieur/internal/textlen"
)

// hashtag is a tag where Mastodon 4.6 sees one: at the start or after white space,
// letters, digits and underscores, and not of digits alone.
var hashtag = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(^|\s)#([\p{L}\p{M}\p{N}_]*[\p{L}\p{M}_][\p{L}\p{M}\p{N}_]*)`)
})

// content renders a text as the platform does, and lists its hashtags.
func (m *Mastodon) content(text string) (string, []map[string]string) {
	tags := []map[string]string{}
	var b strings.Builder
	for _, p := range m.split(text) {
		if p.Link != "" {
			b.WriteString(m.anchor(p.Link))
			continue
		}
		rest := p.Text
		for _, at := range hashtag().FindAllStringSubmatchIndex(p.Text, -1) {
			name := p.Text[at[4]:at[5]]
			address := m.URL + "/tags/" + url.PathEscape(strings.ToLower(name))
			tags = append(tags, map[string]string{"name": strings.ToLower(name), "url": address})
			done := len(p.Text) - len(rest)
			b.WriteString(html.EscapeString(p.Text[done : at[4]-1]))
			b.WriteString(`<a href="` + address + `" class="mention hashtag" rel="tag">#<span>` + html.EscapeString(name) + `</span></a>`)
			rest = p.Text[at[5]:]
		}
		b.WriteString(html.EscapeString(rest))
	}
	return paragraphs(b.String()), tags
}

// split finds the links. Mastodon wants a scheme and a known top-level domain, so that
// an address on loopback stays plain text; GoToSocial links whatever has a scheme.
func (m *Mastodon) split(text string) []part {
	if m.opt.Flavour == GoToSocial {
		return parts(text)
	}
	var out []part
	done := 0
	for _, s := range textlen.XURLs(text) {
		if u := text[s.Start:s.End]; strings.HasPrefix(u, "http://") || strings.HasPrefix(u, "https://") {
			out = append(out, part{Text: text[done:s.Start]}, part{Text: u, Link: u})
			done = s.End
		}
	}
	return append(out, part{Text: text[done:]})
}

// anchor is a link as the platform writes it: Mastodon hides the scheme and what is over thirty characters.
func (m *Mastodon) anchor(u string) string {
	e := html.EscapeString
	if m.opt.Flavour == GoToSocial {
		return `<a href="` + e(u) + `" rel="nofollow noreferrer noopener" target="_blank">` + e(u) + `</a>`
	}
	scheme, rest, _ := strings.Cut(u, "://")
	prefix := scheme + "://"
	if after, ok := strings.CutPrefix(rest, "www."); ok {
		prefix, rest = prefix+"www.", after
	}
	shown, hidden, class := []rune(rest), "", ""
	if len(shown) > 30 {
		shown, hidden, class = shown[:30], string(shown[30:]), "ellipsis"
	}
	return `<a href="` + e(u) + `" target="_blank" rel="nofollow noopener" translate="no"><span class="invisible">` + e(prefix) +
		`</span><span class="` + class + `">` + e(string(shown)) + `</span><span class="invisible">` + e(hidden) + `</span></a>`
}

// paragraphs turns empty lines into paragraphs and single line ends into breaks.
func paragraphs(s string) string {
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	for strings.Contains(s, "\n\n\n") {
		s = strings.ReplaceAll(s, "\n\n\n", "\n\n")
	}
	s = strings.ReplaceAll(s, "\n\n", "</p><p>")
	return "<p>" + strings.ReplaceAll(s, "\n", "<br />") + "</p>"
}
