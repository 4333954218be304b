package redirect

import (
	"encoding/xml"
	"fmt"
	"strings"
	"time"
)

// The elements of a feed (RFC 4287).
type (
	atomFeed struct {
		XMLName  xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
		Language string      `xml:"xml:lang,attr,omitempty"`
		ID       string      `xml:"id"`
		Title    string      `xml:"title"`
		Updated  string      `xml:"updated"`
		Links    []atomLink  `xml:"link"`
		Author   atomPerson  `xml:"author"`
		Entries  []atomEntry `xml:"entry"`
	}
	atomPerson struct {
		Name string `xml:"name"`
	}
	atomLink struct {
		Rel  string `xml:"rel,attr"`
		Type string `xml:"type,attr,omitempty"`
		Href string `xml:"href,attr"`
	}
	atomEntry struct {
		Language   string         `xml:"xml:lang,attr,omitempty"`
		ID         string         `xml:"id"`
		Title      string         `xml:"title"`
		Published  string         `xml:"published,omitempty"`
		Updated    string         `xml:"updated"`
		Links      []atomLink     `xml:"link"`
		Categories []atomCategory `xml:"category"`
		Summary    string         `xml:"summary,omitempty"`
	}
	atomCategory struct {
		Term string `xml:"term,attr"`
	}
)

func renderFeed(f Feed) ([]byte, error) {
	self := strings.TrimRight(f.URL, "/") + "/feed.xml"
	href, host, ok := target(self)
	if !ok {
		return nil, fmt.Errorf("feed: the site's address %q is no http(s) address", f.URL)
	}
	title := oneLine(f.Title)
	if title == "" {
		title = host
	}
	out := atomFeed{
		Language: languageTag(f.Language), ID: href, Title: title, Author: atomPerson{title},
		Links: []atomLink{{Rel: "self", Type: "application/atom+xml", Href: href}},
	}
	latest := time.Unix(0, 0) // a feed must tell a moment, even of nothing
	for _, p := range f.Pages {
		if p.Withdrawn {
			continue
		}
		href, _, ok := target(p.URL)
		if !ok {
			return nil, fmt.Errorf("feed: page %q has the address %q, want an http(s) address", p.Slug, p.URL)
		}
		e, updated := newAtomEntry(p, href)
		if updated.After(latest) {
			latest = updated
		}
		out.Entries = append(out.Entries, e)
	}
	out.Updated = atomTime(latest)
	body, err := xml.MarshalIndent(out, "", " ")
	if err != nil {
		return nil, fmt.Errorf("feed: %w", err)
	}
	return append(append([]byte(xml.Header), body...), '\n'), nil
}

// newAtomEntry takes the page's address for the entry's ID: it never changes.
func newAtomEntry(p Page, href string) (e atomEntry, updated time.Time) {
	a := p.Article
	e = atomEntry{
		Language: languageTag(a.Language), ID: href, Title: oneLine(a.Title), Summary: strings.TrimSpace(a.Teaser),
		Links: []atomLink{{Rel: "alternate", Type: "text/html", Href: href}},
	}
	if e.Title == "" {
		e.Title = p.Slug
	}
	if source, _, ok := target(a.Source); ok && !p.SourceGone {
		e.Links = append(e.Links, atomLink{Rel: "via", Href: source})
	}
	for _, tag := range a.Tags {
		if tag = strings.TrimLeft(oneLine(tag), "#"); tag != "" {
			e.Categories = append(e.Categories, atomCategory{tag})
		}
	}
	if !p.PublishedAt.IsZero() {
		updated = p.PublishedAt
		e.Published = atomTime(updated)
	}
	if p.ModifiedAt.After(updated) {
		updated = p.ModifiedAt
	}
	for _, post := range p.Posts {
		if post.PostedAt.After(updated) {
			updated = post.PostedAt
		}
	}
	e.Updated = atomTime(updated)
	return e, updated
}

func atomTime(t time.Time) string { return t.UTC().Format(time.RFC3339) }
