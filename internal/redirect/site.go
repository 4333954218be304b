package redirect

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"time"

	"golang.org/x/sync/singleflight"
)

// Bounds of what a site holds in memory, in bytes: a thousand articles and more, the
// images of half of them, and the names that were asked for in vain.
const (
	pageBytes    = 32 << 20
	imageBytes   = 16 << 20
	missingBytes = 1 << 20
)

// renderings go on at once: a crawler that reads every old page takes no more than
// this of what posting needs too.
const renderings = 2

// feedLength is in articles.
const feedLength = 30

// site holds what was rendered and knows whether it still holds: every entry is of a
// Version, which each request compares with the source's. A receipt therefore shows
// with the next request and nobody has to be told of it; a slug is unknown no longer
// than it is. When the version changes, pages are rendered anew on request, but only
// those that read differently are compressed again.
type site struct {
	src                    Source
	pages, images, missing *cache
	flights                singleflight.Group
	rendering              chan struct{}
	fixed                  *fixed
}

func newSite(src Source) *site {
	return &site{
		src: src, pages: newCache(pageBytes), images: newCache(imageBytes), missing: newCache(missingBytes),
		rendering: make(chan struct{}, renderings), fixed: theFixed(),
	}
}

// find returns what stands under a key. While the source fails it is what was last
// known: a post leads there.
func (s *site) find(k key) (entry, error) {
	held, ok := s.held(k)
	v, err := s.src.Version()
	if err == nil {
		if ok && held.version == v {
			return held, nil
		}
		var found any
		// The version is part of the flight's name: who saw a receipt's version never
		// joins a flight that began before it.
		flight := fmt.Sprint(k.kind, " ", k.slug, " ", v.Articles, " ", v.Settings)
		if found, err, _ = s.flights.Do(flight, func() (any, error) { return s.make(k, v) }); err == nil {
			return found.(entry), nil
		}
	}
	if ok && held.doc != nil {
		return held, nil
	}
	return entry{}, err
}

// keeps is where what is found under a key is held: no image moves a page out.
func (s *site) keeps(k key) *cache {
	if k.kind.image() {
		return s.images
	}
	return s.pages
}

func (s *site) held(k key) (entry, bool) {
	if e, ok := s.keeps(k).get(k); ok {
		return e, true
	}
	return s.missing.get(k)
}

// unread is an error of the source, which tells of it itself.
type unread struct{ error }

func (u unread) Unwrap() error { return u.error }

// make loads what stands under a key. What cannot be made of what the source tells, be it
// by a panic, the source is told: nobody else would hear of it.
func (s *site) make(k key, v Version) (e entry, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("page %q: panic: %v\n%s", k.slug, r, debug.Stack())
		}
		if err != nil && s.src.Failed != nil && !errors.As(err, new(unread)) {
			s.src.Failed(k.slug, err)
		}
	}()
	return s.load(k, v)
}

// load reads, renders and keeps what stands under a key at version v, or later.
func (s *site) load(k key, v Version) (entry, error) {
	s.rendering <- struct{}{}
	defer func() { <-s.rendering }()
	held, ok := s.held(k)
	if ok && held.version == v {
		return held, nil // by the flight that landed just before this one
	}
	m, err := s.render(k, held)
	if err != nil {
		return entry{}, err
	}
	if m.body == nil {
		s.keeps(k).drop(k)
		return s.missing.put(k, func(entry) entry { return entry{version: v} }), nil
	}
	doc := held.doc
	if doc == nil || doc.sum != sha256.Sum256(m.body) {
		if doc, err = m.document(); err != nil {
			return entry{}, fmt.Errorf("page %q: %w", k.slug, err)
		}
	}
	s.missing.drop(k)
	return s.keeps(k).put(k, func(old entry) entry {
		e := fresher(old, doc, v, time.Now())
		e.gone, e.drawn, e.caching = m.gone, m.drawn, nil
		if k.kind.image() && !m.gone {
			e.caching = s.fixed.images
		}
		return e
	}), nil
}

// fresher is the entry that follows old. Its moment of modification is the end of the
// second in which it was rendered, and is not told before: within one second a page
// may be posted and get its receipt, and a reader who is told the first of the two
// under that second's name would never be sent the other (RFC 9110, 8.8.2.2).
func fresher(old entry, doc *document, v Version, now time.Time) entry {
	if old.doc != nil && old.doc.sum == doc.sum {
		old.version = v
		return old
	}
	e := entry{version: v, doc: doc, modified: now.UTC().Truncate(time.Second).Add(time.Second)}
	if old.doc != nil && !e.modified.After(old.modified) {
		e.modified = old.modified.Add(time.Second)
	}
	e.stamp = []string{e.modified.Format(http.TimeFormat)}
	return e
}
