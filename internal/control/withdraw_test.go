package control

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"crieur/internal/article"
	"crieur/internal/delivery"
	"crieur/internal/outbox"
)

// stored hands an article over and returns the answer.
func stored(t *testing.T, api API, text string) Enqueued {
	t.Helper()
	got, err := api.Enqueue(t.Context(), []Request{request(t, text)})
	if err != nil {
		t.Fatal(err)
	}
	return got[0]
}

// wantInput checks that an error is the operator's mistake and says what it should.
func wantInput(t *testing.T, err error, says string) {
	t.Helper()
	var in *InputError
	if !errors.As(err, &in) || !strings.Contains(err.Error(), says) {
		t.Errorf("error %v: want the operator's mistake with %q", err, says)
	}
}

func claim(t *testing.T, s *Service, id string) delivery.Delivery {
	t.Helper()
	d, err := s.Outbox.Claim(id, time.Now(), outbox.Terms{Compose: func(a outbox.Article) (string, error) { return a.Teaser, nil }})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestAWithdrawalTellsWhatItCancelledAndWhatItLeft(t *testing.T) {
	both(t, func(t *testing.T, s *Service, api API) {
		e := stored(t, api, brief)
		claim(t, s, e.ID+".long")
		w, err := api.Withdraw(t.Context(), e.ID[:11])
		if err != nil || w.ID != e.ID || w.URL != e.URL || w.WithdrawnAt.IsZero() {
			t.Fatalf("%+v, %v", w, err)
		}
		if len(w.Cancelled) != 1 || w.Cancelled[0].Account != "short" || len(w.Left) != 1 || w.Left[0].Account != "long" || len(w.Posted) != 0 {
			t.Errorf("%+v", w)
		}
		again, err := api.Withdraw(t.Context(), e.ID)
		if err != nil || !again.WithdrawnAt.Equal(w.WithdrawnAt) || len(again.Cancelled) != 0 {
			t.Errorf("a second time: %+v, %v", again, err)
		}
		story, err := api.Show(t.Context(), e.ID)
		if err != nil || !story.WithdrawnAt.Equal(w.WithdrawnAt) {
			t.Errorf("shown as %+v, %v", story, err)
		}
		if once := stored(t, api, brief); !once.Existing || !slices.ContainsFunc(once.Warnings, func(w string) bool { return strings.Contains(w, "withdrawn") }) {
			t.Errorf("handed over again: %+v", once)
		}
		if _, err := api.Withdraw(t.Context(), "zzzz"); err == nil || !strings.Contains(err.Error(), "zzzz") {
			t.Errorf("an unknown article: %v", err)
		}
	})
}

func TestACorrectionIsFoundBySourceTextOrSlugAndTellsWhatChanged(t *testing.T) {
	both(t, func(t *testing.T, s *Service, api API) {
		e := stored(t, api, brief)
		for _, row := range []struct {
			is, changed string
			edits       []string
		}{
			{"by source", "text", []string{"Le corps", "Le corps corrigé"}},
			{"by text", "source", []string{"Le corps", "Le corps corrigé", "org/port", "org/autre"}},
			{"by slug", "tags text source", []string{"Le corps", "Rien de tel", "org/port", "org/neuf", "#Brest", "#Port"}},
		} {
			r := request(t, strings.NewReplacer(row.edits...).Replace(brief))
			c, err := api.Update(t.Context(), Correction{Name: "a.txt", Article: r.Article})
			if err != nil || c.ID != e.ID || c.Slug != e.Slug || c.UpdatedAt.IsZero() || len(c.Deliveries) != 2 {
				t.Fatalf("%s: %+v, %v", row.is, c, err)
			}
			if strings.Join(c.Changed, " ") != row.changed {
				t.Errorf("%s: changed %v, want %s", row.is, c.Changed, row.changed)
			}
		}
	})
}

func TestACorrectionThatFitsNoArticleOrNoAccountIsRefused(t *testing.T) {
	both(t, func(t *testing.T, s *Service, api API) {
		update := func(r Request, id string) error {
			_, err := api.Update(t.Context(), Correction{Name: "a.txt", Article: r.Article, ID: id})
			return err
		}
		r := request(t, brief)
		wantInput(t, update(r, ""), "a.txt: nothing to update")
		e := stored(t, api, brief)

		long := r
		long.Article.Article.Slug, long.Article.Article.Tags = strings.Repeat("s", 80), nil
		long.Article.Article.ContentWarning = "x"
		for i := range s.Engine.Accounts() {
			s.Engine.Accounts()[i].Limit = 60
		}
		wantInput(t, update(long, ""), `account "long"`)
		if story, err := api.Show(t.Context(), e.ID); err != nil || !story.UpdatedAt.IsZero() {
			t.Errorf("stored all the same: %+v, %v", story, err)
		}
		bad := r
		bad.Article.Article.Source = "javascript:alert(1)"
		wantInput(t, update(bad, ""), "javascript:")

		for i := range s.Engine.Accounts() {
			s.Engine.Accounts()[i].Limit = 0
		}
		again := request(t, brief)
		again.Again = true
		if _, err := api.Enqueue(t.Context(), []Request{again}); err != nil {
			t.Fatal(err)
		}
		r.Article.Article.Title = "Un autre titre"
		wantInput(t, update(r, ""), "--article ID")
		if err := update(r, e.ID); err != nil {
			t.Error(err)
		}
		if _, err := api.Withdraw(t.Context(), e.ID); err != nil {
			t.Fatal(err)
		}
		r.Article.Article.Title = "Encore un autre"
		wantInput(t, update(r, e.ID), "withdrawn")
	})
}

func TestASecretSlugIsUnguessableAndStable(t *testing.T) {
	both(t, func(t *testing.T, s *Service, api API) {
		s.SecretSlugs = true
		e := stored(t, api, brief)
		if len(e.Slug) != 26 || strings.Trim(e.Slug, "abcdefghijklmnopqrstuvwxyz234567") != "" {
			t.Errorf("slug %q: want 26 characters of base32 (130 bits)", e.Slug)
		}
		if again := stored(t, api, brief); again.Slug != e.Slug || !again.Existing {
			t.Errorf("handed over again: %+v", again)
		}
		r := request(t, strings.Replace(brief, "Le corps", "Corrigé", 1))
		c, err := api.Update(t.Context(), Correction{Article: r.Article})
		if err != nil || c.Slug != e.Slug {
			t.Errorf("corrected: %+v, %v", c, err)
		}
		another := strings.NewReplacer("org/port", "org/autre", "Brest", "Lorient").Replace(brief)
		if other := stored(t, api, another); other.Existing || other.Slug == e.Slug || len(other.Slug) != 26 {
			t.Errorf("another article: %+v", other)
		}
		p, err := api.Preview(t.Context(), request(t, brief))
		if err != nil || p.Article.Slug == e.Slug || len(p.Article.Slug) != 26 || len(p.Article.Warnings) == 0 {
			t.Errorf("previewed as %+v, %v", p.Article, err)
		}
		if article.Slug(p.Article.Title, "") == p.Article.Slug {
			t.Error("the slug tells the title")
		}
	})
}
