package outbox

import (
	"time"

	"pgregory.net/rapid"

	"crieur/internal/delivery"
)

// told is what was read under a number that Change told.
type told struct {
	by     *Outbox // another one counts anew
	number uint64
	shown  []Posted
}

// checkChange holds that as long as the number stays, all that is shown stays.
func (m *model) checkChange(t *rapid.T) {
	n, err := m.o.Change()
	if err != nil {
		t.Fatal(err)
	}
	now := told{by: m.o, number: n}
	for i, d := range m.ds {
		if i > 0 && m.ds[i-1].ArticleID == d.ArticleID {
			continue
		}
		a, ds, err := m.o.Article(d.ArticleID)
		if err != nil {
			t.Fatal(err)
		}
		a.SourceProbedAt, a.SourceMissing = time.Time{}, time.Time{} // no page tells them
		now.shown = append(now.shown, Posted{Article: a, Deliveries: append([]delivery.Delivery{}, ds...)})
	}
	if before := m.told; before.by == now.by && before.number == now.number {
		same(t, "what is shown under one number", before.shown, now.shown, nil)
	}
	m.told = now
}
