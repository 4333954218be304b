package outbox

import (
	"bytes"
	"fmt"

	"crieur/internal/delivery"
)

// Delivery returns one delivery by its whole ID.
func (o *Outbox) Delivery(id string) (d delivery.Delivery, err error) {
	err = o.view(func(t tx) error {
		d, err = t.delivery(id)
		return err
	})
	return d, err
}

// Article returns an article and its deliveries, by account; id may be an article's
// or a delivery's ID, or a prefix that no other article shares.
func (o *Outbox) Article(id string) (a Article, ds []delivery.Delivery, err error) {
	err = o.view(func(t tx) error {
		whole, err := t.complete(id)
		if err != nil {
			return err
		}
		a, ds, err = t.article(whole)
		return err
	})
	return a, ds, err
}

// BySlug returns an article and its deliveries by slug.
func (o *Outbox) BySlug(slug string) (a Article, ds []delivery.Delivery, err error) {
	err = o.view(func(t tx) error {
		id := t.data.Get(plainKey(kindSlug, slug))
		if id == nil {
			return fmt.Errorf("slug %q: %w", slug, ErrNotFound)
		}
		a, ds, err = t.article(string(id))
		return err
	})
	return a, ds, err
}

// complete finds the one article whose ID, or one of whose deliveries' IDs, begins so.
func (t tx) complete(id string) (articleID string, err error) {
	prefix := plainKey(kindRecord, readID(id))
	c := t.data.Cursor()
	k, _ := c.Seek(prefix)
	if len(prefix) == 1 || !bytes.HasPrefix(k, prefix) {
		return "", fmt.Errorf("article %q: %w", id, ErrNotFound)
	}
	if len(k) < 1+idLen {
		return "", fmt.Errorf("%w: record key %q", ErrDamaged, k)
	}
	articleID = string(k[1 : 1+idLen])
	next, _ := c.Seek(plainKey(kindRecord, articleID+"/")) // "/" follows "." in ASCII: past its deliveries
	if bytes.HasPrefix(next, prefix) {
		return "", fmt.Errorf("article %q: the IDs of several articles begin so, among them %s and %s: give more characters",
			id, articleID, next[1:])
	}
	return articleID, nil
}
