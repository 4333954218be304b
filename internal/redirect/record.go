package redirect

import (
	"encoding/json"
	"fmt"
	"time"
)

// record is the public JSON of an article, a face that programs read.
type record struct {
	Slug        string     `json:"slug"`
	URL         string     `json:"url"`
	Title       string     `json:"title"`
	Teaser      string     `json:"teaser"`
	Source      string     `json:"source"`
	Link        string     `json:"link"`
	Language    string     `json:"language"`
	Tags        []string   `json:"tags"`
	PublishedAt *time.Time `json:"published_at"` // null: not yet
	ModifiedAt  *time.Time `json:"modified_at"`  // null: as published
	SourceGone  bool       `json:"source_gone"`
	Posts       []Post     `json:"posts"`
}

// goneRecord is all that is told of an article that was withdrawn.
type goneRecord struct {
	Slug      string `json:"slug"`
	URL       string `json:"url"`
	Withdrawn bool   `json:"withdrawn"`
}

func renderRecord(p Page) ([]byte, error) {
	if p.Withdrawn {
		return recordJSON(p.Slug, goneRecord{p.Slug, safe(p.URL), true})
	}
	rec := record{
		Slug: p.Slug, URL: safe(p.URL), Title: p.Article.Title, Teaser: p.Article.Teaser,
		Source: safe(p.Article.Source), Link: safe(p.Article.Link), Language: p.Article.Language, SourceGone: p.SourceGone,
		Tags: append([]string{}, p.Article.Tags...), Posts: append([]Post{}, p.Posts...),
	}
	for i := range rec.Posts {
		rec.Posts[i].URL = safe(rec.Posts[i].URL)
	}
	if !p.PublishedAt.IsZero() {
		rec.PublishedAt = &p.PublishedAt
	}
	if !p.ModifiedAt.IsZero() {
		rec.ModifiedAt = &p.ModifiedAt
	}
	return recordJSON(p.Slug, rec)
}

func recordJSON(slug string, rec any) ([]byte, error) {
	body, err := json.Marshal(rec)
	if err != nil {
		return nil, fmt.Errorf("record of page %q: %w", slug, err)
	}
	return append(body, '\n'), nil
}

// safe is the address, or "" if it may not stand in a link: those who read the record
// will put it into one.
func safe(raw string) string {
	if _, _, ok := target(raw); !ok {
		return ""
	}
	return raw
}
