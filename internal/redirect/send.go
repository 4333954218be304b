package redirect

import (
	"bytes"
	"maps"
	"net/http"
	"time"
)

// send answers conditional, range and HEAD requests too. Its validator is the content
// itself, so that a page is fetched anew exactly when it reads differently.
func (s *site) send(w http.ResponseWriter, r *http.Request, e entry) {
	f, ok := e.doc.choose(r.Header)
	if !ok {
		s.notice(w, r, http.StatusNotAcceptable, noCaching)
		return
	}
	h := w.Header()
	maps.Copy(h, s.fixed.headers)
	h["Cache-Control"] = s.fixed.caching
	if e.caching != nil {
		h["Cache-Control"] = e.caching
	}
	e.doc.describe(h, f)
	if e.gone {
		write(w, r, http.StatusGone, f.body) // conditions are for what is there (RFC 9110, 13.2.1)
		return
	}
	h["Etag"] = f.etag
	if f.ranges != nil {
		h["Accept-Ranges"] = f.ranges
	}
	var modified time.Time
	if e.stamp != nil && !time.Now().Before(e.modified) {
		modified = e.modified
		h["Last-Modified"] = e.stamp
	}
	if plain(r.Header) {
		write(w, r, http.StatusOK, f.body)
		return
	}
	if f.ranges == nil && r.Header.Get("Range") != "" {
		r = r.Clone(r.Context())
		r.Header.Del("Range") // a server may ignore it; pieces of compressed pages serve nobody
	}
	http.ServeContent(w, r, "", modified, bytes.NewReader(f.body))
}

// plain tells that a request asks for the whole page without conditions, as nearly all
// do: what http.ServeContent would look for is not there.
func plain(h http.Header) bool {
	for _, name := range []string{"Range", "If-None-Match", "If-Modified-Since", "If-Match", "If-Unmodified-Since"} {
		if len(h[name]) > 0 {
			return false
		}
	}
	return true
}

// describe sets the headers that tell what the body is.
func (d *document) describe(h http.Header, f *form) {
	h["Content-Type"], h["Content-Length"] = d.contentType, f.length
	if f.coding != nil {
		h["Content-Encoding"] = f.coding
	}
}

func write(w http.ResponseWriter, r *http.Request, status int, body []byte) {
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the reader may be gone; there is nobody left to tell
	}
}
