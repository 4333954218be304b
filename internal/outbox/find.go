package outbox

import (
	"bytes"
	"fmt"
	"strings"

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

// Article returns an article and its deliveries, by account; id names it as for Find.
func (o *Outbox) Article(id string) (a Article, ds []delivery.Delivery, err error) {
	a, ds, _, err = o.Find(id)
	return a, ds, err
}

// Find returns the article that a person names, its deliveries by account, and the
// account when the name is one delivery's. A name is an article's ID or its slug, or a
// beginning of one that no other article shares; a delivery's is that, a dot and its
// account, which may be a beginning too. What is whole goes before what is a beginning,
// an ID before a slug. The error matches ErrNotFound or is an *AmbiguousError.
func (o *Outbox) Find(name string) (a Article, ds []delivery.Delivery, account string, err error) {
	err = o.view(func(t tx) error {
		head, tail, dotted := strings.Cut(strings.TrimSpace(name), ".")
		id, err := t.articleID(name, head)
		if err != nil {
			return err
		}
		if a, ds, err = t.article(id); err != nil || !dotted {
			return err
		}
		account, err = accountOf(name, tail, ds)
		return err
	})
	return a, ds, account, err
}

// BySlug returns an article and its deliveries by its whole slug.
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

// articleID finds the one article that head names; name is for errors.
func (t tx) articleID(name, head string) (string, error) {
	id := readID(head)
	if _, ok := parseID(id); ok && t.data.Get(plainKey(kindRecord, id)) != nil {
		return id, nil
	}
	slug := strings.ToLower(head)
	if id := t.data.Get(plainKey(kindSlug, slug)); id != nil && slug != "" {
		return string(id), nil
	}
	for _, begun := range []func() []string{
		func() []string { return t.newestBegunSo(id) },
		func() []string { return t.slugsBegunSo(slug) },
	} {
		switch ids := begun(); {
		case head == "" || len(ids) == 0:
		case len(ids) == 1:
			return ids[0], nil
		default:
			return "", t.ambiguous(name, ids)
		}
	}
	return "", fmt.Errorf("article %q: %w", name, ErrNotFound)
}

// newestBegunSo returns the IDs of the newest articles that begin so, one more than are shown.
func (t tx) newestBegunSo(begin string) (ids []string) {
	prefix := plainKey(kindRecord, begin)
	c := t.data.Cursor()
	k, _ := c.Seek(past(prefix))
	if k == nil {
		k, _ = c.Last()
	} else {
		k, _ = c.Prev()
	}
	for bytes.HasPrefix(k, prefix) && len(k) > idLen && len(ids) <= mostCandidates {
		id := string(k[1 : 1+idLen])
		ids = append(ids, id)
		c.Seek(plainKey(kindRecord, id)) // past its deliveries
		k, _ = c.Prev()
	}
	return ids
}

// slugsBegunSo is newestBegunSo for slugs, in their order.
func (t tx) slugsBegunSo(begin string) (ids []string) {
	prefix := plainKey(kindSlug, begin)
	c := t.data.Cursor()
	for k, id := c.Seek(prefix); bytes.HasPrefix(k, prefix) && len(ids) <= mostCandidates; k, id = c.Next() {
		ids = append(ids, string(id))
	}
	return ids
}

// accountOf finds the account that tail names among an article's deliveries; "" when
// several begin so.
func accountOf(name, tail string, ds []delivery.Delivery) (string, error) {
	var have, begun []string
	for _, d := range ds {
		if d.Account == tail {
			return tail, nil
		}
		have = append(have, d.ID)
		if strings.HasPrefix(d.Account, tail) {
			begun = append(begun, d.Account)
		}
	}
	switch len(begun) {
	case 0:
		return "", fmt.Errorf("delivery %q: %w: the article has %s", name, ErrNotFound, strings.Join(have, ", "))
	case 1:
		return begun[0], nil
	}
	return "", nil
}
