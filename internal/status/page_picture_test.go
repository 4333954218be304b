package status

import (
	"strings"
	"testing"
	"time"

	"crieur/internal/article"
	"crieur/internal/dispatch"
	"crieur/internal/outbox"
)

// TestAPictureStandsWhereThePreviewWould: platforms show no link preview beside a picture.
func TestAPictureStandsWhereThePreviewWould(t *testing.T) {
	ob := openOutbox(t)
	es, err := ob.Enqueue(noon, []outbox.NewArticle{{
		Article: article.Article{Title: "The port opens", Slug: "port", Teaser: "Ferries", Language: "en", Format: "text", Source: "https://example.org/1", Body: "Text."},
		Deliveries: []outbox.NewDelivery{{Account: "masto", Platform: "mastodon", Media: &outbox.NewMedia{
			Data: []byte("picture"), Type: "image/png", Width: 8, Height: 6, Alt: "A white <ferry>\nat the quay",
		}}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	id := es[0].Deliveries[0].ID
	_, err = ob.Claim(id, noon, outbox.Terms{Compose: func(a outbox.Article) (string, error) { return "Ferries https://news.example.org/" + a.Slug, nil }})
	if err == nil {
		_, err = ob.Settle(id, 1, noon, posted(1, noon))
	}
	if err != nil {
		t.Fatal(err)
	}
	opt := Options{
		Outbox: ob, NotReady: func(time.Time) []string { return nil }, Zone: func() *time.Location { return time.UTC },
		Status: func(time.Time) (dispatch.Status, error) {
			return dispatch.Status{Accounts: []dispatch.AccountStatus{{
				Name: "masto", Platform: "mastodon", State: dispatch.StateRunning, Last: &dispatch.LastDelivery{Delivery: id, At: noon},
			}}}, nil
		},
		Week: func(time.Time, time.Time) ([]dispatch.PlanEntry, error) { return nil, nil },
	}
	page := drawn(t, opt, false)
	if want := "<span>picture</span>A white &lt;ferry&gt; at the quay</p>"; !strings.Contains(page, want) {
		t.Errorf("no %q in:\n%s", want, page)
	}
	if strings.Contains(page, "<span>news.example.org</span>") {
		t.Error("the preview that the platform does not show is there too")
	}
	if err := ob.Verify(); err != nil {
		t.Error(err)
	}
}
