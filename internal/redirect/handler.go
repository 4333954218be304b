package redirect

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
	"time"
)

// retryAfter is what a reader is told to wait when the source fails, in seconds.
const retryAfter = "30"

// freshness is short, as the links to the posts appear after the page, and long enough
// for a proxy to bear the thousand servers that fetch a page at once.
const freshness = "public, max-age=60"

// Handler serves GET and HEAD of /{slug}, /{slug}.json and /robots.txt. "/{slug}?stay"
// is the page without its forward. All else is 404, any other method 405.
func Handler(src Source) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		securityHeaders(w.Header())
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			notice(w, r, http.StatusMethodNotAllowed)
			return
		}
		name := strings.TrimPrefix(r.URL.Path, "/")
		if name == "robots.txt" {
			// Preview bots obey it: shutting them out would cost every card.
			send(w, r, "text/plain; charset=utf-8", []byte("User-agent: *\nAllow: /\n"))
			return
		}
		slug, asRecord := strings.CutSuffix(name, ".json")
		if !ValidSlug(slug) {
			notice(w, r, http.StatusNotFound)
			return
		}
		servePage(w, r, src, slug, asRecord)
	})
}

func servePage(w http.ResponseWriter, r *http.Request, src Source, slug string, asRecord bool) {
	p, ok, err := src(slug)
	if err != nil {
		w.Header().Set("Retry-After", retryAfter)
		notice(w, r, http.StatusServiceUnavailable)
		return
	}
	if !ok {
		notice(w, r, http.StatusNotFound)
		return
	}
	render, contentType := renderPage, "text/html; charset=utf-8"
	switch {
	case asRecord:
		render, contentType = renderRecord, "application/json"
	case r.URL.Query().Has("stay"):
		p.Forward = ""
	}
	body, err := render(p)
	if err != nil {
		w.Header().Set("Retry-After", retryAfter)
		notice(w, r, http.StatusServiceUnavailable)
		return
	}
	send(w, r, contentType, body)
}

// send answers conditional, range and HEAD requests too; its validator is the content
// itself, so that a page is fetched anew exactly when it reads differently.
func send(w http.ResponseWriter, r *http.Request, contentType string, body []byte) {
	sum := sha256.Sum256(body)
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Cache-Control", freshness)
	h.Set("ETag", `"`+base64.RawURLEncoding.EncodeToString(sum[:18])+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
}

// securityHeaders are the same on every answer and contain nothing of a page.
func securityHeaders(h http.Header) {
	h.Set("Content-Security-Policy", contentSecurityPolicy())
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "strict-origin-when-cross-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
}
