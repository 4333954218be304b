package outbox

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"crieur/internal/delivery"
)

// toSchema2 writes what the crieur of schema 1 (November 2026, before 0.1.0) did not know
// of, so that nothing that it stored is forgotten: which deliveries expire, the log of
// receipts, the posts that rules of pace count, and which articles are copies.
func toSchema2(t tx) error {
	s := schema2{tx: t, logged: map[string]bool{}, posts: map[string][]time.Time{}}
	for _, b := range s.entries(kindReceipt) {
		if len(b) > momentLen {
			s.logged[string(b[momentLen:])] = true
		}
	}
	for k, b := range s.entries(kindRecord) {
		if err := s.read(string(k[1:]), b); err != nil {
			return err
		}
	}
	return s.write()
}

// schema2 collects before it writes: a cursor does not survive a change.
type schema2 struct {
	tx
	logged map[string]bool // deliveries
	index  [][]byte
	posted []posted
	posts  map[string][]time.Time // by account
}

// posted is little: there may be a million.
type posted struct {
	at time.Time
	id string
}

// entries yields the keys of one kind and their values, in order.
func (t tx) entries(kind byte) func(yield func(k, v []byte) bool) {
	return func(yield func(k, v []byte) bool) {
		c := t.data.Cursor()
		for k, v := c.Seek([]byte{kind}); len(k) > 0 && k[0] == kind; k, v = c.Next() {
			if !yield(k, v) {
				return
			}
		}
	}
}

func (s *schema2) read(id string, b []byte) error {
	if _, ok := parseID(id); ok {
		r, err := decodeArticle(id, b)
		if err != nil {
			return err
		}
		if first := cmp.Or(s.other(id, kindSource, r.Source), s.other(id, kindContent, r.Content)); first != "" {
			s.index = append(s.index, plainKey(kindCopy, first+id))
		}
		return nil
	}
	d, err := decodeDelivery(id, b)
	if err != nil {
		return err
	}
	if d.State == delivery.Scheduled {
		if !d.Expires.IsZero() {
			k := appendMoment(accountPrefix(kindExpiry, d.Account), d.Expires)
			s.index = append(s.index, append(k, d.ArticleID...))
		}
		return nil // its attempts posted nothing
	}
	if d.State == delivery.Delivered && d.Receipt != nil && !s.logged[d.ID] {
		s.posted = append(s.posted, posted{d.Receipt.PostedAt, d.ID})
	}
	for _, a := range d.Attempts {
		if a.Class == "" || a.Class == delivery.OK || a.Class == delivery.Ambiguous {
			s.posts[d.Account] = append(s.posts[d.Account], a.At)
		}
	}
	return nil
}

// other is the article that had a digest first, "" when it is this one.
func (s *schema2) other(id string, kind byte, digest []byte) string {
	if digest == nil {
		return ""
	}
	if first := string(s.data.Get(plainKey(kind, string(digest)))); first != id {
		return first
	}
	return ""
}

func (s *schema2) write() error {
	slices.SortFunc(s.index, bytes.Compare)
	for _, k := range s.index {
		if err := s.data.Put(k, nil); err != nil {
			return fmt.Errorf("index %q: %w", k, err)
		}
	}
	slices.SortFunc(s.posted, func(a, b posted) int {
		return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.id, b.id))
	})
	for _, p := range s.posted {
		if err := s.logReceipt(delivery.Delivery{ID: p.id, Receipt: &delivery.Receipt{PostedAt: p.at}}); err != nil {
			return err
		}
	}
	for _, account := range slices.Sorted(maps.Keys(s.posts)) {
		key, posts := paceKey(account, 'p'), s.posts[account]
		if s.data.Get(key) != nil {
			continue
		}
		slices.SortFunc(posts, time.Time.Compare)
		if err := s.putMoments(key, posts[max(0, len(posts)-keptPosts):]); err != nil {
			return err
		}
	}
	return nil
}
