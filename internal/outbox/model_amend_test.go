package outbox

import (
	"slices"
	"time"

	"pgregory.net/rapid"

	"crieur/internal/article"
	"crieur/internal/delivery"
)

// changedArticle is what the model knows of an article's changes.
type changedArticle struct {
	withdrawn, updated, probed, missing time.Time
	article                             article.Article // when updated
}

// amended returns the changes of the article of a delivery, to be changed.
func (m *model) amended(id string) *changedArticle {
	if m.amendments == nil {
		m.amendments = map[string]*changedArticle{}
	}
	if m.amendments[id] == nil {
		m.amendments[id] = &changedArticle{}
	}
	return m.amendments[id]
}

func (m *model) withdraw(t *rapid.T) {
	id := m.ds[m.pick(t, delivery.States()...)].ArticleID
	c := m.amended(id)
	if c.withdrawn.IsZero() {
		c.withdrawn = m.now
	}
	var cancelled, left, posted []delivery.Delivery
	for i, d := range m.ds {
		if d.ArticleID != id {
			continue
		}
		switch d.State {
		case delivery.Scheduled:
			m.ds[i].State = delivery.Cancelled
			cancelled = append(cancelled, m.ds[i])
		case delivery.Sending, delivery.Unknown, delivery.Held:
			left = append(left, d)
		case delivery.Delivered:
			posted = append(posted, d)
		}
	}
	w, err := m.o.Withdraw(id, m.now)
	same(t, "cancelled by the withdrawal", cancelled, w.Cancelled, err)
	same(t, "left by the withdrawal", left, w.Left, nil)
	same(t, "posted of the withdrawn", posted, w.Posted, nil)
	same(t, "withdrawn at", c.withdrawn, w.Article.WithdrawnAt, nil)
}

// update corrects an article, and looks whether it is recognised by the correction.
func (m *model) update(t *rapid.T) {
	id := m.ds[m.pick(t, delivery.States()...)].ArticleID
	c := m.amended(id)
	before, ds, err := m.o.Article(id)
	if err != nil {
		t.Fatal(err)
	}
	next := text(m.next, 300)
	m.next++
	if rapid.Bool().Draw(t, "same source") {
		next.Source = before.Source
	}
	next.ContentWarning = rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, "cw")
	media := m.corrected(t)
	got, err := m.o.Update(id, next, m.now, media)
	if !c.withdrawn.IsZero() {
		refusedWith(t, err, ErrWithdrawn)
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	m.correct(id, media)
	if next.Source != before.Source {
		c.probed, c.missing = time.Time{}, time.Time{}
	}
	c.updated, c.article = m.now, next
	c.article.Slug = before.Article.Slug
	if slices.ContainsFunc(ds, func(d delivery.Delivery) bool { return d.Text != "" && !d.State.Final() }) {
		c.article.ContentWarning = before.ContentWarning
	}
	same(t, "slug after the correction", before.Slug, got.Slug, nil)
	again := NewArticle{Article: next, Deliveries: []NewDelivery{{Account: "x", Platform: "x"}}}
	es, err := m.o.Enqueue(m.now, []NewArticle{again})
	if err != nil || !es[0].Existing || es[0].Article.ID != id {
		t.Fatalf("the correction of %s is taken for %+v, %v", id, es, err)
	}
	same(t, "deliveries after the correction", m.of(id), es[0].Deliveries, nil)
}

func (m *model) source(t *rapid.T) {
	id := m.ds[m.pick(t, delivery.States()...)].ArticleID
	c := m.amended(id)
	now, _, err := m.o.Article(id)
	if err != nil {
		t.Fatal(err)
	}
	source, gone := now.Source, rapid.Bool().Draw(t, "gone")
	if rapid.IntRange(0, 4).Draw(t, "another source") == 0 {
		source += "/other"
	}
	was := !now.SourceGoneAt.IsZero()
	if source == now.Source && c.withdrawn.IsZero() {
		c.probed = m.now
		switch {
		case !gone:
			c.missing = time.Time{}
		case c.missing.IsZero() || c.missing.After(m.now):
			c.missing = m.now
		}
	}
	after, turned, err := m.o.SetSource(id, source, m.now, gone)
	if err != nil || turned != (was == after.SourceGoneAt.IsZero()) {
		t.Fatalf("turned %t: gone %t before, since %v after, %v", turned, was, after.SourceGoneAt, err)
	}
	if _, _, err := m.o.SetSource(id, source, time.Time{}, gone); err == nil {
		t.Fatal("a probe at no moment was stored")
	}
}

// checkAmended compares what an article tells of its changes.
func (m *model) checkAmended(t *rapid.T) {
	for id, c := range m.amendments {
		a, _, err := m.o.Article(id)
		if err != nil {
			t.Fatal(err)
		}
		var gone time.Time
		if !c.missing.IsZero() && c.probed.Sub(c.missing) >= 12*time.Hour {
			gone = c.missing
		}
		same(t, "changes of "+id, []time.Time{c.withdrawn, c.updated, c.probed, c.missing, gone},
			[]time.Time{a.WithdrawnAt, a.UpdatedAt, a.SourceProbedAt, a.SourceMissing, a.SourceGoneAt}, nil)
		if !c.updated.IsZero() {
			same(t, "corrected article "+id, c.article, a.Article, nil)
		}
	}
}
