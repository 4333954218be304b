package visits

import (
	_ "embed"
	"strings"
)

//go:embed crawlers.txt
var crawlersTxt string

// fediverse are servers that fetch a page for its card, beyond those of crawlers.txt.
var fediverse = []string{
	"Pleroma", "Akkoma", "Misskey", "Firefish", "Iceshrimp", "Sharkey", "GoToSocial", "gotosocial", "Pixelfed",
	"PixelFed", "PeerTube", "Hubzilla", "Mobilizon", "BookWyrm", "WriteFreely", "mbin", "kbinBot", "snac/", "Mitra ",
	"Bluesky Cardyb", "^WhatsApp/", "^Viber", "^Bluesky/", "^Tumblr/", "^Valve/Steam", "^Notion/", "^Hatena",
	"Zulip", "Rocket.Chat", "^Signal",
}

// headLen is how much of a name is looked up; no name is shorter.
const headLen = 3

// machines knows the names that machines give themselves.
type machines struct {
	heads map[head][]name
	// seen has a bit for each head: nearly all places in a browser's name begin none,
	// and need not be looked up.
	seen [1 << 16 / 64]uint64
}

// head is the beginning of a name, as a number: maps find those fastest.
type head uint32

func headOf(s string) head { return head(s[0]) | head(s[1])<<8 | head(s[2])<<16 }

// bit is where seen has a head, among others perhaps.
func (h head) bit() uint16 { return uint16(h) ^ uint16(h>>16)*0x9e37 }

type name struct {
	text       string
	first, end bool // stands at the beginning, at the end
	origin     Origin
}

func newMachines() *machines {
	m := &machines{heads: map[head][]name{}}
	for _, text := range fediverse {
		m.add(text, Preview)
	}
	for line := range strings.Lines(crawlersTxt) {
		kind, text, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		switch kind {
		case "c":
			m.add(text, Crawler)
		case "p":
			m.add(text, Preview)
		}
	}
	return m
}

func (m *machines) add(text string, o Origin) {
	n := name{origin: o}
	text, n.first = strings.CutPrefix(text, "^")
	n.text, n.end = strings.CutSuffix(text, "$")
	h := headOf(n.text)
	m.heads[h] = append(m.heads[h], n)
	b := h.bit()
	m.seen[b/64] |= 1 << (b % 64)
}

// find tells what kind of machine a User-Agent names; None: a browser, as it seems.
// Where it names several, one that makes previews says why it came.
func (m *machines) find(ua string) Origin {
	found := None
	for i := 0; i+headLen <= len(ua); i++ {
		h, o := headOf(ua[i:]), generic(ua, i)
		if b := h.bit(); m.seen[b/64]>>(b%64)&1 != 0 {
			o = max(o, m.named(ua[i:], h, i == 0))
		}
		if o == Preview {
			return Preview
		}
		found = max(found, o)
	}
	// All browsers call themselves Mozilla, but for Opera's old ones. What does not is a
	// program, or hides that it is one.
	if found == None && !strings.HasPrefix(ua, "Mozilla/") && !strings.HasPrefix(ua, "Opera/") {
		return Crawler
	}
	return found
}

// named looks among the names with this head. Crawler is less than Preview.
func (m *machines) named(rest string, h head, first bool) (found Origin) {
	for _, n := range m.heads[h] {
		if strings.HasPrefix(rest, n.text) && (!n.first || first) && (!n.end || len(rest) == len(n.text)) {
			found = max(found, n.origin)
		}
	}
	return found
}

// generic finds at i the words that machines of no name use, and the addresses,
// of pages and of mail, that they give for complaints.
func generic(ua string, i int) Origin {
	switch ua[i] | 0x20 {
	case '`': // or "@"
		if ua[i] == '@' && domain(ua[i+1:]) {
			return Crawler
		}
	case 'b':
		if foldPrefix(ua[i:], "bot") && (i+3 == len(ua) || !letter(ua[i+3])) && !telephone(ua, i) {
			return Crawler
		}
	case 'c':
		if foldPrefix(ua[i:], "crawl") {
			return Crawler
		}
	case 's':
		if foldPrefix(ua[i:], "spider") {
			return Crawler
		}
	case 'h':
		if foldPrefix(ua[i:], "http://") || foldPrefix(ua[i:], "https://") {
			return Crawler
		}
	case 'p':
		if foldPrefix(ua[i:], "preview") {
			return Preview
		}
	}
	return None
}

// telephone tells whether the "bot" at i is in the name of a telephone, such as
// "CUBOT X19" or "B BOT 550 Build/MRA58K".
func telephone(ua string, i int) bool {
	const model = 24 // bytes, and no name of a crawler has a build
	return i >= 2 && foldPrefix(ua[i-2:], "cu") || strings.Contains(ua[i:min(len(ua), i+model)], " Build/")
}

// domain tells whether s begins as the domain of a mail address does, which neither
// "ios@3.0.2" nor "en_SA@calendar=gregorian" has.
func domain(s string) bool {
	for i := range len(s) {
		switch b := s[i]; {
		case b == '.':
			return i > 0 && letter(s[0]) && i+1 < len(s) && letter(s[i+1])
		case !letter(b) && b != '-' && (b < '0' || b > '9'):
			return false
		}
	}
	return false
}

func letter(b byte) bool { return 'a' <= b|0x20 && b|0x20 <= 'z' }

// foldPrefix lets the second letter decide, as it does nearly always.
func foldPrefix(s, lower string) bool {
	return len(s) >= len(lower) && s[1]|0x20 == lower[1] && strings.EqualFold(s[:len(lower)], lower)
}
