package control

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"crieur/internal/article"
	"crieur/internal/delivery"
	"crieur/internal/dispatch"
	"crieur/internal/outbox"
)

// Correction is an article as it should have been.
type Correction struct {
	Name    string         `json:"name,omitempty"` // where it came from, for errors
	Article article.Result `json:"article"`
	Image   []byte         `json:"image,omitempty"` // as in Request
	ID      string         `json:"id,omitempty"`    // of the article to correct; empty: the one of the same source, content or slug
}

// Corrected answers a correction.
type Corrected struct {
	ID         string          `json:"id"`
	Slug       string          `json:"slug"` // it stays
	URL        string          `json:"url"`
	Changed    []string        `json:"changed"`             // what is different on the page; empty: nothing, and nothing was stored
	UpdatedAt  time.Time       `json:"updated_at,omitzero"` // the latest correction; absent: there was none
	Deliveries []StoryDelivery `json:"deliveries"`          // as they were: a post is never changed
	Warnings   []string        `json:"warnings,omitempty"`
}

// Update implements API.
func (s *Service) Update(_ context.Context, c Correction) (Corrected, error) {
	out, err := s.update(c)
	return out, Request{Name: c.Name}.named(err)
}

func (s *Service) update(c Correction) (Corrected, error) {
	next := c.Article.Article
	if err := next.Validate(); err != nil {
		return Corrected{}, badInput(err)
	}
	before, ds, err := s.corrects(c)
	if err != nil {
		return Corrected{}, err
	}
	out := Corrected{
		ID: before.ID, Slug: before.Slug, URL: s.Engine.PageURL(before.Slug), UpdatedAt: before.UpdatedAt, Changed: []string{},
		Deliveries: stories(ds), Warnings: append(warnings(c.Article), ineffective(before.Article, next)...),
	}
	media, told, err := s.rehearseAgain(next, c.Image, out.URL, ds)
	if err != nil {
		return Corrected{}, badInput(err)
	}
	if len(changes(before.Article, next)) == 0 && len(media) == 0 {
		return out, nil
	}
	out.Warnings = append(out.Warnings, told...)
	after, err := s.Outbox.Update(before.ID, next, time.Now(), media)
	if errors.Is(err, outbox.ErrWithdrawn) {
		return Corrected{}, badInput(fmt.Errorf("%w: its page is gone; --again instead of --update publishes it anew", err))
	}
	if err != nil {
		return Corrected{}, err
	}
	out.Changed, out.UpdatedAt = changes(before.Article, after.Article), after.UpdatedAt
	if len(media) > 0 {
		out.Changed = append(out.Changed, "picture")
	}
	if after.ContentWarning != next.ContentWarning {
		out.Warnings = append(out.Warnings, "the content warning stays, since a post with it is under way")
	}
	s.wake()
	s.pageChanged(before.Slug)
	return out, nil
}

// corrects finds the one article that a correction is of.
func (s *Service) corrects(c Correction) (outbox.Article, []delivery.Delivery, error) {
	next := c.Article.Article
	none := fmt.Errorf("nothing to update: no article has the source %q, the same text or the slug %q: hand it over without --update, or name the article with --article ID", next.Source, next.Slug)
	if s.Outbox == nil {
		return outbox.Article{}, nil, badInput(none)
	}
	id := c.ID
	if id == "" {
		found, err := s.Outbox.Same(next)
		switch {
		case err != nil:
			return outbox.Article{}, nil, err
		case len(found) == 0:
			return outbox.Article{}, nil, badInput(none)
		case len(found) > 1:
			var names []string
			for _, a := range found {
				names = append(names, fmt.Sprintf("%s (%s, %q)", a.ID, a.Slug, a.Title))
			}
			return outbox.Article{}, nil, badInput(fmt.Errorf("%d articles have this source or text: %s: say which with --article ID", len(found), strings.Join(names, ", ")))
		}
		id = found[0].ID
	}
	a, ds, _, err := s.find(id)
	return a, ds, err
}

// rehearseAgain refuses a correction from which a post that is still to be made could
// not be composed, and returns by account the pictures that become others, with what is
// to be said of them.
func (s *Service) rehearseAgain(next article.Article, image []byte, url string, ds []delivery.Delivery) (media map[string]*outbox.NewMedia, told []string, err error) {
	media = map[string]*outbox.NewMedia{}
	var refused []error
	for _, d := range ds {
		i := slices.IndexFunc(s.Engine.Accounts(), func(a dispatch.Account) bool { return a.Name == d.Account })
		if d.State != delivery.Scheduled || d.Text != "" || i < 0 {
			continue
		}
		a := s.Engine.Accounts()[i]
		post, err := s.compose(a, next, url)
		if err != nil {
			refused = append(refused, err)
			continue
		}
		post.Warnings = nil // of the text: they were told when it was enqueued
		m, err := s.picture(a, next, image, &post)
		if err != nil {
			refused = append(refused, fmt.Errorf("account %q: %w", a.Name, err))
			continue
		}
		if !m.Is(d.Media) {
			media[d.Account] = m
			told = append(told, Preview{Posts: []PreviewPost{post}}.postWarnings()...)
		}
	}
	return media, told, errors.Join(refused...)
}

// changes names what of an article is different, as its page shows it.
func changes(old, next article.Article) []string {
	out := []string{}
	for _, c := range []struct {
		name string
		same bool
	}{
		{"title", old.Title == next.Title},
		{"teaser", old.Teaser == next.Teaser},
		{"tags", slices.Equal(old.Tags, next.Tags)},
		{"text", old.Body == next.Body && old.Format == next.Format},
		{"source", old.Source == next.Source},
		{"link", old.Link == next.Link},
		{"language", old.Language == next.Language},
		{"image", old.Image == next.Image},
		{"image_alt", old.ImageAlt == next.ImageAlt},
		{"content_warning", old.ContentWarning == next.ContentWarning},
	} {
		if !c.same {
			out = append(out, c.name)
		}
	}
	return out
}

// ineffective warns of wishes that a correction does not change.
func ineffective(old, next article.Article) (out []string) {
	if old.At != next.At || old.Expires != next.Expires {
		out = append(out, "at and expires of the file change nothing: reschedule does")
	}
	if len(next.Accounts) > 0 && !slices.Equal(old.Accounts, next.Accounts) {
		out = append(out, "accounts of the file change nothing: enqueue --account A adds one")
	}
	return out
}
