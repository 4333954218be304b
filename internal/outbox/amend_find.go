package outbox

import (
	"bytes"
	"fmt"
	"slices"

	"crieur/internal/article"
	"crieur/internal/delivery"
)

// Same returns the articles that a is the same as, oldest first: those of its source
// or its content, with those that were stored again all the same; where there are none,
// the one that has its slug.
func (o *Outbox) Same(a article.Article) (found []Article, err error) {
	prints := fingerprintsOf(a)
	err = o.view(func(t tx) error {
		found = nil
		for _, id := range t.same(a, prints) {
			one, _, err := t.article(id)
			if err != nil {
				return err
			}
			found = append(found, one)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("find article %q: %w", a.Title, err)
	}
	return found, nil
}

// Known returns the article, with its deliveries, that Enqueue answers a with where it is not
// stored again; else ErrNotFound. None is ever forgotten, so that answer stays.
func (o *Outbox) Known(a article.Article) (first Article, ds []delivery.Delivery, err error) {
	prints := fingerprintsOf(a)
	err = o.view(func(t tx) error {
		id := t.known(prints)
		if id == "" {
			return fmt.Errorf("article %q: %w", a.Title, ErrNotFound)
		}
		first, ds, err = t.article(id)
		return err
	})
	return first, ds, err
}

func (t tx) same(a article.Article, p fingerprints) (ids []string) {
	if p.source != nil {
		ids = t.alike(ids, t.data.Get(plainKey(kindSource, string(p.source))))
	}
	ids = t.alike(ids, t.data.Get(plainKey(kindContent, string(p.content))))
	if len(ids) == 0 && a.Slug != "" {
		ids = t.alike(ids, t.data.Get(plainKey(kindSlug, a.Slug)))
		ids = ids[:min(len(ids), 1)] // a slug names one, not its copies
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// alike adds an article and what was stored again of it.
func (t tx) alike(ids []string, first []byte) []string {
	if first == nil {
		return ids
	}
	ids = append(ids, string(first))
	prefix := plainKey(kindCopy, string(first))
	c := t.data.Cursor()
	for k, _ := c.Seek(prefix); bytes.HasPrefix(k, prefix); k, _ = c.Next() {
		ids = append(ids, string(k[len(prefix):]))
	}
	return ids
}
