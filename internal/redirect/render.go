package redirect

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"strings"
	"sync"
	"time"
)

//go:embed page.html gone.html notice.html
var files embed.FS

var templates = sync.OnceValue(func() *template.Template {
	return template.Must(template.ParseFS(files, "page.html", "gone.html", "notice.html"))
})

// view is a page as the template wants it. Everything but Body and Style is escaped
// by html/template for the place where it stands.
type view struct {
	Lang, Dir   string
	OwnLang     string // of our own words where it is not the article's
	OwnDir      string
	Style       template.CSS
	Title       string
	Description string
	SiteTitle   string
	URL         string
	Locale      string
	Creator     string
	Image       picture
	Published   string // RFC 3339, UTC
	Modified    string
	Date        string
	Data        newsArticle
	Forward     string
	ForwardHost string
	Seconds     int64
	Wait        string
	Teaser      [][]run
	Tags        []string
	Blocks      []block
	Body        template.HTML // sanitised
	Source      run           // without Href: it is gone
	Link        run
	Posts       []postView
	Say         say
}

type say struct{ Forwarding, Stay, Source, SourceGone, Link, Discuss, Discussion, Withdrawn, WithdrawnText string }

type postView struct{ Platform, Account, Href string }

func renderPage(p Page) ([]byte, error) {
	v, err := newView(p)
	if err != nil {
		return nil, fmt.Errorf("page %q: %w", p.Slug, err)
	}
	return fill("page.html", p.Slug, v)
}

// renderGone tells of an article that was withdrawn nothing but that.
func renderGone(p Page) ([]byte, error) {
	w := p.words()
	return fill("gone.html", p.Slug, view{
		Lang: w.lang, Dir: direction(w.lang), Style: template.CSS(style), SiteTitle: oneLine(p.SiteTitle), Say: w.say(),
	})
}

func fill(name, slug string, v view) ([]byte, error) {
	var buf bytes.Buffer
	if err := templates().ExecuteTemplate(&buf, name, v); err != nil {
		return nil, fmt.Errorf("page %q: %w", slug, err)
	}
	return buf.Bytes(), nil
}

func newView(p Page) (view, error) {
	a := p.Article
	w := p.words()
	v := view{
		Lang: languageTag(a.Language), Dir: direction(a.Language), Style: template.CSS(style),
		Title: oneLine(a.Title), Description: shorten(oneLine(a.Teaser), maxDescription), SiteTitle: oneLine(p.SiteTitle),
		Locale: locale(languageTag(a.Language)), Creator: oneLine(p.Creator), Image: p.picture(), Modified: modified(p), Say: w.say(),
	}
	if primary(v.Lang) != primary(w.lang) {
		v.OwnLang, v.OwnDir = w.lang, direction(w.lang)
	}
	if v.Title == "" {
		v.Title = p.Slug
	}
	v.URL, _, _ = target(p.URL)
	v.Source, v.Link = link(a.Source), link(a.Link)
	v.forward(p, w)
	if p.SourceGone {
		v.Source.Href = ""
	}
	if !p.PublishedAt.IsZero() {
		v.Published, v.Date = p.PublishedAt.UTC().Format(time.RFC3339), w.date(p.PublishedAt)
	}
	for _, tag := range a.Tags {
		if tag = strings.TrimLeft(oneLine(tag), "#"); tag != "" {
			v.Tags = append(v.Tags, tag)
		}
	}
	if teaser := strings.TrimSpace(a.Teaser); teaser != "" {
		v.Teaser = textLines(strings.Split(teaser, "\n"))
	}
	v.posts(p.Posts)
	v.Data = v.describe()
	if a.Format == "markdown" && strings.TrimSpace(a.Body) != "" {
		body, err := markdownBody(a.Body)
		if err != nil {
			return view{}, err
		}
		v.Body = body
		return v, nil
	}
	v.Blocks = textBlocks(a)
	return v, nil
}

func (w words) say() say {
	return say{
		Forwarding: w.forwarding, Stay: w.stay, Source: w.source, SourceGone: w.sourceGone, Link: w.link,
		Discuss: w.discuss, Discussion: w.discussion, Withdrawn: w.withdrawn, WithdrawnText: w.withdrawnText,
	}
}

// link shows the address itself: it says where it leads and survives being copied.
func link(raw string) run {
	href, _, ok := target(raw)
	if !ok {
		return run{}
	}
	return run{Text: raw, Href: href}
}

// forward leads away, unless to the page itself, which would reload for ever, or to a
// source that is gone.
func (v *view) forward(p Page, w words) {
	href, host, ok := target(p.Forward)
	if !ok || href == v.URL || p.SourceGone && href == v.Source.Href {
		return
	}
	v.Forward, v.ForwardHost = href, shortHost(host)
	// Whole seconds is all that browsers read; a fraction is rounded up.
	v.Seconds = int64((max(p.Delay, 0) + time.Second - 1) / time.Second)
	v.Wait = w.waiting(v.Seconds)
}

// posts names the account where one platform has several.
func (v *view) posts(posts []Post) {
	count := map[string]int{}
	for _, post := range posts {
		href, _, ok := target(post.URL)
		if !ok {
			continue
		}
		count[post.Platform]++
		v.Posts = append(v.Posts, postView{Platform: post.Platform, Account: post.Account, Href: href})
	}
	for i := range v.Posts {
		if count[v.Posts[i].Platform] < 2 {
			v.Posts[i].Account = ""
		}
		v.Posts[i].Platform = platformName(v.Posts[i].Platform)
	}
}

// oneLine is s with every run of white space and control characters made one space.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f || r == '\u2028' || r == '\u2029' }), " ")
}
