package control

import (
	"context"
	"time"

	"crieur/internal/delivery"
)

// Withdrawn answers a withdrawal.
type Withdrawn struct {
	ID          string          `json:"id"`
	Slug        string          `json:"slug"`
	URL         string          `json:"url"`
	Title       string          `json:"title"`
	WithdrawnAt time.Time       `json:"withdrawn_at"` // the first time
	Cancelled   []StoryDelivery `json:"cancelled"`    // were scheduled until now
	Left        []StoryDelivery `json:"left"`         // sending, unknown or held: it is not known whether they are posted
	Posted      []StoryDelivery `json:"posted"`       // their posts stay on the platforms

	FilesLeft []string `json:"files_left,omitempty"` // of its page, which a web server still answers with
}

// Withdraw implements API.
func (s *Service) Withdraw(ctx context.Context, id string) (Withdrawn, error) {
	a, _, _, err := s.find(id)
	if err != nil {
		return Withdrawn{}, err
	}
	w, err := s.Outbox.Withdraw(a.ID, time.Now())
	if err != nil {
		return Withdrawn{}, err
	}
	s.wake()
	s.pageChanged(a.Slug)
	out := Withdrawn{
		ID: a.ID, Slug: a.Slug, URL: s.Engine.PageURL(a.Slug), Title: a.Title, WithdrawnAt: w.Article.WithdrawnAt,
		Cancelled: stories(w.Cancelled), Left: stories(w.Left), Posted: stories(w.Posted),
	}
	if s.Left != nil {
		out.FilesLeft = s.Left(ctx, a.Slug)
	}
	return out, nil
}

func stories(ds []delivery.Delivery) []StoryDelivery {
	out := make([]StoryDelivery, 0, len(ds))
	for _, d := range ds {
		out = append(out, story(d))
	}
	return out
}
