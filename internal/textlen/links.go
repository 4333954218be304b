package textlen

import (
	"strings"
	"unicode/utf8"
)

// link is what X turns into a t.co link.
type link struct {
	Span
	// resume is where counting goes on. Normally the end; the reference library goes on
	// earlier when a path follows a host that is only partly a link, as in "a.com日本.みんな/path".
	resume int
	extra  int // what the half of a character at resume counts
}

// xLinks returns the links of text under the given reading of top-level domains, in order.
func xLinks(text string, tldAt func(string, int) int) []link {
	if !strings.Contains(text, ".") {
		return nil
	}
	var links []link
	g := xGrammar(tldAt)
	for m := range matches(g, text) {
		hosts := asciiHosts(text[:m.host.End], m.host.Start, tldAt)
		if !mayLink(text, m, len(hosts) > 0) {
			continue
		}
		if m.bare {
			links = append(links, bareLinks(text, m, hosts)...)
			continue
		}
		slug, ok := tcoSlugEnd(text[m.Start:m.End])
		if !ok {
			continue
		}
		if slug > 0 { // a t.co link ends with its name and query, whatever follows
			s := scanner{grammar: g, text: text[:m.End]}
			m.End = s.queryTo(m.Start + slug)
		}
		links = append(links, link{Span: m.Span, resume: m.End})
	}
	return links
}

// bareLinks returns the links of a match without scheme: only its ASCII hosts are,
// the last of them with the path, and none that goes on from "-", "_", "." or "/".
func bareLinks(text string, m match, hosts []Span) []link {
	if m.before != 0 && oneOf(m.before, "-_./") || len(hosts) == 0 {
		return nil
	}
	links := make([]link, len(hosts))
	for i, h := range hosts {
		links[i] = link{Span: h, resume: h.End}
	}
	if last := &links[len(links)-1]; m.hasPath {
		units := utf16Len(text[last.Start:last.End]) + utf16Len(text[m.host.End:m.End])
		var cut bool
		last.End = m.End
		if last.resume, cut = skipUTF16(text, last.Start, units); cut {
			last.extra = heavyWeight
		}
	}
	return links
}

// asciiHosts returns the hosts from at on to the end of text that hold nothing but
// ASCII and accented Latin before their top-level domain.
func asciiHosts(text string, at int, tldAt func(string, int) int) []Span {
	var hosts []Span
	for at < len(text) {
		start, end := at, 0
		for {
			dot := asciiLabelEnd(text, at)
			if dot == at || dot >= len(text) || text[dot] != '.' {
				at = dot
				break
			}
			at = dot + 1
			if e := tldAt(text, at); e > 0 {
				end = e
			}
		}
		switch {
		case end > 0:
			hosts = append(hosts, Span{start, end})
			at = end
		case at == start:
			_, n := utf8.DecodeRuneInString(text[at:])
			at += n
		}
	}
	return hosts
}

func asciiLabelEnd(text string, at int) int {
	for at < len(text) {
		r, n := utf8.DecodeRuneInString(text[at:])
		if r != '-' && !isASCIIAlnum(r) && !isLatinAccent(r) {
			break
		}
		at += n
	}
	return at
}

// mayLink holds the limits on lengths: 63 characters a label once in punycode and 4096
// in all. Of the editions of the library the strictest counts, for it links least.
func mayLink(text string, m match, hasASCIIHost bool) bool {
	host := text[m.host.Start:m.host.End]
	if strings.HasPrefix(host, "xn--") && !hasASCIIHost {
		return false
	}
	runes := []rune(host)
	if m.half != 0 {
		runes = runes[1:] // the half is two bytes, each an invalid rune
		runes[0] = m.half
	}
	encoded, ok := punycodeLen(runes)
	if !ok {
		return false
	}
	scheme := len("https://")
	if !m.bare {
		scheme = m.host.Start - m.Start
	}
	return scheme+utf16Len(text[m.Start:m.End])+max(0, encoded-len(runes)) <= maxURLLength
}

// maxTCoSlug is the longest name of a t.co link, in characters.
const maxTCoSlug = 40

// tcoSlugEnd returns where the name in a t.co link ends, 0 if url is no such link;
// ok is false if the name is too long, and url no link at all.
func tcoSlugEnd(url string) (end int, ok bool) {
	const host = "t.co/"
	_, rest, _ := strings.Cut(url, "://")
	if len(rest) < len(host) || !strings.EqualFold(rest[:len(host)], host) {
		return 0, true
	}
	start := len(url) - len(rest) + len(host)
	end = asciiWordAt(url, start)
	if end == start {
		return 0, true
	}
	return end, end-start <= maxTCoSlug
}
