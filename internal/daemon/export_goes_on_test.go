package daemon

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"crieur/internal/article"
	"crieur/internal/delivery"
	"crieur/internal/outbox"
)

// TestAnExportGoesOnAfterAPageThatCannotBeWritten, and tells of each such page at its end.
func TestAnExportGoesOnAfterAPageThatCannotBeWritten(t *testing.T) {
	e, slugs := exportWorld(t, "Un", "Deux", "Trois", "Quatre")
	for _, slug := range slugs[1:3] {
		if err := os.MkdirAll(filepath.Join(e.dir(), slug+".html", "something"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	steps := 0
	_, err := e.export(t.Context(), e.dir(), func(_, _ int64) { steps++ })
	if err == nil || !strings.Contains(err.Error(), slugs[1]+".html") || !strings.Contains(err.Error(), slugs[2]+".html") {
		t.Errorf("error %v, want both pages named", err)
	}
	for _, name := range []string{slugs[0] + ".html", slugs[3] + ".html", "feed.xml", "robots.txt"} {
		if readFile(t, e.dir(), name) == "" {
			t.Errorf("%s is not written", name)
		}
	}
	if steps != len(slugs)+1 {
		t.Errorf("%d steps told, want %d", steps, len(slugs)+1)
	}
}

// TestAnExportEndsWhenItIsBrokenOff between two pages.
func TestAnExportEndsWhenItIsBrokenOff(t *testing.T) {
	e, slugs := exportWorld(t, "Un", "Deux", "Trois")
	ctx, cancel := context.WithCancel(t.Context())
	_, err := e.export(ctx, e.dir(), func(done, _ int64) {
		if done == 1 {
			cancel()
		}
	})
	if err == nil || !strings.Contains(err.Error(), context.Canceled.Error()) || readFile(t, e.dir(), slugs[0]+".html") != "" {
		t.Errorf("error %v, and the last page is %q", err, readFile(t, e.dir(), slugs[0]+".html"))
	}
}

// TestAPostedSlugThatHasNoPageIsInNoFeedAndKeepsBackNoPage: older versions took such.
func TestAPostedSlugThatHasNoPageIsInNoFeedAndKeepsBackNoPage(t *testing.T) {
	w := newProbeWorld(t)
	old := w.article(w.post("Un", "")).Slug
	es, err := w.ob.Enqueue(time.Now(), []outbox.NewArticle{{
		Article:    article.Article{Title: "Le port rouvre", Slug: "brest--port-", Teaser: "Le port"},
		Deliveries: []outbox.NewDelivery{{Account: "x", Platform: "x"}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	d, err := w.ob.Claim(es[0].Deliveries[0].ID, time.Now(), outbox.Terms{Compose: func(outbox.Article) (string, error) { return "Le port", nil }})
	if err == nil {
		_, err = w.ob.Settle(d.ID, 1, time.Now(), outbox.Outcome{To: delivery.Delivered, Class: delivery.OK, Receipt: &delivery.Receipt{PostID: "2"}})
	}
	if err != nil {
		t.Fatal(err)
	}
	e := exporterOf(t, w.ob, w.cfg)
	_, err = e.export(t.Context(), e.dir(), func(_, _ int64) {})
	if err == nil || !strings.Contains(err.Error(), `page "brest--port-": no slug`) {
		t.Errorf("error %v, want the page that cannot be", err)
	}
	if readFile(t, e.dir(), old+".html") == "" {
		t.Error("the older page is not written")
	}
	if feed := readFile(t, e.dir(), "feed.xml"); !strings.Contains(feed, old) || strings.Contains(feed, "brest--port-") {
		t.Errorf("feed %s", feed)
	}

	// The daemon's own folder is as whole as it can be: nobody is to be told for ever.
	all := &exporting{}
	all.forget()
	e.touchAll()
	for {
		if err := e.step(t.Context(), all); err != nil {
			t.Fatal(err)
		}
		if len(all.backlog) == 0 {
			break
		}
	}
	if len(all.failed) != 0 || all.wrong.n != 0 {
		t.Errorf("to be tried again: %v, %v", all.failed, all.wrong.err())
	}
}
