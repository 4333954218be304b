package outbox

import "fmt"

// Draft returns an article by its whole ID as it stands now, without what its deliveries
// tell (PublishedAt): all that a text is composed of, for a fraction of what Article costs.
func (o *Outbox) Draft(id string) (a Article, err error) {
	err = o.view(func(t tx) error {
		b := t.data.Get(plainKey(kindRecord, id))
		if b == nil || len(id) != idLen {
			return fmt.Errorf("article %q: %w", id, ErrNotFound)
		}
		r, err := decodeArticle(id, b)
		if err != nil {
			return err
		}
		m, err := t.amendment(id)
		if err != nil {
			return err
		}
		a = r.whole(id, nil)
		m.apply(&a)
		return nil
	})
	return a, err
}
