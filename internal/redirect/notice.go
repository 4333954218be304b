package redirect

import (
	"bytes"
	"html/template"
	"net/http"
	"strconv"
)

type noticeView struct {
	Title, English, French string
	Style                  template.CSS
}

// notice answers with a status and a page that says so, in both of our languages: the
// reader's is not known.
func notice(w http.ResponseWriter, r *http.Request, status int) {
	v := noticeView{Title: strconv.Itoa(status) + " " + http.StatusText(status), Style: template.CSS(style)}
	switch status {
	case http.StatusNotFound:
		v.English, v.French = "There is no such page.", "Cette page n’existe pas."
	case http.StatusMethodNotAllowed:
		v.English, v.French = "Pages can only be read.", "Les pages ne peuvent qu’être lues."
	default:
		v.English, v.French = "The page cannot be shown now. Please try again soon.", "La page ne peut être affichée pour l’instant. Réessayez bientôt."
	}
	var buf bytes.Buffer
	if err := templates().ExecuteTemplate(&buf, "notice.html", v); err != nil {
		http.Error(w, v.Title, status)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Length", strconv.Itoa(buf.Len()))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		// The reader may be gone; there is nobody left to tell.
		_, _ = w.Write(buf.Bytes())
	}
}
