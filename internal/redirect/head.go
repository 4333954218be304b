package redirect

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"
	"golang.org/x/text/language"
)

// How much of a text the platforms show, in characters.
const (
	maxDescription = 200
	maxAlt         = 420
)

// newsArticle is a page as search engines and Mastodon read it (schema.org). The
// template escapes what could end the element that it stands in.
type newsArticle struct {
	Context     string        `json:"@context"`
	Type        string        `json:"@type"`
	Headline    string        `json:"headline"`
	Description string        `json:"description,omitempty"`
	URL         string        `json:"url,omitempty"`
	Page        *thing        `json:"mainEntityOfPage,omitempty"`
	Published   string        `json:"datePublished,omitempty"`
	Modified    string        `json:"dateModified,omitempty"`
	Language    string        `json:"inLanguage,omitempty"`
	Author      *thing        `json:"author,omitempty"`
	Publisher   *thing        `json:"publisher,omitempty"`
	Image       []imageObject `json:"image,omitempty"`
	Keywords    []string      `json:"keywords,omitempty"`
	BasedOn     string        `json:"isBasedOn,omitempty"`
}

type thing struct {
	Type string `json:"@type"`
	ID   string `json:"@id,omitempty"`
	Name string `json:"name,omitempty"`
}

type imageObject struct {
	Type    string `json:"@type"`
	URL     string `json:"url"`
	Width   int    `json:"width,omitempty"`
	Height  int    `json:"height,omitempty"`
	Caption string `json:"caption,omitempty"`
}

// describe is what the view says, once it is complete, in the words of schema.org.
func (v *view) describe() newsArticle {
	n := newsArticle{
		Context: "https://schema.org", Type: "NewsArticle", Headline: v.Title, Description: v.Description,
		URL: v.URL, Published: v.Published, Modified: v.Modified, Language: v.Lang, Keywords: v.Tags, BasedOn: v.Source.Href,
	}
	if v.URL != "" {
		n.Page = &thing{Type: "WebPage", ID: v.URL}
	}
	if v.SiteTitle != "" {
		n.Author = &thing{Type: "Organization", Name: v.SiteTitle}
		n.Publisher = n.Author
	}
	if i := v.Image; i.URL != "" {
		n.Image = []imageObject{{"ImageObject", i.URL, i.Width, i.Height, i.Alt}}
	}
	return n
}

// modified is the moment of the last correction, RFC 3339; that of publication where
// there was none.
func modified(p Page) string {
	at := p.PublishedAt
	if p.ModifiedAt.After(at) {
		at = p.ModifiedAt
	}
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format(time.RFC3339)
}

// locale is a language as Open Graph takes it, fr_FR: where the tag has no region, the
// one in which most who speak it live.
func locale(tag string) string {
	t, err := language.Parse(tag)
	if tag == "" || err != nil {
		return ""
	}
	base, _ := t.Base()
	region, confidence := t.Region()
	if confidence == language.No {
		return ""
	}
	return base.String() + "_" + region.String()
}

// shorten cuts s to at most limit characters, between words where there are some and
// never within what is read as one, and marks the cut.
func shorten(s string, limit int) string {
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	end, room := 0, limit-1
	for g := graphemes.FromString(s); g.Next(); {
		if room -= utf8.RuneCountInString(g.Value()); room < 0 {
			break
		}
		end = g.End()
	}
	if blank := strings.LastIndexByte(s[:end], ' '); s[end] != ' ' && blank > end/2 {
		end = blank
	}
	return strings.TrimRight(s[:end], " ,;:") + "…"
}

func shortHost(host string) string { return strings.TrimPrefix(host, "www.") }
