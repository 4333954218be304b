package daemon

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"crieur/config"
	"crieur/internal/article"
	"crieur/internal/delivery"
	"crieur/internal/outbox"
	"crieur/internal/probe"
)

// probeWorld is a prober over an outbox, its sources' answers, and how often it asked.
type probeWorld struct {
	t      *testing.T
	ob     *outbox.Outbox
	prober *prober
	cfg    config.Config
	answer func() (bool, error)
	asked  []time.Time
}

func newProbeWorld(t *testing.T) *probeWorld {
	t.Helper()
	ob, err := outbox.Open(filepath.Join(t.TempDir(), "outbox.db"), outbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(ob.Verify(), ob.Close()); err != nil {
			t.Error(err)
		}
	})
	w := &probeWorld{t: t, ob: ob, cfg: config.Default(), answer: func() (bool, error) { return false, nil }}
	w.prober = &prober{
		outbox: ob, log: slog.New(slog.DiscardHandler), config: func() config.Config { return w.cfg },
		gone: func(context.Context, string, string) (bool, error) {
			w.asked = append(w.asked, time.Now())
			return w.answer()
		},
	}
	return w
}

// post stores an article that is posted already.
func (w *probeWorld) post(title, source string) (id string) {
	w.t.Helper()
	es, err := w.ob.Enqueue(time.Now(), []outbox.NewArticle{{
		Article:    article.Article{Title: title, Slug: article.Slug(title, source), Teaser: title, Source: source, Body: title},
		Deliveries: []outbox.NewDelivery{{Account: "x", Platform: "x"}},
	}})
	if err != nil {
		w.t.Fatal(err)
	}
	d, err := w.ob.Claim(es[0].Deliveries[0].ID, time.Now(), outbox.Terms{Compose: func(outbox.Article) (string, error) { return title, nil }})
	if err == nil {
		_, err = w.ob.Settle(d.ID, 1, time.Now(), outbox.Outcome{To: delivery.Delivered, Class: delivery.OK, Receipt: &delivery.Receipt{PostID: "1"}})
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return es[0].Article.ID
}

func (w *probeWorld) article(id string) outbox.Article {
	w.t.Helper()
	a, _, err := w.ob.Article(id)
	if err != nil {
		w.t.Fatal(err)
	}
	return a
}

func (w *probeWorld) run() (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { w.prober.run(ctx); close(done) }()
	return func() { cancel(); <-done }
}

const day = 24 * time.Hour

func TestASourceIsGoneAfterTwoProbesADayApartAndBackAfterOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newProbeWorld(t)
		id := w.post("Un essai", "https://example.org/a")
		w.answer = func() (bool, error) { return len(w.asked) == 2 || len(w.asked) == 4 || len(w.asked) == 5, nil }
		stop := w.run()
		defer stop()
		gone := []bool{}
		for range 7 {
			time.Sleep(day)
			gone = append(gone, !w.article(id).SourceGoneAt.IsZero())
		}
		// There, gone once, there, gone once, gone for sure, back, back.
		if want := fmt.Sprint([]bool{false, false, false, false, true, false, false}); fmt.Sprint(gone) != want || len(w.asked) != 7 {
			t.Errorf("gone %v after %d probes, want %s after 7", gone, len(w.asked), want)
		}
	})
}

func TestAnUnclearAnswerNeitherConfirmsNorClears(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newProbeWorld(t)
		id := w.post("Un essai", "https://example.org/a")
		w.answer = func() (bool, error) {
			if len(w.asked) == 2 || len(w.asked) == 4 {
				return false, errors.New("status 503")
			}
			return true, nil
		}
		stop := w.run()
		defer stop()
		gone := []bool{}
		for range 4 {
			time.Sleep(day)
			gone = append(gone, !w.article(id).SourceGoneAt.IsZero())
		}
		if want := fmt.Sprint([]bool{false, false, true, true}); fmt.Sprint(gone) != want || len(w.asked) != 4 {
			t.Errorf("gone %v after %d probes, want %s after 4", gone, len(w.asked), want)
		}
	})
}

func TestSourcesAreProbedDailyForThirtyDaysOneAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newProbeWorld(t)
		for i := range 20 {
			w.post(fmt.Sprintf("Essai %d", i), fmt.Sprintf("https://example.org/%d", i))
		}
		w.post("Sans source", "")
		withdrawn := w.post("Retiré", "https://example.org/retire")
		if _, err := w.ob.Withdraw(withdrawn, time.Now()); err != nil {
			t.Fatal(err)
		}
		var atOnce, most atomic.Int32
		w.answer = func() (bool, error) {
			most.Store(max(most.Load(), atOnce.Add(1)))
			defer atOnce.Add(-1)
			time.Sleep(20 * time.Second)
			return false, nil
		}
		stop := w.run()
		time.Sleep(10 * day)
		stop()
		// A restart forgets nothing that was answered.
		stop = w.run()
		time.Sleep(50 * day)
		stop()
		if len(w.asked) != 20*30 || most.Load() != 1 {
			t.Errorf("%d probes, %d at once: want 600, one at a time", len(w.asked), most.Load())
		}
	})
}

func TestNothingIsProbedWhereTheConfigurationSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newProbeWorld(t)
		w.post("Un essai", "https://example.org/a")
		w.cfg.Pages.Probe = false
		stop := w.run()
		defer stop()
		time.Sleep(3 * day)
		if len(w.asked) != 0 {
			t.Errorf("%d probes", len(w.asked))
		}
	})
}

// What is said about an address that the article has no more says nothing about it.
func TestAnAnswerAboutACorrectedSourceIsDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newProbeWorld(t)
		id := w.post("Un essai", "https://example.org/a")
		w.answer = func() (bool, error) {
			if len(w.asked) > 1 {
				return false, nil
			}
			next := w.article(id).Article
			next.Source = "https://example.org/b"
			_, err := w.ob.Update(id, next, time.Now(), nil)
			return true, err
		}
		stop := w.run()
		defer stop()
		time.Sleep(day)
		if a := w.article(id); !a.SourceMissing.IsZero() {
			t.Errorf("the corrected source is missing since %v", a.SourceMissing)
		}
	})
}

// TestAProbeOverRealHTTP asks a real server; loopback is allowed for the test alone.
func TestAProbeOverRealHTTP(t *testing.T) {
	w := newProbeWorld(t)
	source := httptest.NewServer(http.NotFoundHandler())
	defer source.Close()
	id := w.post("Un essai", source.URL)
	w.prober.unclear = map[string]time.Time{}
	ask := func(private bool) {
		w.prober.gone = func(ctx context.Context, address, site string) (bool, error) {
			return probe.Gone(ctx, address, probe.Options{Site: site, AllowPrivate: private})
		}
		sources, err := w.prober.sources()
		if err != nil || len(sources) != 1 {
			t.Fatalf("%d sources, %v", len(sources), err)
		}
		w.prober.look(t.Context(), sources[0])
	}
	ask(false)
	if a := w.article(id); !a.SourceProbedAt.IsZero() {
		t.Error("a loopback address was asked")
	}
	ask(true)
	if a := w.article(id); a.SourceMissing.IsZero() || !a.SourceGoneAt.IsZero() {
		t.Errorf("after one 404 missing since %v, gone since %v", a.SourceMissing, a.SourceGoneAt)
	}
}
