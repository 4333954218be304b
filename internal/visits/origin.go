// Package visits counts the readers of pages without knowing them: what is kept of a
// request is its page, its day and where it came from, one of a closed set. Machines
// are counted apart, and who only looks whether a page is there is not counted.
package visits

import "fmt"

// Origin is where a reader came from. The numbers are on disk: add, never change.
type Origin uint8

// None is a request that counts as nothing. The first five are visits; Crawler and
// Preview are machines.
const (
	None     Origin = iota
	X               // a post on X
	Mastodon        // a post on Mastodon, as far as it can be known: most of its servers tell no referrer
	Feed            // a feed reader
	Other           // any other site
	Direct          // nothing was told
	Crawler         // a machine that reads for itself
	Preview         // a machine that makes a card, or a browser that fetches in advance
	end
)

// Origins are all that are counted, in the order in which they are shown.
func Origins() []Origin { return []Origin{X, Mastodon, Feed, Other, Direct, Crawler, Preview} }

// Visit tells whether a person came.
func (o Origin) Visit() bool { return o >= X && o <= Direct }

// Valid tells whether it is one of Origins.
func (o Origin) Valid() bool { return o > None && o < end }

func (o Origin) String() string {
	switch o {
	case None:
		return "none"
	case X:
		return "x"
	case Mastodon:
		return "mastodon"
	case Feed:
		return "feed"
	case Other:
		return "other"
	case Direct:
		return "direct"
	case Crawler:
		return "crawler"
	case Preview:
		return "preview"
	}
	return fmt.Sprintf("origin %d", uint8(o))
}

// Tally counts by origin.
type Tally [end]uint64

// Visits is the number of people's visits.
func (t Tally) Visits() (n uint64) {
	for _, o := range Origins() {
		if o.Visit() {
			n += t[o]
		}
	}
	return n
}

// Plus adds two tallies.
func (t Tally) Plus(u Tally) Tally {
	for i, n := range u {
		t[i] += n
	}
	return t
}
