package redirect

import (
	"bytes"
	"html/template"
	"maps"
	"net/http"
	"strconv"
	"sync"
)

// Robots is /robots.txt of every site.
const Robots = "User-agent: *\nAllow: /\n"

// fixed is what is the same for every page.
type fixed struct {
	headers http.Header // shared: never changed
	caching []string    // of pages
	images  []string    // caching of images
	robots  *document
	notices map[int]*document
}

// theFixed is made once.
var theFixed = sync.OnceValue(func() *fixed {
	f := &fixed{headers: securityHeaders(), caching: []string{pageCaching}, images: []string{imageCaching}, notices: map[int]*document{}}
	// Preview bots obey it: shutting them out would cost every card.
	f.robots = mustDocument("text/plain; charset=utf-8", []byte(Robots))
	for _, status := range []int{http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusNotAcceptable, http.StatusServiceUnavailable} {
		f.notices[status] = mustDocument("text/html; charset=utf-8", renderNotice(status))
	}
	return f
})

// mustDocument is for what is known when crieur is built: nothing in it can fail later.
func mustDocument(contentType string, body []byte) *document {
	d, err := newDocument(contentType, body)
	if err != nil {
		panic(err)
	}
	return d
}

type noticeView struct {
	Title, English, French string
	Style                  template.CSS
}

// renderNotice is a page that tells a status, in both of our languages: the reader's
// is not known.
func renderNotice(status int) []byte {
	v := noticeView{Title: strconv.Itoa(status) + " " + http.StatusText(status), Style: template.CSS(style)}
	switch status {
	case http.StatusNotFound:
		v.English, v.French = "There is no such page.", "Cette page n’existe pas."
	case http.StatusMethodNotAllowed:
		v.English, v.French = "Pages can only be read.", "Les pages ne peuvent qu’être lues."
	case http.StatusNotAcceptable:
		v.English, v.French = "Pages come plain or compressed by gzip or brotli.", "Les pages sont servies telles quelles ou compressées par gzip ou brotli."
	default:
		v.English, v.French = "The page cannot be shown now. Please try again soon.", "La page ne peut être affichée pour l’instant. Réessayez bientôt."
	}
	var buf bytes.Buffer
	if err := templates().ExecuteTemplate(&buf, "notice.html", v); err != nil {
		panic(err) // as template.Must would: the template is embedded and the words are these
	}
	return buf.Bytes()
}

// notice answers with a status and a page that says so, even to who accepts no coding.
func (s *site) notice(w http.ResponseWriter, r *http.Request, status int, caching string) {
	h := w.Header()
	maps.Copy(h, s.fixed.headers)
	h.Set("Cache-Control", caching)
	d := s.fixed.notices[status]
	f, ok := d.choose(r.Header)
	if !ok {
		f = &d.forms[identity]
	}
	d.describe(h, f)
	write(w, r, status, f.body)
}
