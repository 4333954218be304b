package status

import (
	"net"
	"net/http"
	"net/url"
	"strings"
)

// contentPolicy lets a browser load and ask nothing but this endpoint, and run nothing
// but its one script.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// guard lets nothing change anything, refuses what a page of another site in an
// operator's browser could ask for, and keeps browsers strict (docs/decisions/0013).
func guard(next http.Handler, anyHost bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("Content-Security-Policy", contentPolicy)
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Content-Type-Options", "nosniff")
		switch {
		case !anyHost && !loopback(r.Host):
			http.Error(w, "this endpoint answers only for loopback names", http.StatusMisdirectedRequest)
		case r.Method != http.MethodGet && r.Method != http.MethodHead:
			h.Set("Allow", "GET, HEAD")
			http.Error(w, "this endpoint is read-only: use the command line", http.StatusMethodNotAllowed)
		case foreign(r):
			http.Error(w, "this endpoint does not answer pages of other sites: open its address yourself", http.StatusForbidden)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// foreign tells whether a page of another origin made the browser ask. Other ports of
// this machine are other origins too. What is no browser says nothing and is answered:
// it could claim what it likes. A link may lead to the page, whose reader sees it and
// whose caller does not.
func foreign(r *http.Request) bool {
	if o := r.Header.Get("Origin"); o != "" {
		u, err := url.Parse(o)
		if err != nil || !strings.EqualFold(u.Host, r.Host) { // "null" has no host
			return true
		}
	}
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "same-origin", "none": // none: the operator typed it
		return false
	}
	link := r.URL.Path == "/" && r.Header.Get("Sec-Fetch-Mode") == "navigate" && r.Header.Get("Sec-Fetch-Dest") == "document"
	return !link
}

func loopback(host string) bool {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = strings.Trim(host, "[]")
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
