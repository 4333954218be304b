package redirect

import (
	"container/list"
	"sync"
	"time"

	"crieur/internal/card"
)

// kind is one of the forms in which an article, or all of them, are read.
type kind byte

const (
	forwarding kind = iota // the page
	staying                // the page without its forward
	asRecord
	asFeed // of no slug
	asPNG  // the share image
	asJPEG
)

func (k kind) image() bool { return k == asPNG || k == asJPEG }

type key struct {
	kind kind
	slug string
}

// entry is what was found under a key.
type entry struct {
	version  Version   // at which it is known to hold
	doc      *document // nil: there is no such page
	modified time.Time // whole seconds; see fresher
	stamp    []string  // modified as a header
	gone     bool      // the article was withdrawn (410)
	drawn    card.Card // the doc is an image of this
	caching  []string  // as a header; nil: that of pages
}

// size is about what an entry takes in memory, with its key, in bytes.
func (e entry) size(k key) int {
	n := 256 + len(k.slug) // map, list and the entry itself
	if e.doc != nil {
		n += e.doc.size()
	}
	return n
}

// cache holds entries up to a bound; what was not asked for longest goes first.
type cache struct {
	bound int // bytes

	mu    sync.Mutex
	held  int // bytes
	byKey map[key]*list.Element
	order list.List // of *slot, the last used first
}

type slot struct {
	key   key
	entry entry
}

func newCache(bound int) *cache { return &cache{bound: bound, byKey: map[key]*list.Element{}} }

func (c *cache) get(k key) (entry, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	el, ok := c.byKey[k]
	if !ok {
		return entry{}, false
	}
	c.order.MoveToFront(el)
	return el.Value.(*slot).entry, true
}

// put stores what fn makes of the entry that is there (zero: none) and returns it.
func (c *cache) put(k key, fn func(old entry) entry) entry {
	c.mu.Lock()
	defer c.mu.Unlock()
	var old entry
	if el, ok := c.byKey[k]; ok {
		old = el.Value.(*slot).entry
		c.remove(el)
	}
	e := fn(old)
	c.byKey[k] = c.order.PushFront(&slot{k, e})
	c.held += e.size(k)
	for c.held > c.bound {
		c.remove(c.order.Back())
	}
	return e
}

func (c *cache) drop(k key) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if el, ok := c.byKey[k]; ok {
		c.remove(el)
	}
}

func (c *cache) remove(el *list.Element) {
	s := c.order.Remove(el).(*slot)
	delete(c.byKey, s.key)
	c.held -= s.entry.size(s.key)
}
