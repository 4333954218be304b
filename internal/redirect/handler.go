package redirect

import (
	"net/http"
	"strings"
	"time"
)

// retryAfter is what a reader is told to wait when the source fails, in seconds.
const retryAfter = "30"

// Caches are told how long, in seconds, an answer may be used.
const (
	// A CDN bears the thousand servers that fetch a page at once, and yet a receipt
	// shows within a minute: 30 s fresh, and 30 s more while the CDN asks anew. There is
	// no s-maxage, because it forbids the latter (RFC 9111, 5.2.2.10). While the origin
	// is down, an old page is better than a dead link.
	pageCaching = "public, max-age=30, stale-while-revalidate=30, stale-if-error=86400"

	// An image changes with its article's title or not at all, and is fetched as often as
	// the page. An hour bounds how long a CDN shows that of an article that was withdrawn.
	imageCaching = "public, max-age=3600, stale-while-revalidate=3600, stale-if-error=86400"

	// These never become a page.
	neverCaching = "public, max-age=300"

	// A slug without a page may have one the next moment, when the post that leads to it
	// is made: Mastodon fetches it at once and never again, so no cache may hold a 404.
	noCaching = "no-store"
)

// Handler serves GET and HEAD of /{slug}, /{slug}.json, the share image /{slug}.png (or
// .jpg, where the site's own is a JPEG), /feed.xml and /robots.txt. "/{slug}?stay" is the
// page without its forward. What was withdrawn is 410, all else 404, any other method 405. What it renders it keeps, in bounded memory, as long as the source's version
// says that it holds.
func Handler(src Source) http.Handler { return newSite(src) }

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.ContentLength != 0 {
		refuseBody(w)
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		s.notice(w, r, http.StatusMethodNotAllowed, noCaching)
		return
	}
	name := strings.TrimPrefix(r.URL.Path, "/")
	switch name {
	case "robots.txt":
		s.send(w, r, entry{doc: s.fixed.robots})
		return
	case "feed.xml":
		s.serve(w, r, key{kind: asFeed})
		return
	}
	k := key{slug: name}
	if slug, ok := strings.CutSuffix(name, ".json"); ok {
		k = key{asRecord, slug}
	} else if slug, ok := strings.CutSuffix(name, ".png"); ok {
		k = key{asPNG, slug}
	} else if slug, ok := strings.CutSuffix(name, ".jpg"); ok {
		k = key{asJPEG, slug}
	} else if r.URL.RawQuery != "" && r.URL.Query().Has("stay") {
		k.kind = staying
	}
	if !ValidSlug(k.slug) {
		s.notice(w, r, http.StatusNotFound, neverCaching)
		return
	}
	s.serve(w, r, k)
}

func (s *site) serve(w http.ResponseWriter, r *http.Request, k key) {
	e, err := s.find(k)
	switch {
	case err != nil:
		w.Header().Set("Retry-After", retryAfter)
		s.notice(w, r, http.StatusServiceUnavailable, noCaching)
	case e.doc == nil:
		s.notice(w, r, http.StatusNotFound, noCaching)
	default:
		s.send(w, r, e)
	}
}

// refuseBody keeps the server from waiting for what it will not read: a body that
// drips in would hold its connection.
func refuseBody(w http.ResponseWriter) {
	w.Header().Set("Connection", "close")
	// Without a deadline the server's own ends it, only later.
	_ = http.NewResponseController(w).SetReadDeadline(time.Now())
}

// securityHeaders are the same on every answer and contain nothing of a page.
func securityHeaders() http.Header {
	h := http.Header{}
	h.Set("Content-Security-Policy", contentSecurityPolicy())
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "strict-origin-when-cross-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Vary", "Accept-Encoding")
	return h
}
