package preflight

import (
	"bytes"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// head is what the bots read from a page's head. Of tags given twice the first counts.
type head struct {
	charset   string // from a meta tag, lower case
	canonical string
	ogURL     string
	ogTitle   string
	ogImage   string
	xImage    string // twitter:image
	card      string // twitter:card
	ended     bool   // </head> or <body> was met
}

// readHead reads up to the head's end. It works on tokens, so that its time is linear in
// the page's size and deep nesting costs nothing.
func readHead(page []byte) head {
	var h head
	z := html.NewTokenizer(bytes.NewReader(page))
	for {
		switch z.Next() {
		case html.ErrorToken:
			// The bytes are all in memory: this is their end.
			return h
		case html.EndTagToken:
			if name, _ := z.TagName(); atom.Lookup(name) == atom.Head {
				h.ended = true
				return h
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			name, more := z.TagName()
			switch atom.Lookup(name) {
			case atom.Body:
				h.ended = true
				return h
			case atom.Meta:
				h.meta(attributes(z, more))
			case atom.Link:
				a := attributes(z, more)
				if hasWord(a["rel"], "canonical") {
					first(&h.canonical, a["href"])
				}
			}
		}
	}
}

func (h *head) meta(a map[string]string) {
	first(&h.charset, strings.ToLower(a["charset"]))
	if strings.EqualFold(a["http-equiv"], "content-type") {
		first(&h.charset, charsetOf(a["content"]))
	}
	// The bots take either attribute for either vocabulary.
	for _, name := range []string{a["property"], a["name"]} {
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "og:url":
			first(&h.ogURL, a["content"])
		case "og:title":
			first(&h.ogTitle, a["content"])
		case "og:image":
			first(&h.ogImage, a["content"])
		case "twitter:image":
			first(&h.xImage, a["content"])
		case "twitter:card":
			first(&h.card, a["content"])
		}
	}
}

// attributes are those of the tag that z stands on; of one given twice the first counts.
func attributes(z *html.Tokenizer, more bool) map[string]string {
	m := map[string]string{}
	for more {
		var k, v []byte
		k, v, more = z.TagAttr()
		if _, ok := m[string(k)]; !ok {
			m[string(k)] = string(v)
		}
	}
	return m
}

func first(to *string, value string) {
	if *to == "" {
		*to = strings.TrimSpace(value)
	}
}

func hasWord(list, word string) bool {
	for _, w := range strings.Fields(list) {
		if strings.EqualFold(w, word) {
			return true
		}
	}
	return false
}
