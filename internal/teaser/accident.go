package teaser

import (
	"net/url"
	"strings"

	"golang.org/x/net/publicsuffix"

	"crieur/internal/textlen"
)

// wordJoiner before a dot keeps X from reading a domain: it is no character of one.
// Nobody sees it and no line breaks at it (decision 0008).
const wordJoiner = "\u2060"

// Accident is a word of a post, such as README.md, that X makes a link of although it
// was not written as one.
type Accident struct {
	Text     string // as it stands in the post
	Domain   string // where the link leads, in lower case
	Proposal string // reads the same and is no link; empty: no such spelling was found
}

// Accidents returns the words of a post that become links to a stranger's domain on X,
// each once and in order, and the post with all proposals in their places. Addresses
// with a scheme are wishes, and so are domains of the page's own site.
func Accidents(post, page string) (found []Accident, harmless string) {
	return accidents(post, page, wordJoiner)
}

func accidents(post, page, joiner string) (found []Accident, harmless string) {
	own := siteOf(hostOf(page))
	dots := map[int]bool{} // of post, each to get a joiner before it
	var words, left []textlen.Span
	var j joined
	// A domain that is none any more can leave another to be seen: a.com/(b.md).
	for more := true; more; {
		more, left, j = false, nil, join(post, dots, joiner)
		for _, s := range strays(j.text, own) {
			left = append(left, textlen.Span{Start: j.origin[s.Start], End: j.origin[s.End]})
			for i := range domainOf(j.text[s.Start:s.End]) {
				if at := j.origin[s.Start+i]; j.text[s.Start+i] == '.' && !dots[at] {
					dots[at], more = true, true
				}
			}
		}
		words = merge(append(words, left...))
	}
	seen := map[string]bool{}
	for _, w := range words {
		a := Accident{Text: post[w.Start:w.End]}
		if seen[a.Text] {
			continue
		}
		seen[a.Text] = true
		a.Domain = strings.ToLower(domainOf(a.Text))
		if !overlapAny(w, left) {
			a.Proposal = j.between(w)
		}
		found = append(found, a)
	}
	return found, j.text
}

// strays are the links of a text that have no scheme and lead away from the own site.
func strays(text, own string) (out []textlen.Span) {
	for _, s := range textlen.XURLs(text) {
		link := text[s.Start:s.End]
		if schemeLen(link) == 0 && (own == "" || siteOf(strings.ToLower(domainOf(link))) != own) {
			out = append(out, s)
		}
	}
	return out
}

// domainOf is the part of a link without scheme before its port, path and query.
func domainOf(link string) string {
	if i := strings.IndexAny(link, "/:?#"); i >= 0 {
		return link[:i]
	}
	return link
}

func hostOf(page string) string {
	u, err := url.Parse(page)
	if err != nil {
		return "" // then no domain is the own one
	}
	return strings.ToLower(u.Hostname())
}

// siteOf is the domain under which one owner has everything; the host itself where
// the public suffix list says nothing.
func siteOf(host string) string {
	site, err := publicsuffix.EffectiveTLDPlusOne(host)
	if err != nil {
		return host
	}
	return site
}

func overlapAny(w textlen.Span, spans []textlen.Span) bool {
	for _, s := range spans {
		if s.Start < w.End && w.Start < s.End {
			return true
		}
	}
	return false
}

// joined is a post with joiners before some of its dots.
type joined struct {
	text   string
	origin []int // of each byte and of the end: where it is in the post
}

func join(post string, dots map[int]bool, joiner string) joined {
	var out strings.Builder
	origin := make([]int, 0, len(post)+len(dots)*len(joiner)+1)
	for i := range len(post) {
		if dots[i] {
			out.WriteString(joiner)
			for range len(joiner) {
				origin = append(origin, i)
			}
		}
		out.WriteByte(post[i])
		origin = append(origin, i)
	}
	return joined{out.String(), append(origin, len(post))}
}

// between is what a part of the post has become.
func (j joined) between(w textlen.Span) string {
	start, end := 0, 0
	for i, at := range j.origin {
		if at < w.Start {
			start = i + 1
		}
		if at < w.End {
			end = i + 1
		}
	}
	return j.text[start:end]
}
