package sandbox

import (
	"bytes"
	"html/template"
	"net/http"
	"slices"
	"sync"
	"time"
)

var pages = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("").Parse(`
{{define "head"}}<!DOCTYPE html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>@{{.User}} in crieur's sandbox</title>
<style>body{font:18px/1.5 system-ui,sans-serif;max-width:36em;margin:2em auto;padding:0 1em}article{border:1px solid #ccc;border-radius:1em;padding:1em;margin:1em 0;white-space:pre-wrap;overflow-wrap:anywhere}small{color:#666}</style>{{end}}
{{define "post"}}<article><b>@{{$.User}}</b>{{with $.Post.ContentWarning}} <i>{{.}}</i>{{end}}
{{range $.Parts}}{{if .Link}}<a href="{{.Link}}" rel="nofollow noopener">{{.Text}}</a>{{else}}{{.Text}}{{end}}{{end}}
<small><a href="{{$.Post.URL}}">{{$.At}}</a></small></article>{{end}}
{{define "one"}}{{template "head" .}}<p>A post in crieur's sandbox ({{.Platform}}); nobody else sees it.</p>{{range .Posts}}{{template "post" .}}{{end}}{{end}}
{{define "all"}}{{template "head" .}}<h1>@{{.User}} on {{.Platform}} (sandbox)</h1>{{range .Posts}}{{template "post" .}}{{else}}<p>No post yet.</p>{{end}}{{end}}`))
})

type pageView struct {
	User, Platform string
	Posts          []postView
}

type postView struct {
	User, At string
	Post     Post
	Parts    []part
}

// part is a piece of a text; Link is empty for plain words.
type part struct{ Text, Link string }

// people serves the pages that a person sees: the posts at /, and one at pattern's {id}.
// They are not recorded and meet no fault.
func (s *Server) people(pattern, user string) {
	show := func(w http.ResponseWriter, name string, posts []Post) {
		v := pageView{User: user, Platform: s.platform}
		for _, p := range slices.Backward(posts) {
			v.Posts = append(v.Posts, postView{User: user, At: p.At.UTC().Format(time.RFC1123), Post: p, Parts: parts(p.Text)})
		}
		var b bytes.Buffer
		if err := pages().ExecuteTemplate(&b, name, v); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		reply{status: http.StatusOK, header: header("Content-Type", "text/html; charset=utf-8"), body: b.Bytes()}.send(w)
	}
	s.mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		posts := slices.DeleteFunc(s.Posts(), func(p Post) bool { return p.Deleted })
		show(w, "all", posts[max(0, len(posts)-100):])
	})
	s.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		p, ok := s.Post(r.PathValue("id"))
		if name := r.PathValue("username"); !ok || name != user && name != "@"+user {
			http.NotFound(w, r)
			return
		}
		show(w, "one", []Post{p})
	})
}
