package control

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"crieur/internal/delivery"
	"crieur/internal/outbox"
)

const ago = 3 * 24 * time.Hour

// handedOver stores the article for an account as it was handed over in time, long ago.
func handedOver(t *testing.T, s *Service, r Request, account string) outbox.Enqueued {
	t.Helper()
	at, err := time.Parse(time.RFC3339, r.Article.Article.At)
	if r.Article.Article.At == "" {
		at, err = time.Time{}, nil
	}
	if err != nil {
		t.Fatal(err)
	}
	e, err := s.Outbox.Enqueue(time.Now().Add(-2*ago), []outbox.NewArticle{{
		Article: r.Article.Article, Deliveries: []outbox.NewDelivery{{Account: account, Platform: "mastodon", Due: at}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return e[0]
}

// old is an article whose moments are past.
func old(t *testing.T, moments ...string) Request {
	t.Helper()
	r := request(t, brief)
	past := time.Now().UTC().Add(-ago).Format(time.RFC3339)
	for _, m := range moments {
		switch m {
		case "at":
			r.Article.Article.At = past
		case "expires":
			r.Article.Article.Expires = past
		}
	}
	return r
}

// A folder is handed over again when something came into it: what was posted meanwhile is
// recognised, whatever its file says of moments.
func TestAnArticleWhoseMomentIsPastIsRecognised(t *testing.T) {
	for name, moments := range map[string][]string{"at": {"at"}, "expires": {"expires"}, "both": {"at", "expires"}} {
		t.Run(name, func(t *testing.T) {
			both(t, func(t *testing.T, s *Service, api API) {
				r := old(t, moments...)
				first := handedOver(t, s, r, "long")
				r.Article.Article.Accounts = []string{"long"}
				if _, err := api.Preview(t.Context(), r); err != nil {
					t.Errorf("preview: %v", err)
				}
				fresh := request(t, strings.ReplaceAll(brief, "port", "phare"))
				got, err := api.Enqueue(t.Context(), []Request{r, fresh})
				if err != nil {
					t.Fatal(err)
				}
				if !got[0].Existing || got[0].ID != first.Article.ID || len(got[0].Warnings) != 0 || len(got[0].Deliveries) != 1 || got[1].Existing {
					t.Errorf("answers %+v", got)
				}
				_, ds, err := s.Outbox.Article(first.Article.ID)
				if diff := cmp.Diff(first.Deliveries, ds); diff != "" || err != nil {
					t.Errorf("its deliveries (-before +after):\n%s%v", diff, err)
				}
			})
		})
	}
}

// Where something would be stored with it, a past moment is refused as ever.
func TestAPastMomentIsRefusedWhereItWouldBeStored(t *testing.T) {
	past := time.Now().UTC().Add(-ago).Format(time.RFC3339)
	for name, row := range map[string]struct {
		wish func(*Request)
		want string
	}{
		"another article": {func(r *Request) {
			r.Article.Article.Source, r.Article.Article.Body = "https://example.org/phare", "Autre."
		}, "is past"},
		"again":                        {func(r *Request) { r.Again = true }, "is past"},
		"for an account that it lacks": {func(r *Request) { r.Accounts = []string{"short"} }, "is past"},
		"for both":                     {func(r *Request) { r.Accounts = []string{"long", "short"} }, "is past"},
		"again, expired":               {func(r *Request) { r.Again, r.Article.Article.At, r.Article.Article.Expires = true, "", past }, "before it is due"},
		"expired, for an account it lacks": {func(r *Request) {
			r.Accounts, r.Article.Article.At, r.Article.Article.Expires = []string{"short"}, "", past
		}, "before it is due"},
		"a flag":              {func(r *Request) { r.At = past }, "is past"},
		"a flag of an expiry": {func(r *Request) { r.Expires = past }, "before it is due"},
		"a flag that is none": {func(r *Request) { r.Expires = "bientôt" }, `expiry "bientôt"`},
	} {
		t.Run(name, func(t *testing.T) {
			both(t, func(t *testing.T, s *Service, api API) {
				r := old(t, "at")
				handedOver(t, s, r, "long")
				row.wish(&r)
				_, err := api.Enqueue(t.Context(), []Request{r})
				var in *InputError
				if !errors.As(err, &in) || !strings.Contains(err.Error(), row.want) {
					t.Errorf("error %v, want the operator's mistake: %q", err, row.want)
				}
				if c, err := s.Outbox.Counts(""); err != nil || c[delivery.Scheduled] != 1 {
					t.Errorf("stored all the same: %v %v", c, err)
				}
			})
		})
	}
}

// An account that the operator names and that has it already gets nothing new.
func TestAPastMomentIsNoMatterForAnAccountThatHasTheArticle(t *testing.T) {
	both(t, func(t *testing.T, s *Service, api API) {
		r := old(t, "at")
		handedOver(t, s, r, "long")
		r.Accounts = []string{"long"}
		got, err := api.Enqueue(t.Context(), []Request{r})
		if err != nil || !got[0].Existing || got[0].Added != 0 || len(got[0].Deliveries) != 1 {
			t.Errorf("answer %+v, %v", got, err)
		}
	})
}

// Offline commands without an outbox know no article.
func TestAPastMomentIsRefusedWithoutAnOutbox(t *testing.T) {
	s := newService(t)
	s.Outbox = nil
	if _, err := s.Preview(t.Context(), old(t, "at")); err == nil || !strings.Contains(err.Error(), "is past") {
		t.Errorf("error %v", err)
	}
}
